/** What one seed has drawn, what struck, and what was violated: for a look at a finding of `explore`. */

import type { Decision } from '../core/decision.ts'
import { plain } from '../scenarios/file/plain.ts'
import type { TrialPlan } from '../scenarios/trial.ts'
import type { TrialSummary } from '../scenarios/trial-summary.ts'
import type { TrialWorkers } from '../scenarios/trial-workers.ts'
import { EXIT_CODES } from './exit-codes.ts'
import type { ExplorePlan } from './explore-plan.ts'
import type { Io } from './io.ts'
import { counted, countedRequests, describeWhat } from './show-explored.ts'

const MOST_STRIKES = 60

export async function explainSeed(plan: ExplorePlan, workers: TrialWorkers, io: Io): Promise<number> {
  const [{ swarmPlan }, { showScenario }, { tellStrike }] = await Promise.all([
    import('../search/explore.ts'),
    import('../scenarios/file/show.ts'),
    import('../search/words.ts'),
  ])
  const seed = plan.seeds.from
  const tried: { plan: TrialPlan; summary: TrialSummary }[] = []
  for (const each of plan.variants) {
    const trial = swarmPlan(plan.scenario, each, seed)
    tried.push({ plan: trial, summary: await workers.run(trial) })
  }
  const bad = tried.some(({ summary }) => summary.violations.some(({ expected }) => expected !== 'allowed'))
  if (plan.json) io.stdout.write(`${JSON.stringify({ schemaVersion: 1, seed, trials: tried }, null, 2)}\n`)
  else {
    for (const { plan: trial, summary } of tried) {
      const { scenario, variant } = trial
      const alone = { ...scenario, variants: scenario.variants.filter(({ name }) => name === variant) }
      const tell = (strike: Decision) => tellStrike(strike, scenario.gremlins)
      io.stdout.write(`Seed ${seed} has drawn:\n\n${showScenario(alone)}\n${describeSummary(variant, summary, tell)}\n`)
    }
  }
  return bad ? EXIT_CODES.fail.code : EXIT_CODES.pass.code
}

function describeSummary(variant: string, summary: TrialSummary, tell: (strike: Decision) => string): string {
  const { strikes, violations } = summary
  const ends = describeEnds(summary)
  const more = strikes.length - MOST_STRIKES
  const lines = [
    counted(strikes.length, 'strike'),
    ...strikes.slice(0, MOST_STRIKES).map((strike) => `  ${tell(strike)}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
    '',
    ...ends,
    ...(violations.length === 0 ? [`${variant} survived.`] : []),
    ...violations.flatMap((violation) => [
      `${variant} ${describeWhat(violation)}, ${counted(violation.times, 'time')}${violation.expected === 'allowed' ? ' (allowed)' : ''}`,
      ...violation.sentence.split('\n').map((line) => `  ${line}`),
    ]),
  ]
  return `${lines.map(plain).join('\n')}\n`
}

/** Only orders end in a class; the others are counted. */
function describeEnds({ orders, requests }: TrialSummary): string[] {
  if (!orders || !requests) return ['It did not come to an end.']
  const { arrived, confirmed, cancelled, refused, failed, inDoubt } = orders
  const ends = `${confirmed} confirmed, ${cancelled} cancelled, ${refused} refused, ${failed} failed, ${inDoubt} in doubt`
  const others = { ...requests, order: 0 }
  const came = Object.values(others).some((count) => count > 0)
  return [
    ...(arrived > 0 || !came ? [`${counted(arrived, 'order')}: ${ends}`] : []),
    ...(came ? [countedRequests(others)] : []),
  ]
}
