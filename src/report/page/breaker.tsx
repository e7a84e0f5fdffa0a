/** A breaker's states over the run, as bands. Height and letter say what colour says. */

import type { ReactNode } from 'react'
import { type BreakerState, type DependencyResult, MOST_BREAKER_CHANGES } from '../../core/dependency.ts'
import type { Result, VariantResult } from '../../core/result.ts'
import { BREAKER_LOOKS, stretchesOf } from '../charts/paths.ts'
import { formatCount, formatCounted, formatMs, formatSeconds } from '../format.ts'
import { Figures } from './table.tsx'
import { acrossAt, TimeBand, tenths } from './time-band.tsx'

const HEIGHT = 44
const LOOKS: Record<BreakerState, { readonly color: string; readonly top: number; readonly letter: string }> = {
  closed: { color: BREAKER_LOOKS.closed.color, top: 36, letter: '' },
  'half-open': { color: BREAKER_LOOKS['half-open'].color, top: 20, letter: 'H' },
  open: { color: BREAKER_LOOKS.open.color, top: 2, letter: 'O' },
}
const STATES = Object.keys(LOOKS) as BreakerState[]
/** A letter needs so much room. */
const LETTER_WIDTH = 22

interface Stretch {
  readonly state: BreakerState
  readonly x: number
  readonly width: number
}

function drawnStretches(breaker: NonNullable<DependencyResult['breaker']>, spanMs: number): Stretch[] {
  return stretchesOf(breaker, spanMs).flatMap(({ state, fromMs, toMs }) => {
    const x = acrossAt(fromMs, spanMs)
    const width = tenths(acrossAt(toMs, spanMs) - x)
    return width > 0 ? [{ state, x, width }] : []
  })
}

const MOST_LISTED = 30

interface ChangesProps {
  readonly breaker: NonNullable<DependencyResult['breaker']>
  readonly edge: string
  readonly variant: string
}

function Changes({ breaker, edge, variant }: ChangesProps): ReactNode {
  const listed = breaker.changes.slice(0, MOST_LISTED)
  const cut = listed.length < breaker.changes.length ? `, the first ${formatCount(MOST_LISTED)}` : ''
  return (
    <details>
      <summary>Changes of the breaker on {edge}</summary>
      <Figures
        caption={`When the breaker on ${edge} changed in ${variant}, and why${cut}`}
        columns={['after', 'it was', 'because']}
        figuresFrom={3}
        rows={listed.map(({ atMs, state, detail }) => [formatMs(atMs), state, detail])}
      />
    </details>
  )
}

interface BreakerProps {
  readonly result: Result
  readonly variant: VariantResult
  readonly dependency: DependencyResult
  readonly spanMs: number
}

export function BreakerBand({ result, variant, dependency, spanMs }: BreakerProps): ReactNode {
  const { breaker, edge } = dependency
  if (!breaker) return null
  const stretches = drawnStretches(breaker, spanMs)
  const first = breaker.changes[0]
  const began = first ? `, first ${first.state} after ${formatSeconds(first.atMs)}` : ''
  const summary = `${formatCounted(breaker.openings, 'opening')}, open for ${formatMs(breaker.openMs)} in all${began}`
  const cut = breaker.changes.length >= MOST_BREAKER_CHANGES
  return (
    <figure className='band'>
      <figcaption>
        Breaker on {edge}: {summary}.{' '}
        {cut ? `Only its first ${formatCount(MOST_BREAKER_CHANGES)} changes are drawn. ` : ''}
        Low: closed; half-way, H: half-open; high, O: open.
      </figcaption>
      <TimeBand
        {...{ result, variant, spanMs }}
        height={HEIGHT}
        label={`Breaker on ${edge} in ${variant.name}: ${summary}.`}
      >
        {STATES.map((state) => {
          const { color, top } = LOOKS[state]
          const bands = stretches.filter((stretch) => stretch.state === state)
          const path = bands.map(({ x, width }) => `M${x} ${top}h${width}V${HEIGHT}h-${width}z`).join('')
          return path === '' ? null : <path key={state} d={path} fill={color} />
        })}
        {stretches
          .filter(({ state, width }) => LOOKS[state].letter !== '' && width >= LETTER_WIDTH)
          .map(({ state, x, width }) => (
            <text key={x} x={tenths(x + width / 2)} y={HEIGHT - 6} textAnchor='middle' fill='#111111'>
              {LOOKS[state].letter}
            </text>
          ))}
      </TimeBand>
      <Changes breaker={breaker} edge={edge} variant={variant.name} />
    </figure>
  )
}
