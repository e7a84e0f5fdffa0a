/** Pictures over a run's time that need no script: gremlins' windows as shades, seconds below. */

import type { ReactNode } from 'react'
import type { Result, VariantResult } from '../core/result.ts'
import { formatSeconds } from './format.ts'

const BAND_WIDTH = 1_000

/** A tenth of a unit is finer than anybody sees, and keeps the page small. */
export function tenths(length: number): number {
  return Math.round(length * 10) / 10
}

/** Shows `[0, spanMs]` from left to right. */
export function acrossAt(ms: number, spanMs: number): number {
  return tenths((Math.max(0, Math.min(ms, spanMs)) / spanMs) * BAND_WIDTH)
}

/** Times in which a gremlin was about. Those that are about all the time shade nothing. */
function windowsOf({ configuration }: Result, variant: VariantResult, spanMs: number): (readonly [number, number])[] {
  const configured = configuration.variants.find(({ name }) => name === variant.name)
  if (configured?.gremlins === 'none') return []
  return configuration.gremlins
    .filter(({ gremlin, fromMs, toMs }) => gremlin === 'outage' || fromMs > 0 || toMs !== null)
    .filter(({ fromMs }) => fromMs < spanMs)
    .map(({ fromMs, toMs }) => [fromMs, Math.min(toMs ?? spanMs, spanMs)] as const)
}

interface BandProps {
  readonly result: Result
  readonly variant: VariantResult
  readonly spanMs: number
  readonly height: number
  /** What it shows, for someone who cannot see it. */
  readonly label: string
  readonly children: ReactNode
}

export function TimeBand({ result, variant, spanMs, height, label, children }: BandProps): ReactNode {
  return (
    <svg className='band' viewBox={`0 0 ${BAND_WIDTH} ${height + 22}`} role='img' aria-label={label}>
      {windowsOf(result, variant, spanMs).map(([fromMs, toMs], at) => (
        <rect
          key={at}
          x={acrossAt(fromMs, spanMs)}
          y='0'
          width={Math.max(1, tenths(acrossAt(toMs, spanMs) - acrossAt(fromMs, spanMs)))}
          height={height}
          fill='#CC79A7'
          fillOpacity='0.28'
        />
      ))}
      {children}
      <path d={`M0 ${height}h${BAND_WIDTH}`} stroke='currentColor' fill='none' />
      <text x='0' y={height + 17}>
        0 s
      </text>
      <text x={BAND_WIDTH} y={height + 17} textAnchor='end'>
        {formatSeconds(spanMs)}
      </text>
    </svg>
  )
}
