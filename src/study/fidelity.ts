/** Sets runs of the real world and one of the virtual world side by side, and judges by what real runs differ among themselves. */

import type { Distance, ExpectationFidelity, Sides, VariantFidelity } from '../core/fidelity.ts'
import { INVARIANTS } from '../core/invariant.ts'
import type { VariantResult } from '../core/result.ts'
import { missesOf, notJudgedOf } from './fidelity-sentences.ts'
import { collectLatencySample, type Points, wassersteinMs } from './latency-sample.ts'

/** How often the floor a distance may be, and what is always let pass: a millisecond, or a point. */
const TIMES_FLOOR = 2
const SPARE_MS = 1
const SPARE_SHARE = 0.01

/** What became of one purchase in one run. */
export interface Ending {
  readonly outcome: string
  /** From the intended start to the first answer; undefined: there was none. */
  readonly latencyMs: number | undefined
}

export interface Comparison {
  /** The same purchase in every run: real ones first, the virtual one last. Undefined: the run does not know it. */
  purchase(endings: readonly (Ending | undefined)[]): void
  end(figures: Sides<RunFigures>): VariantFidelity
}

export interface RunFigures {
  readonly result: VariantResult
  readonly firstStrikes: number
}

/** @param realRuns two at least, or distances are not judged: what one run is worth is seen by another */
export function beginComparison(realRuns: number): Comparison {
  const runs = realRuns + 1
  const samples = Array.from({ length: runs }, () => collectLatencySample())
  const differing = squareOf(runs)
  const outcomes = new Map<string, number[]>()
  let purchases = 0

  return {
    purchase(endings) {
      purchases += 1
      for (const [run, ending] of endings.entries()) {
        if (ending?.latencyMs !== undefined) samples[run]?.add(ending.latencyMs)
        const outcome = ending?.outcome ?? 'never came'
        const counts = outcomes.get(outcome) ?? new Array<number>(runs).fill(0)
        counts[run] = (counts[run] as number) + 1
        outcomes.set(outcome, counts)
      }
      for (const [one, other] of pairs(runs)) {
        if (endings[one]?.outcome !== endings[other]?.outcome) differing.add(one, other)
      }
    },
    end(figures) {
      const points = samples.map((sample) => sample.points())
      const wasserstein = judgeLatency(runs, points)
      const otherOutcome = judgeOutcomes(runs, (one, other) =>
        purchases === 0 ? null : differing.at(one, other) / purchases,
      )
      const expectations = compareExpectations(pick(figures, ({ result }) => result))
      const found = { expectations, wassersteinMs: wasserstein, otherOutcome }
      return {
        name: figures.virtual.result.name,
        verdicts: pick(figures, ({ result }) => result.verdict),
        ...found,
        outcomes: Object.fromEntries([...outcomes].map(([outcome, counts]) => [outcome, sidesOf(counts)])),
        purchases,
        firstStrikes: pick(figures, ({ firstStrikes }) => firstStrikes),
        violations: compareViolations(figures),
        latencyMs: pick(figures, ({ result }) => result.latencyMs),
        goodputPerSecond: pick(figures, ({ result }) => result.goodputPerSecond),
        callMs: compareCalls(pick(figures, ({ result }) => result)),
        misses: missesOf(found),
        notJudged: notJudgedOf(found),
      }
    },
  }
}

function* pairs(runs: number): Generator<readonly [number, number]> {
  for (let one = 0; one < runs; one++) for (let other = one + 1; other < runs; other++) yield [one, other]
}

function squareOf(runs: number) {
  const counts = new Array<number>(runs * runs).fill(0)
  return {
    add: (one: number, other: number) => {
      counts[one * runs + other] = (counts[one * runs + other] as number) + 1
    },
    at: (one: number, other: number) => counts[one * runs + other] as number,
  }
}

function pick<T, Picked>({ real, virtual }: Sides<T>, read: (side: T) => Picked): Sides<Picked> {
  return { real: real.map(read), virtual: read(virtual) }
}

function sidesOf(counts: readonly number[]): Sides<number> {
  return { real: counts.slice(0, -1), virtual: counts.at(-1) as number }
}

/** The mean distance of the virtual run to real ones, and of real ones to each other. Null where one of them is. */
function distances(runs: number, distance: (one: number, other: number) => number | null) {
  const toReal: (number | null)[] = []
  const floor: (number | null)[] = []
  for (const [one, other] of pairs(runs)) (other === runs - 1 ? toReal : floor).push(distance(one, other))
  return { toReal: meanOf(toReal), floor: meanOf(floor) }
}

function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  if (known.length < values.length || known.length === 0) return null
  return known.reduce((sum, value) => sum + value, 0) / known.length
}

function judgeLatency(runs: number, points: readonly Points[]): Distance {
  const found = distances(runs, (one, other) => distanceMs(points[one] as Points, points[other] as Points))
  return judge(found, (floor) => Math.max(TIMES_FLOOR * floor, floor + SPARE_MS))
}

/** Two runs without any answer are as like as can be, and nothing was measured. */
function distanceMs(one: Points, other: Points): number | null {
  return one.total === 0 || other.total === 0 ? null : wassersteinMs(one, other)
}

function judgeOutcomes(runs: number, share: (one: number, other: number) => number | null): Distance {
  return judge(distances(runs, share), (floor) => TIMES_FLOOR * floor + SPARE_SHARE)
}

/** What real runs cannot say of each other is not asked of the virtual one: a check that cannot fail is none. */
function judge(found: Pick<Distance, 'toReal' | 'floor'>, limitOf: (floor: number) => number): Distance {
  const { toReal, floor } = found
  if (floor === null) return { ...found, limit: null, met: null }
  const limit = limitOf(floor)
  return { ...found, limit, met: toReal !== null && toReal <= limit }
}

function compareExpectations(results: Sides<VariantResult>): ExpectationFidelity[] {
  const named = results.virtual.expectations.map(({ expectation }) => {
    const holds = (run: VariantResult) => {
      const found = run.expectations.find((each) => each.expectation === expectation)
      return found && found.inconclusive === null ? found.holds : null
    }
    return besideEachOther(expectation, pick(results, holds))
  })
  return [...named, ...compareUnnamed(results)]
}

/** What nobody names is expected to hold as well: a run that violates it fails. */
function compareUnnamed(results: Sides<VariantResult>): ExpectationFidelity[] {
  const { expectations, invariants } = results.virtual
  const named = new Set(expectations.map(({ expectation }) => expectation))
  return invariants.flatMap(({ name, expected }) => {
    const expectation = `${name} holds`
    if (expected !== 'holds' || named.has(expectation)) return []
    const holds = pick(results, ({ violations }) => violations[name] === 0)
    return holds.virtual && holds.real.every((each) => each) ? [] : [besideEachOther(expectation, holds)]
  })
}

function besideEachOther(expectation: string, holds: Sides<boolean | null>): ExpectationFidelity {
  const { real, virtual } = holds
  return { expectation, holds, met: new Set(real).size > 1 ? null : real.every((each) => each === virtual) }
}

function compareCalls(results: Sides<VariantResult>): VariantFidelity['callMs'] {
  const edges = results.virtual.dependencies.map(({ edge }) => edge)
  const median = (edge: string) => (result: VariantResult) =>
    result.dependencies.find((each) => each.edge === edge)?.latencyMs.p50 ?? null
  return Object.fromEntries(edges.map((edge) => [edge, pick(results, median(edge))]))
}

function compareViolations({ real, virtual }: Sides<RunFigures>): VariantFidelity['violations'] {
  const counts = INVARIANTS.map((name) => {
    const count = ({ result }: RunFigures) => result.violations[name] ?? 0
    return [name, { real: real.map(count), virtual: count(virtual) }] as const
  })
  return Object.fromEntries(counts.filter(([, { real, virtual }]) => virtual + Math.max(...real) > 0))
}
