/** Variants whose participants would stay in doubt for ever. */

import type { Variant, Workflow } from '../../core/pattern.ts'
import { WORKFLOWS } from '../../patterns/workflows/catalogue.ts'
import type { Mistakes, Place } from './mistakes.ts'

function votes({ operations }: Workflow): boolean {
  return operations.includes('prepare')
}

/** To say what has become of a vote, a workflow must know of orders that an earlier life left open: it takes them up, too. */
function tellsVoters(workflow: Workflow): boolean {
  return votes(workflow) && workflow.points.includes('while-recovering')
}

/** Whether a participant of this variant that has voted and heard nothing asks, and is told. */
export function asksAfterVoting({ workflow, participants }: Variant): boolean {
  const chosen = WORKFLOWS[workflow.workflow]
  return chosen !== undefined && tellsVoters(chosen) && participants.reservationMs === null
}

/** Notes at the variant's name that its votes wait for somebody who never tells them anything. */
export function noteVotes({ workflow, participants }: Variant, place: Place, mistakes: Mistakes): void {
  const chosen = WORKFLOWS[workflow.workflow]
  if (!chosen || !votes(chosen) || tellsVoters(chosen) || participants.reservationMs !== null) return
  const others = Object.values(WORKFLOWS).filter(tellsVoters)
  const reason = `the workflow ${chosen.name} never answers a participant in doubt, which would hold and ask for ever`
  const remedy = `give participants a reservationMs, such as 1500, or use the workflow ${others.map(({ name }) => name).join(' or ')}`
  mistakes.add(place, `${reason}; ${remedy}`, 'key')
}
