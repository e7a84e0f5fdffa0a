/** What policies did on each call path, figure by figure: the same in the terminal and on the page. */

import type { DependencyResult } from '../core/dependency.ts'
import type { Result, VariantResult } from '../core/result.ts'
import { formatCount, formatCounted, formatMs, NOT_MEASURED } from './format.ts'

/** Policies that hold calls in compartments. */
const COMPARTMENTS = ['bulkhead', 'shared-pool']

export function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}

/** `breaker 120, bulkhead 30`, the most first; empty where there are none. */
function listCounts(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([word, count]) => `${word} ${formatCount(count)}`)
    .join(', ')
}

interface DependencyFigure {
  readonly name: string
  readonly about: string
  /** Empty: nothing to say of this path. */
  readonly text: (dependency: DependencyResult) => string
  /** Also without any policy. */
  readonly always?: true
}

const counted = (count: number): string => (count === 0 ? '' : formatCount(count))
const measured = (ms: number | null): string => (ms === null ? '' : formatMs(ms))

const DEPENDENCY_FIGURES: readonly DependencyFigure[] = [
  {
    name: 'calls',
    about: 'Requests that left the caller; at the door, those that came.',
    text: ({ calls }) => formatCount(calls),
    always: true,
  },
  { name: 'failures', about: 'Without a positive answer.', text: ({ failures }) => listCounts(failures), always: true },
  { name: 'latency, p50', about: '', text: ({ latencyMs }) => measured(latencyMs.p50), always: true },
  {
    name: 'latency, p99',
    about: 'Of those that were answered in any way.',
    text: ({ latencyMs }) => measured(latencyMs.p99),
    always: true,
  },
  {
    name: 'refused by',
    about: 'Calls that were not made, and the policy that refused them.',
    text: ({ refusalReasons }) => listCounts(refusalReasons),
  },
  { name: 'retries', about: '', text: ({ retries }) => counted(retries) },
  {
    name: 'budget exhausted',
    about: 'A retry was due, and there was nothing left to pay for it.',
    text: ({ budgetExhausted }) => counted(budgetExhausted),
  },
  {
    name: 'budget left',
    about: 'The fewest retries that the budget ever had left.',
    text: ({ leastBudgetLeft }) => (leastBudgetLeft === null ? '' : formatCount(leastBudgetLeft)),
  },
  {
    name: 'limit',
    about: 'Least and most of the concurrency limit, and where it ended.',
    text: ({ limit }) => (limit ? `${limit.least} to ${limit.most}, at last ${limit.last}` : ''),
  },
  {
    name: 'probes',
    about: 'Health checks while the breaker was open: how many went well.',
    text: ({ probes: { well, ill } }) => (well + ill === 0 ? '' : `${well} of ${well + ill}`),
  },
  { name: 'timeouts', about: 'The caller went on without an answer.', text: ({ timeouts }) => counted(timeouts) },
  {
    name: 'late answers',
    about: 'They came after the caller had gone.',
    text: ({ lateAnswers }) => counted(lateAnswers),
  },
  { name: 'fallbacks', about: 'What stood in for an answer.', text: ({ fallbacks }) => listCounts(fallbacks) },
  {
    name: 'hedges',
    about: 'Second requests, and how many were answered first.',
    text: ({ hedges }) => (hedges.sent === 0 ? '' : `${formatCount(hedges.sent)}, ${formatCount(hedges.won)} won`),
  },
  {
    name: 'waited, p50',
    about: 'In line for a permit, of the calls that waited at all.',
    text: ({ waitedMs }) => measured(waitedMs.p50),
  },
  { name: 'waited, p99', about: '', text: ({ waitedMs }) => measured(waitedMs.p99) },
  { name: 'most in line', about: '', text: ({ mostQueued }) => counted(mostQueued) },
  {
    name: 'most on their way',
    about: 'Calls at once.',
    text: ({ mostInFlight }) => counted(mostInFlight),
    always: true,
  },
  {
    name: 'breaker',
    about: 'How often it opened, and for how long in all.',
    text: ({ breaker }) =>
      breaker === null ? '' : `${formatCounted(breaker.openings, 'opening')}, ${formatMs(breaker.openMs)}`,
  },
]

/** Whether a policy did anything on this path. */
function spoke(dependency: DependencyResult): boolean {
  return DEPENDENCY_FIGURES.some(({ always, text }) => !always && text(dependency) !== '')
}

/** Variants in which a policy did something. */
export function variantsWithPolicies({ variants }: Result): VariantResult[] {
  return variants.filter(({ dependencies }) => dependencies.some(spoke))
}

/** One row for each figure that at least one path has; the columns are the paths. */
export function dependencyRows(dependencies: readonly DependencyResult[]) {
  return DEPENDENCY_FIGURES.flatMap(({ name, about, text }) => {
    const cells = dependencies.map(text)
    if (cells.every((cell) => cell === '')) return []
    return [{ about, row: [name, ...cells.map((cell) => cell || NOT_MEASURED)] }]
  })
}

/** Whether calls on this path had to wait for a place in a compartment, or did not get one. */
export function filledUp({ refusals, mostQueued }: DependencyResult): boolean {
  return mostQueued > 0 || COMPARTMENTS.some((policy) => (refusals[policy] ?? 0) > 0)
}

function added(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums = new Map<string, number>()
  for (const counts of all) {
    for (const [word, count] of Object.entries(counts)) sums.set(word, (sums.get(word) ?? 0) + count)
  }
  return Object.fromEntries(sums)
}

/** `118 orders told pending`; empty where nobody was. How they ended is in the comparison. */
export function pendingInWords({ toldPending }: VariantResult): string {
  return toldPending === 0 ? '' : formatCounted(toldPending, 'order told pending', 'orders told pending')
}

/** `refused by breaker 120, bulkhead 30; 14 retries`; empty where nothing was refused and nothing stood in. */
export function policiesInWords(variant: VariantResult): string {
  const { dependencies } = variant
  const pending = pendingInWords(variant)
  const refusals = added(dependencies.map((each) => each.refusals))
  const fallbacks = added(dependencies.map((each) => each.fallbacks))
  if (total(refusals) + total(fallbacks) === 0) return pending
  const sum = (figure: (dependency: DependencyResult) => number) =>
    dependencies.reduce((before, each) => before + figure(each), 0)
  const retries = sum((each) => each.retries)
  const openings = sum((each) => each.breaker?.openings ?? 0)
  return [
    total(refusals) > 0 ? `refused by ${listCounts(refusals)}` : '',
    total(fallbacks) > 0 ? `fallbacks: ${listCounts(fallbacks)}` : '',
    pending,
    retries > 0 ? formatCounted(retries, 'retry', 'retries') : '',
    openings > 0 ? formatCounted(openings, 'breaker opening') : '',
  ]
    .filter((part) => part !== '')
    .join('; ')
}
