/** What lies beside `result.json`: why things went wrong, and how each purchase ended under each variant. */

import { join } from 'node:path'
import type { Variant } from '../core/pattern.ts'
import type { Result } from '../core/result.ts'
import { OUTCOMES_FILE, STORIES_FILE } from '../core/run-folder.ts'
import { describeFailure } from '../runtime/real/describe-failure.ts'
import { writeWhole } from '../runtime/real/run-folder.ts'
import type { AuditedVariant } from './audit-variant.ts'
import { tellOutcomes } from './tell-outcomes.ts'
import { type AuditedArm, tellStories } from './tell-stories.ts'

/** @throws Error when a story cannot be told, which is a bug; the run's result is not touched */
export async function writeStories(result: Result, folder: string, done: readonly AuditedVariant[]): Promise<void> {
  const { variants } = result.configuration
  const arms = done.map(({ result: { name }, notes }): AuditedArm => ({ variant: named(variants, name), notes }))
  try {
    const stories = await tellStories(result, folder, arms)
    writeWhole(join(folder, STORIES_FILE), `${JSON.stringify(stories)}\n`)
    writeWhole(join(folder, OUTCOMES_FILE), `${JSON.stringify(tellOutcomes(folder, arms))}\n`)
  } catch (error) {
    const why = `the result is in ${folder}, but its stories cannot be told: ${describeFailure(error)}`
    throw new Error(why, { cause: error })
  }
}

function named(variants: readonly Variant[], name: string): Variant {
  const variant = variants.find((each) => each.name === name)
  if (!variant) throw new Error(`the scenario has no variant '${name}'`)
  return variant
}
