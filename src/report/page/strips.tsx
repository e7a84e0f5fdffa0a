/** Each variant's purchases as a strip, one above the other: what struck whom, and who got through it, at a glance. */

import type { ReactNode } from 'react'
import type { OutcomeCell, OutcomeRow, Outcomes } from '../../core/outcomes.ts'
import { PURCHASE_CLASSES } from '../../core/purchase.ts'
import { formatCount, formatCounted } from '../format.ts'
import { Name } from './name.tsx'
import { OUTCOME_SIGNS, type Outcome, outcomeOf } from './outcomes.ts'

const HEIGHT = 24
/** Height says what colour says: a broken promise reaches from top to bottom. */
const THICKNESS = { fine: 10, other: 17, broken: HEIGHT }
/** A strip is some hundred pixels wide: what is thinner than this share of it would be lost. */
const THINNEST_SHARE = 1 / 500

type Band = Exclude<Outcome, 'answered'> | 'broken'

/** What is no order, and was answered, went as well as an order that was confirmed. */
function bandOf(cell: OutcomeCell): Band {
  if (cell.broken.length > 0) return 'broken'
  const outcome = outcomeOf(cell)
  return outcome === 'answered' ? 'confirmed' : outcome
}

function thicknessOf(band: Band): number {
  if (band === 'broken') return THICKNESS.broken
  return band === 'confirmed' ? THICKNESS.fine : THICKNESS.other
}

/** Neighbours of the same kind are one thick line along the strip's foot. */
function pathOf(rows: readonly OutcomeRow[], variant: number, band: Band): string {
  const thinnest = band === 'broken' ? Math.max(1, Math.ceil(rows.length * THINNEST_SHARE)) : 1
  const middle = HEIGHT - thicknessOf(band) / 2
  let path = ''
  for (let from = 0; from < rows.length; from += 1) {
    let to = from
    for (let cell = rows[to]?.cells[variant]; cell && bandOf(cell) === band; cell = rows[to]?.cells[variant]) to += 1
    if (to === from) continue
    path += `M${from} ${middle}h${Math.max(to - from, thinnest)}`
    from = to
  }
  return path
}

const BANDS: readonly Band[] = [...PURCHASE_CLASSES, 'unanswered', 'broken']

function Strip({ outcomes: { rows, variants }, at }: { outcomes: Outcomes; at: number }): ReactNode {
  const broken = rows.filter(({ cells }) => (cells[at]?.broken.length ?? 0) > 0).length
  const words = broken === 0 ? 'no promise broken' : `${formatCount(broken)} broke a promise`
  return (
    <div className='strip'>
      <span className='strip-name'>
        <Name of={variants[at] ?? ''} />
      </span>
      <svg
        role='img'
        aria-label={`${variants[at]}: of ${formatCounted(rows.length, 'purchase')}, ${words}`}
        viewBox={`0 0 ${Math.max(1, rows.length)} ${HEIGHT}`}
        preserveAspectRatio='none'
      >
        {BANDS.map((band) => {
          const path = pathOf(rows, at, band)
          return path === '' ? null : (
            <path key={band} className={`band-${band}`} strokeWidth={thicknessOf(band)} d={path} />
          )
        })}
      </svg>
      <span className={broken === 0 ? 'strip-count' : 'strip-count surprise'}>{words}</span>
    </div>
  )
}

export function Strips({ outcomes }: { outcomes: Outcomes }): ReactNode {
  return (
    <figure className='strips'>
      <figcaption>
        Purchases from left to right as they came, the same one above itself in every variant. Full height, red: broke a
        promise; half height: refused, failed, cancelled, in doubt or unanswered; low, green: confirmed.
      </figcaption>
      {outcomes.variants.map((variant, at) => (
        <Strip key={variant} outcomes={outcomes} at={at} />
      ))}
    </figure>
  )
}

interface Count {
  readonly name: string
  readonly counts: (cell: OutcomeCell | null) => boolean
}

const COUNTS: readonly Count[] = [
  { name: 'broke a promise', counts: (cell) => cell !== null && cell.broken.length > 0 },
  {
    name: 'was struck, and broke none',
    counts: (cell) => cell !== null && cell.strikes > 0 && cell.broken.length === 0,
  },
  ...Object.entries(OUTCOME_SIGNS).map(([outcome, { letter, words }]) => ({
    name: `${words} (${letter})`,
    counts: (cell: OutcomeCell | null) => cell !== null && outcomeOf(cell) === outcome,
  })),
  { name: 'never arrived (·)', counts: (cell) => cell === null },
]

/** The matrix in figures; what never happened has no line. */
export function outcomeCounts({ rows, variants }: Outcomes): string[][] {
  return COUNTS.flatMap(({ name, counts }) => {
    const found = variants.map((_, at) => rows.filter(({ cells }) => counts(cells[at] ?? null)).length)
    return found.some((count) => count > 0) ? [[name, ...found.map(formatCount)]] : []
  })
}
