/** By which workflows a variant's orders can go without anything else about it being different. */

import type { JsonObject } from '../core/call.ts'
import type { Variant } from '../core/pattern.ts'
import { WORKFLOWS } from '../patterns/workflows/catalogue.ts'
import { collectMistakes, TOP } from './file/mistakes.ts'
import { noteKeys } from './file/note-keys.ts'
import { noteVotes } from './file/note-votes.ts'

const NOWHERE = () => ({ line: 0, column: 0 })

/**
 * Its own first. Another one fits where the variant's keys and participants give it what it needs; one that postpones orders, only
 * where the variant's own does, since its answers are different.
 */
export function workflowChoices(variant: Variant): string[] {
  const own = variant.workflow.workflow
  const others = Object.keys(WORKFLOWS).filter((name) => name !== own && fits(variant, name))
  return [own, ...others]
}

function fits(variant: Variant, name: string): boolean {
  const [own, other] = [WORKFLOWS[variant.workflow.workflow], WORKFLOWS[name]]
  const options = other?.options.safeParse({})
  if (!own || !other || !options?.success) return false
  if (other.postpones && !own.postpones) return false
  const changed = { ...variant, workflow: { workflow: name, options: options.data as JsonObject } }
  const mistakes = collectMistakes('', NOWHERE)
  noteKeys(changed, TOP, mistakes)
  noteVotes(changed, TOP, mistakes)
  return mistakes.count() === 0
}
