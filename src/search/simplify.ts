/** Makes a shrunk violation plain: one order after the other, small times, and nothing in the scenario that it does not need. */

import type { Decision } from '../core/decision.ts'
import type { GremlinSetting } from '../core/gremlin.ts'
import type { Visit } from '../core/scenario.ts'
import { isWindowed } from '../scenarios/file/windowed.ts'
import type { TrialViolation } from '../scenarios/trial-summary.ts'
import type { Candidate, Check, Shown } from './candidate.ts'
import { simplerGremlins } from './simpler-gremlins.ts'
import { type Simpler, simplerShop, withScenario } from './simpler-shop.ts'

/** Each is tried once, in this order, on what the ones before have left. */
export function simplify(shown: Shown, check: Check): Promise<Shown> {
  return tryEach(PLAINER, shown, check)
}

/**
 * Where much is left: less stock, so that fewer buyers get in each other's way, and less time, so that fewer tries have to be struck.
 * Only then, since either can bring about the same violation by another way.
 * @param what is violated
 */
export function tighten(shown: Shown, check: Check, what: TrialViolation['what']): Promise<Shown> {
  const stock = shown.visits.length > FEW_ORDERS ? [...FOR_ONE.map(aloneWith(what)), ...LITTLE_STOCK.map(scarce)] : []
  const time = shown.strikes.length > FEW_STRIKES ? DEADLINES_MS.map(hurried) : []
  return tryEach([...stock, ...time], shown, check)
}

const FEW_ORDERS = 2
const FEW_STRIKES = 3

async function tryEach(ways: readonly Simpler[], shown: Shown, check: Check): Promise<Shown> {
  let best = shown
  for (const way of ways) {
    const candidate = way(best)
    const found = candidate && (await check(candidate))
    if (found) best = found
  }
  return best
}

const LITTLE_STOCK = [10, 5, 2, 1]

function scarce(stock: number): Simpler {
  return (shown) => {
    if (!shown.scenario.products.some((product) => product.stock > stock)) return undefined
    return withScenario(shown, ({ products }) => ({
      products: products.map((product) => ({ ...product, stock: Math.min(stock, product.stock) })),
    }))
  }
}

/** Units for a single buyer: what others took need not be there. */
const FOR_ONE = [2, 1]

/** With fewer units for as many buyers others are first, so the one who is named is tried alone. */
function aloneWith(what: TrialViolation['what']): (stock: number) => Simpler {
  return (stock) => (shown) => {
    const blamed = shown.violations.find((violation) => violation.what === what)?.purchase
    const visits = shown.visits.filter(({ purchase }) => purchase === blamed)
    return visits.length === 0 ? undefined : scarce(stock)({ ...shown, visits })
  }
}

const DEADLINES_MS = [5_000, 2_000, 1_000, 500, 200]

function hurried(deadlineMs: number): Simpler {
  return (shown) => (shown.scenario.deadlineMs <= deadlineMs ? undefined : withScenario(shown, () => ({ deadlineMs })))
}

/** What is switched on the way may as well be so from the start. */
const switchedFromTheBeginning: Simpler = (shown) => {
  if (shown.scenario.switches.every(({ atMs }) => atMs === 0)) return undefined
  return withScenario(shown, ({ switches }) => ({ switches: switches.map((each) => ({ ...each, atMs: 0 })) }))
}

/** The first visit, the first window or the first switch is at 0. */
const fromTheBeginning: Simpler = (shown) => {
  const { gremlins, switches } = shown.scenario
  const windows = gremlins.filter(isWindow).map(({ fromMs }) => fromMs)
  const earliestMs = Math.min(...[...shown.visits, ...switches].map(({ atMs }) => atMs), ...windows)
  if (earliestMs === 0) return undefined
  const earlier = (atMs: number) => Math.round((atMs - earliestMs) * 1_000) / 1_000
  // Windows open and close at whole milliseconds, and so is switched.
  const whole = (atMs: number) => Math.max(0, Math.round(atMs - earliestMs))
  const move = (setting: GremlinSetting): GremlinSetting => {
    const { fromMs, toMs } = setting
    return isWindow(setting) ? { ...setting, fromMs: whole(fromMs), toMs: toMs === null ? null : whole(toMs) } : setting
  }
  const moved = withScenario(shown, () => ({
    gremlins: gremlins.map(move),
    switches: switches.map((each) => ({ ...each, atMs: whole(each.atMs) })),
  }))
  return { ...moved, visits: shown.visits.map(({ purchase, atMs }) => ({ purchase, atMs: earlier(atMs) })) }
}

/** The first visit is at 0, whatever else begins when. */
const buyersFromTheBeginning: Simpler = (shown) => {
  const firstMs = Math.min(...shown.visits.map(({ atMs }) => atMs))
  if (firstMs === 0) return undefined
  const earlier = (atMs: number) => Math.round((atMs - firstMs) * 1_000) / 1_000
  return { ...shown, visits: shown.visits.map(({ purchase, atMs }) => ({ purchase, atMs: earlier(atMs) })) }
}

const isWindow = ({ gremlin }: GremlinSetting) => isWindowed(gremlin)

/** Longer than any buyer stays, and any order may take. */
const oneAfterTheOther: Simpler = (shown) => {
  if (shown.visits.length < 2) return undefined
  const { deadlineMs, buyers } = shown.scenario
  const stayMs = (buyers.patienceMs + buyers.pauseMs) * (buyers.refreshes + 1)
  const apartMs = Math.ceil(Math.max(deadlineMs, stayMs) / 1_000) * 1_000
  return { ...shown, visits: shown.visits.map(({ purchase }, index) => ({ purchase, atMs: index * apartMs })) }
}

const allAtOnce: Simpler = (shown) => {
  if (shown.visits.length < 2) return undefined
  return { ...shown, visits: shown.visits.map(({ purchase }) => ({ purchase, atMs: 0 })) }
}

const ROUND_GAPS_MS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000]

/** Each visit as soon after the one before as a round number allows; the smallest that shows it stays. */
function wholeGaps(): Simpler[] {
  const reach = 3
  return Array.from({ length: reach }, (_, index) => index + 1).flatMap((index) =>
    [...ROUND_GAPS_MS].reverse().map(
      (gapMs): Simpler =>
        (shown) =>
          closer(shown, index, gapMs),
    ),
  )
}

function closer(shown: Shown, index: number, gapMs: number): Candidate | undefined {
  const [before, visit] = [shown.visits[index - 1], shown.visits[index]]
  if (!before || !visit || visit.atMs - before.atMs <= gapMs) return undefined
  const byMs = visit.atMs - before.atMs - gapMs
  const move = (each: Visit, at: number) => (at < index ? each : { ...each, atMs: each.atMs - byMs })
  return { ...shown, visits: shown.visits.map(move) }
}

/** `p-1`, `p-2` and so on, by their times. */
const firstPurchases: Simpler = (shown) => {
  const names = new Map(shown.visits.map(({ purchase }, index) => [purchase, `p-${index + 1}`]))
  if ([...names].every(([before, after]) => before === after) && shown.scenario.traffic.orders === names.size)
    return undefined
  const rename = (strike: Decision): Decision => ({
    ...strike,
    purchase: names.get(strike.purchase) ?? strike.purchase,
  })
  const fewer = withScenario(shown, ({ traffic, gremlins }) => ({
    traffic: { ...traffic, orders: names.size },
    // Whom a gremlin names and who does not come is nobody any more.
    gremlins: gremlins.map((each) => ({ ...each, purchases: each.purchases.flatMap((one) => names.get(one) ?? []) })),
  }))
  return {
    ...fewer,
    visits: shown.visits.map((visit) => ({ ...visit, purchase: names.get(visit.purchase) ?? visit.purchase })),
    strikes: shown.strikes.map(rename),
  }
}

const firstSeed: Simpler = (shown) => (shown.seed === 1 ? undefined : { ...shown, seed: 1 })

const PLAINER: readonly Simpler[] = [
  ...simplerShop,
  switchedFromTheBeginning,
  fromTheBeginning,
  buyersFromTheBeginning,
  oneAfterTheOther,
  allAtOnce,
  firstPurchases,
  ...wholeGaps(),
  ...simplerGremlins,
  firstSeed,
]
