/** The story of a purchase in a terminal: why it broke a promise, or who it is told of. */

import type { Diagram, Prevention, Stories, Story, StoryGroup } from '../core/story.ts'
import { plain } from '../scenarios/file/plain.ts'

export interface Asked {
  readonly variant: string
  readonly purchase: string
  /** As the run was named. */
  readonly run: string
}

/** What every group of this variant has to say of the purchase; empty: nothing. Safe to print. */
export function showStories(stories: Stories, asked: Asked): string {
  const { variant, purchase } = asked
  const groups = stories.variants.find((one) => one.variant === variant)?.groups ?? []
  return groups
    .filter(({ purchases }) => purchases.includes(purchase))
    .map((group) => (group.story.purchase === purchase ? showGroup(group) : showMembership(group, asked)))
    .join('')
}

/** One story whole, with what would have prevented it. Safe to print; ends with an empty line. */
export function showGroup({ invariant, count, story, prevention }: StoryGroup): string {
  const others = count === 1 ? 'the only one of its shape' : `told for all ${count} of its shape`
  const lines = [`${story.title} (${invariant}, ${others})`, ...showProof(story.proof), ...showPrevention(prevention)]
  return block(lines)
}

function showProof(proof: Story['proof']): string[] {
  const width = Math.max(0, ...proof.map(({ role }) => role.length))
  return proof.map(({ role, sentence }) => `  ${role.padEnd(width)}  ${sentence}`)
}

function showPrevention(prevention: Prevention | null): string[] {
  if (!prevention) return ['  No variant of this run has this purchase without a violation.']
  return [`  It does not happen under ${prevention.variant}: ${prevention.change}.${seeAlso(prevention.diagram)}`]
}

function seeAlso(diagram: Diagram | null): string {
  return diagram === null ? '' : ' The report has both pictures.'
}

function showMembership({ invariant, shape, count, story }: StoryGroup, { variant, purchase, run }: Asked): string {
  const told = story.purchase === null ? 'no single purchase' : story.purchase
  const hint = story.purchase === null ? '' : ` (faultline order ${story.purchase} ${run} --variant ${variant})`
  return block([`${purchase} broke ${invariant}, as ${count} did in this way: ${shape}`, `  Told of ${told}${hint}.`])
}

function block(lines: readonly string[]): string {
  return `${lines.map(plain).join('\n')}\n\n`
}
