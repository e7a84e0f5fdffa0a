/** Findings as scenario files, each of which runs by itself. */

import { writeScenario } from '../scenarios/file/write.ts'
import { withoutQuizAndScript } from '../scenarios/quiz-and-script.ts'
import type { Explorand } from '../search/choose-variants.ts'
import { swarmPlan } from '../search/explore.ts'
import { fitSwitches } from '../search/fit-switches.ts'
import type { ShrunkFinding } from '../search/shrink-findings.ts'
import type { ExploreFiles } from './explore-files.ts'
import type { ExplorePlan } from './explore-plan.ts'
import { commandOf, describeWhat, type ShownFinding } from './show-explored.ts'

/** Shrunk where that was possible, and otherwise as the seed has drawn it. Without files nothing is written. */
export function writeFindings(
  found: readonly ShrunkFinding[],
  plan: ExplorePlan,
  files: ExploreFiles | null,
): ShownFinding[] {
  return found.map((finding) => {
    const command = commandOf(finding, plan)
    if (files === null) return { ...finding, command, file: null }
    const name = finding.shrunk?.fileName ?? `${finding.variant}-${finding.what}.yaml`
    return { ...finding, command, file: files.write(name, finding.shrunk?.text ?? drawnText(finding, plan, command)) }
  })
}

function drawnText(finding: ShrunkFinding, plan: ExplorePlan, command: string): string {
  const { variant, seed, sentence } = finding
  const explorand = plan.variants.find((each) => each.variant === variant) as Explorand
  const { scenario } = swarmPlan(plan.scenario, explorand, seed)
  const variants = scenario.variants.filter(({ name }) => name === variant)
  const comment = [`What seed ${seed} has drawn. ${variant} ${describeWhat(finding)}: ${sentence}`, command]
  const alone = fitSwitches({ ...withoutQuizAndScript(scenario), seed, variants, expectations: {} })
  return writeScenario(alone, comment.join('\n'))
}
