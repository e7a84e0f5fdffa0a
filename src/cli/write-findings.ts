/** Findings as scenario files, each of which runs by itself. */

import { join, relative } from 'node:path'
import { writeScenario } from '../scenarios/file/write.ts'
import type { Explorand } from '../search/choose-variants.ts'
import { swarmPlan } from '../search/explore.ts'
import type { ShrunkFinding } from '../search/shrink-findings.ts'
import type { ExplorePlan } from './explore-plan.ts'
import { reasonOf } from './failure.ts'
import type { Io } from './io.ts'
import { commandOf, describeWhat, type ShownFinding } from './show-explored.ts'
import { writeWhole } from './write-file.ts'

export interface WrittenFindings {
  readonly findings: readonly ShownFinding[]
  /** What could not be written: to be told after what was found, which may have taken long to find. */
  readonly failures: readonly string[]
}

/** Shrunk where that was possible, and otherwise as the seed has drawn it. Without a folder nothing is written. */
export function writeFindings(found: readonly ShrunkFinding[], plan: ExplorePlan, io: Io): WrittenFindings {
  const names = new Set<string>()
  const failures: string[] = []
  const findings = found.map((finding): ShownFinding => {
    const command = commandOf(finding, plan)
    if (plan.outDir === null) return { ...finding, command, file: null }
    const file = join(
      plan.outDir,
      freeName(finding.shrunk?.fileName ?? `${finding.variant}-${finding.what}.yaml`, names),
    )
    try {
      writeWhole(file, finding.shrunk?.text ?? drawnText(finding, plan, command))
    } catch (error) {
      failures.push(`cannot write ${file}: ${reasonOf(error)}`)
      return { ...finding, command, file: null }
    }
    return { ...finding, command, file: relative(io.cwd, file) }
  })
  return { findings, failures }
}

function freeName(wanted: string, names: Set<string>): string {
  let name = wanted
  for (let n = 2; names.has(name); n++) name = wanted.replace(/\.yaml$/, `-${n}.yaml`)
  names.add(name)
  return name
}

function drawnText(finding: ShrunkFinding, plan: ExplorePlan, command: string): string {
  const { variant, seed, sentence } = finding
  const explorand = plan.variants.find((each) => each.variant === variant) as Explorand
  const { scenario } = swarmPlan(plan.scenario, explorand, seed)
  const variants = scenario.variants.filter(({ name }) => name === variant)
  const comment = [`What seed ${seed} has drawn. ${variant} ${describeWhat(finding)}: ${sentence}`, command]
  return writeScenario({ ...scenario, seed, variants, expectations: {} }, comment.join('\n'))
}
