/** What buyers get, and how long they wait for it. */

import type { JournalLine } from '../core/event.ts'
import type { VariantView } from '../core/live.ts'
import type { RequestKind } from '../core/purchase.ts'
import type { Scenario } from '../core/scenario.ts'
import { quantileOf } from './median.ts'
import { lastFullSecond, recordSeconds, secondOf } from './seconds.ts'

/** p50 and p99 are those of so many answers. */
const MOST_ANSWERS = 1_000
/** Buyers who have asked and are not answered; the oldest of more than these is not followed any more. */
const MOST_WAITING = 20_000
/** Goodput is that of so many full seconds. */
const GOODPUT_SECONDS = 5
const NO_ANSWERS: readonly string[] = ['no-answer', 'in-progress']

type BuyerLine = Extract<JournalLine, { readonly type: 'asked' | 'told' | 'left' }>

interface Waiting {
  readonly sinceMs: number
  lost: number
}

export function followBuyers({ buyers, traffic }: Pick<Scenario, 'buyers' | 'traffic'>) {
  /** Since their first request; the intended start is in no journal. */
  const waiting = new Map<string, Waiting>()
  const answers: number[] = []
  const good = recordSeconds()
  let answered = 0

  /** Where orders are asked for, they alone count; otherwise all requests do. */
  const counts = (effect: string) => (effect as RequestKind) === 'order' || traffic.mix.order === 0

  function ask({ purchase, atMs }: BuyerLine): void {
    if (waiting.has(purchase)) return
    const [oldest] = waiting.keys()
    if (oldest !== undefined && waiting.size >= MOST_WAITING) waiting.delete(oldest)
    waiting.set(purchase, { sinceMs: atMs, lost: 0 })
  }

  function hear(line: BuyerLine, one: Waiting): void {
    const status = line.type === 'told' ? line.status : 'left'
    if (status === 'in-progress') return
    if (status === 'left' || NO_ANSWERS.includes(status)) {
      one.lost++
      if (one.lost > buyers.refreshes) waiting.delete(line.purchase)
      return
    }
    waiting.delete(line.purchase)
    const latencyMs = Math.max(0, line.atMs - one.sinceMs)
    answers[answered % MOST_ANSWERS] = latencyMs
    answered++
    const isGood = status === 'confirmed' || status === 'answered'
    if (isGood && latencyMs <= buyers.patienceMs) good.add(line.atMs, latencyMs)
  }

  return {
    line(line: BuyerLine): void {
      if (!counts(line.effect)) return
      if (line.type === 'asked') {
        ask(line)
        return
      }
      const one = waiting.get(line.purchase)
      if (one) hear(line, one)
    },
    /** In the beginning the mean of as many full seconds as there have been. */
    goodputPerSecond(nowMs: number, trafficStartMs: number | null): number {
      if (trafficStartMs === null) return 0
      const last = lastFullSecond(nowMs)
      const span = Math.min(GOODPUT_SECONDS, Math.max(1, last - secondOf(trafficStartMs) + 1))
      const seconds = Array.from({ length: span }, (_, index) => good.count(last - index))
      return seconds.reduce((sum, count) => sum + count, 0) / span
    },
    latencyMs: (): VariantView['latencyMs'] => ({ p50: quantileOf(answers, 0.5), p99: quantileOf(answers, 0.99) }),
  }
}
