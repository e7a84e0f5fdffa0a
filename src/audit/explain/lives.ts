/** Deaths and restarts of services, as far as one purchase's lines tell. */

import type { JournalLine } from '../../core/event.ts'
import type { Strike } from '../../core/invariant.ts'

/** One life that ended. */
export interface Death {
  readonly node: string
  readonly incarnation: number
  /** With a strike: its time. Without: the last that this life wrote about the purchase, which is before its death. */
  readonly atMs: number
  /** Null: nothing about this purchase says who killed it. */
  readonly strike: Strike | null
  /** The first line of the next life; null: there is none about this purchase. */
  readonly back: JournalLine | null
}

export function deathsOf(lines: readonly JournalLine[], strikes: readonly Strike[]): readonly Death[] {
  const deaths = new Map<string, Death>()
  const name = (node: string, incarnation: number) => `${node} ${incarnation}`
  const firstAfter = (node: string, incarnation: number) =>
    lines.find((line) => line.node === node && line.incarnation > incarnation) ?? null
  for (const strike of strikes) {
    if (!strike.fatal) continue
    const { node, incarnation, atMs } = strike
    deaths.set(name(node, incarnation), { node, incarnation, atMs, strike, back: firstAfter(node, incarnation) })
  }
  const last = new Map<string, JournalLine>()
  for (const line of lines) last.set(name(line.node, line.incarnation), line)
  for (const [id, { node, incarnation, atMs }] of last) {
    const back = firstAfter(node, incarnation)
    if (back && !deaths.has(id)) deaths.set(id, { node, incarnation, atMs, strike: null, back })
  }
  return [...deaths.values()].sort((a, b) => a.atMs - b.atMs)
}

/** Strikes from facts and journal, each once, in the order of time. */
export function strikesOf(lines: readonly JournalLine[], known: readonly Strike[]): readonly Strike[] {
  const all = new Map<string, Strike>()
  const written = lines.filter((line) => line.type === 'strike')
  for (const strike of [...known, ...written]) {
    const { gremlin, node, incarnation, atMs } = strike
    const id = JSON.stringify([gremlin, node, incarnation, atMs])
    if (!all.has(id)) all.set(id, strike)
  }
  return [...all.values()].sort((a, b) => a.atMs - b.atMs)
}
