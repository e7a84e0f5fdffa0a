/** Edges: their breakers, and how full their compartments are. */

import type { BreakerView, CompartmentView, VariantView } from '../core/live.ts'
import { type Line, row, rule, say } from './line.ts'
import { BREAKER_SIGNS, bar, countText, durationText, numberOf } from './words.ts'

interface EdgeRow {
  readonly edge: string
  readonly breaker: BreakerView | undefined
  readonly compartment: CompartmentView | undefined
}

/** A line for each edge, those in trouble first where there is no room for all. */
export function callLines(variant: VariantView, width: number, height: number): Line[] {
  const rows = rowsOf(variant)
  const room = height - 1
  const shown = rows.length > room ? rows.toSorted((one, other) => troubleOf(other) - troubleOf(one)) : rows
  const lines = shown.map((one) => lineOf(one, width))
  if (lines.length === 0) lines.push([say('no breaker and no compartment in this variant', 'dim')])
  const more = rows.length > room ? [say(`${rows.length - Math.max(0, room)} more`, 'dim')] : []
  return [rule('Breakers and calls', more, width), ...lines].slice(0, Math.max(0, height))
}

/** How many lines it has to say. */
export function callHeight(variant: VariantView): number {
  return 1 + Math.max(1, rowsOf(variant).length)
}

/** What must not go unseen where the panel is not: breakers that do not let calls through. */
export function callAlarm({ breakers }: VariantView): Line {
  const [first, ...others] = breakers.filter(({ state }) => state !== 'closed')
  if (!first) return []
  return [
    ...breakerText(first),
    say(` ${first.edge}`),
    ...(others.length > 0 ? [say(` and ${others.length} more`)] : []),
  ]
}

function rowsOf({ breakers, compartments }: VariantView): EdgeRow[] {
  const edges = [...new Set([...compartments, ...breakers].map(({ edge }) => edge))]
  return edges.flatMap((edge): EdgeRow[] => {
    const compartment = compartments.find((one) => one.edge === edge)
    const [first, ...others] = breakers.filter((one) => one.edge === edge)
    return [
      { edge, breaker: first, compartment },
      ...others.map((breaker) => ({ edge, breaker, compartment: undefined })),
    ]
  })
}

function troubleOf({ breaker, compartment }: EdgeRow): number {
  const broken = breaker?.state === 'open' ? 4 : breaker?.state === 'half-open' ? 3 : 0
  const queued = compartment && compartment.queued > 0 ? 2 : 0
  return broken + queued + (compartment && compartment.inFlight > 0 ? 1 : 0)
}

function breakerText(breaker: BreakerView): Line {
  const { sign, word, tone } = BREAKER_SIGNS[breaker.state]
  const trial = breaker.halfOpenInMs === null ? '' : `, trial in ${durationText(breaker.halfOpenInMs)}`
  return [say(`${sign} ${word}${breaker.state === 'open' ? trial : ''}`, tone)]
}

function lineOf({ edge, breaker, compartment }: EdgeRow, width: number): Line {
  const wide = width >= 70
  const barCells = width >= 100 ? 24 : wide ? 8 : 0
  return row([
    { line: [say(edge)], width: wide ? 18 : 15 },
    { line: breaker ? breakerText(breaker) : [say(wide ? 'no breaker' : '-', 'dim')], width: wide ? 23 : 9 },
    { line: compartment ? barOf(compartment, barCells) : [], width: barCells },
    {
      line: compartment ? occupancyOf(compartment, wide) : [],
      width: Math.max(0, width - (wide ? 43 : 26) - (barCells > 0 ? barCells + 1 : 0)),
    },
  ])
}

function barOf({ inFlight, limit }: CompartmentView, width: number): Line {
  if (limit === null || width === 0) return []
  return [say(bar(inFlight, limit, width), inFlight >= limit ? 'bad' : 'accent')]
}

function occupancyOf({ inFlight, limit, queued }: CompartmentView, wide: boolean): Line {
  const full = limit !== null && inFlight >= limit
  const out =
    limit === null
      ? numberOf(inFlight, wide ? 'call out' : 'out', wide ? 'calls out' : 'out')
      : `${countText(inFlight)}/${countText(limit)}`
  const waiting = `${countText(queued)} ${wide ? 'waiting' : 'wait'}`
  return [
    say(out, full ? 'bad' : 'normal'),
    ...(full ? [say(' full', 'bad')] : []),
    ...(queued > 0 ? [say(` ${waiting}`, 'warning')] : []),
  ]
}
