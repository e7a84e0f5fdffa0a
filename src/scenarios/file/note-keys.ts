/** Variants whose requests would be answered 400 for want of an idempotency key. */

import type { Variant } from '../../core/pattern.ts'
import { EDGES, type Edge } from '../../core/topology.ts'
import { WORKFLOWS } from '../../patterns/workflows/catalogue.ts'
import type { Mistakes, Place } from './mistakes.ts'
import { asksAfterVoting } from './note-votes.ts'

/** Who calls here asks for an effect. Where keys are required, the callee takes no such request without one. */
const WORK: readonly Edge[] = [
  'order→inventory',
  'order→payment',
  'order→notification',
  'payment→bank',
  'payment→fx',
  'payment→logging',
]

/** A participant in doubt asks about a key. Only votes leave anybody in doubt, and a reservation that expires asks nobody. */
function needsKey(edge: Edge, variant: Variant): boolean {
  return WORK.includes(edge) || asksAfterVoting(variant)
}

/** Whether it commits, aborts or undoes what it asked for before, and must say by a key what that was. */
function namesEarlierWork(workflow: string): boolean {
  return WORKFLOWS[workflow]?.operations.some((operation) => operation !== 'query' && operation !== 'do') ?? false
}

/** Notes at the variant's name what its workflow or its participants need and its edges do not give. */
export function noteKeys(variant: Variant, place: Place, mistakes: Mistakes): void {
  const { workflow, edges, participants } = variant
  const required = participants.keys === 'required'
  const needed = namesEarlierWork(workflow.workflow)
  if (!required && !needed) return
  const keyless = EDGES.filter(
    (edge) => needsKey(edge, variant) && !edges[edge].some(({ policy }) => policy === 'idempotency-key'),
  )
  const remedies = [
    ...(required ? [] : ['give participants keys: required']),
    ...(keyless.length > 0 ? [`add the policy idempotency-key to ${keyless.join(', ')}`] : []),
  ]
  if (remedies.length === 0) return
  const reason = needed
    ? `the workflow ${workflow.workflow} needs idempotency keys, since an undo or a commit names what it is about`
    : 'participants with keys: required refuse what comes without a key'
  mistakes.add(place, `${reason}; ${remedies.join(', and ')}`, 'key')
}
