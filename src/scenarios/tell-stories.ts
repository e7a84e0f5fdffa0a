/** `stories.json`: why each kind of violation came about. Each variant's journals are read once, and only where a story needs them. */

import { join } from 'node:path'
import { classifyPurchase } from '../audit/classify.ts'
import { diagramOf } from '../audit/explain/diagram.ts'
import { explain } from '../audit/explain/explain.ts'
import type { FoundGroup } from '../audit/groups.ts'
import type { VariantNotes } from '../audit/notes.ts'
import type { JournalLine } from '../core/event.ts'
import type { PurchaseFacts, Strike } from '../core/invariant.ts'
import type { Variant } from '../core/pattern.ts'
import type { Result } from '../core/result.ts'
import { JOURNAL_FOLDER, variantFolder } from '../core/run-folder.ts'
import type { Diagram, Stories, Story, StoryGroup } from '../core/story.ts'
import { readExcerpts } from '../runtime/real/journal-excerpts.ts'
import { lookUpOtherStrikes, lookUpPurchases } from '../runtime/real/look-up.ts'
import { type Nearest, nearestClean } from './nearest-clean.ts'

/** A variant that came to its end, and what its audit noted. */
export interface AuditedArm {
  readonly variant: Variant
  readonly notes: VariantNotes
}

/** What one group needs: its own story, and a diagram from another variant. */
interface Task {
  readonly arm: Arm
  readonly group: FoundGroup
  readonly nearest: Nearest<Arm> | undefined
  story?: Story
  prevented: Diagram | null
}

interface Arm extends AuditedArm {
  readonly outcomes: VariantNotes['outcomes']
}

/** @param folder of the run */
export async function tellStories(
  run: Pick<Result, 'scenario' | 'seed' | 'mode' | 'configuration'>,
  folder: string,
  audited: readonly AuditedArm[],
): Promise<Stories> {
  const arms = audited.map((arm): Arm => ({ ...arm, outcomes: arm.notes.outcomes }))
  const tasks = arms.flatMap((arm) => arm.notes.groups.groups.map((group) => taskOf(arm, group, arms)))
  for (const arm of arms) await tellArm(run, join(folder, variantFolder(arm.variant.name)), arm, tasks)
  const { scenario, seed, mode } = run
  return {
    schemaVersion: 1,
    scenario,
    seed,
    mode,
    variants: arms.map((arm) => ({
      variant: arm.variant.name,
      groups: tasks.filter((task) => task.arm === arm).map(toldGroup),
      untold: arm.notes.groups.untold,
    })),
  }
}

function taskOf(arm: Arm, group: FoundGroup, arms: readonly Arm[]): Task {
  const { purchase, invariant } = group.first
  const nearest = purchase === undefined ? undefined : nearestClean({ purchase, invariant }, arm, arms)
  return { arm, group, nearest, prevented: null }
}

/** Tells what happened in this variant: its own stories, and how others' purchases fared in it. */
async function tellArm(
  run: Pick<Result, 'configuration'>,
  folder: string,
  arm: Arm,
  tasks: readonly Task[],
): Promise<void> {
  const own = tasks.filter((task) => task.arm === arm)
  const others = tasks.filter(({ nearest }) => nearest?.other === arm)
  const wanted = new Set([...own, ...others].flatMap(({ group }) => group.first.purchase ?? []))
  const lines = wanted.size > 0 ? await readExcerpts(join(folder, JOURNAL_FOLDER), wanted) : NO_LINES
  const facts = wanted.size > 0 ? lookUpPurchases(folder, [...wanted]) : NO_FACTS
  const about = (id: string | undefined) => ({ lines: linesOf(lines, id), facts: factsOf(facts, id) })
  for (const task of own) {
    const { first } = task.group
    task.story = explain({
      scenario: run.configuration,
      variant: arm.variant,
      violation: first,
      ...about(first.purchase),
      others: othersOf(folder, first.purchase, linesOf(lines, first.purchase)),
    })
  }
  for (const task of others) {
    const { lines: told, facts: known } = about(task.group.first.purchase)
    task.prevented = diagramOf(told, known)
  }
}

const NO_LINES: ReadonlyMap<string, readonly JournalLine[]> = new Map()
const NO_FACTS: ReturnType<typeof lookUpPurchases> = new Map()

function linesOf(lines: typeof NO_LINES, id: string | undefined): readonly JournalLine[] {
  return (id !== undefined && lines.get(id)) || []
}

/** Where nobody is to blame, or nothing is on record, none could say more. */
function othersOf(folder: string, id: string | undefined, lines: readonly JournalLine[]): readonly Strike[] {
  const last = lines.at(-1)
  return id === undefined || !last ? [] : lookUpOtherStrikes(folder, id, last.atMs)
}

function factsOf(facts: typeof NO_FACTS, id: string | undefined): PurchaseFacts | null {
  const record = id === undefined ? undefined : facts.get(id)
  return record ? { ...record, class: classifyPurchase(record.rows.order) } : null
}

function toldGroup({ group, story, nearest, prevented }: Task): StoryGroup {
  if (!story) throw new Error(`the story of '${group.shape}' was not told`)
  const { invariant, shape, count, purchases } = group
  const prevention = nearest
    ? { variant: nearest.other.variant.name, change: nearest.change, diagram: prevented }
    : null
  return { invariant, shape, count, purchases, story, prevention }
}
