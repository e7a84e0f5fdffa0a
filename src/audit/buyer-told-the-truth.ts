import type { Invariant, PurchaseFacts } from '../core/invariant.ts'
import type { Told } from '../core/purchase.ts'
import { evidence } from './all-or-nothing.ts'
import { type Effects, effectsOf } from './effects.ts'
import { listed } from './format.ts'
import { kindOf, lastWord, untruthsOf } from './other-kinds.ts'
import { blame, NONE } from './violate.ts'

const name = 'buyer-told-the-truth'

/** 'confirmed' is a promise, whatever is said after it. */
function brokenPromise(facts: PurchaseFacts, effects: Effects): string | undefined {
  if (!facts.told.some(({ status }) => status === 'confirmed')) return undefined
  const missing: string[] = []
  if (facts.class !== 'confirmed') missing.push('no order of it is confirmed')
  if (!effects.fullyCharged) missing.push('it is not charged in full')
  if (!effects.fullyDeducted) missing.push('its goods are not deducted in full')
  return missing.length > 0 ? `the buyer of ${facts.id} was told 'confirmed', but ${listed(missing)}` : undefined
}

/**
 * Of several definite answers the last is what the buyer believes. `failed` says that operations have been called, so it promises
 * nothing about money or goods.
 */
function brokenRefusal(facts: PurchaseFacts, effects: Effects, last: Told | undefined): string | undefined {
  if (!last || last.status === 'confirmed') return undefined
  const untrue: string[] = []
  if (facts.class === 'confirmed') untrue.push('an order of it is confirmed')
  const settled = last.status !== 'failed'
  if (settled && effects.moneyMoved) untrue.push('money has been charged')
  if (settled && effects.unitsMoved) untrue.push('goods have been taken')
  const why = last.reason === null ? '' : ` (${last.reason})`
  return untrue.length > 0
    ? `the buyer of ${facts.id} was told '${last.status}'${why}, but ${listed(untrue)}`
    : undefined
}

function brokenAnswer(facts: PurchaseFacts, effects: Effects, { status }: Told): string | undefined {
  const untrue = untruthsOf(facts, effects)
  return untrue.length > 0 ? `the buyer of ${facts.id} was told '${status}', but ${listed(untrue)}` : undefined
}

/** No answer, an answer on the way (`pending`, `degraded`, 409) and a buyer who left assert nothing. */
export const buyerToldTheTruth: Invariant = {
  name,
  kind: 'eventually',
  promise:
    'Who is told "confirmed" is charged and gets the goods; who is told "refused" or "cancelled" keeps the money and gets nothing; who is told "failed" was not confirmed; who is told "answered" has what was asked for.',
  begin({ scenario }) {
    let subjects = 0
    return {
      purchase(facts) {
        const last = lastWord(facts)
        const kind = kindOf(facts)
        // What was said about the stock was true for a moment, and nobody wrote down which.
        if (!facts.wanted || !last || kind === 'stock') return NONE
        subjects++
        const effects = effectsOf(facts, scenario)
        const sentence =
          kind === 'order'
            ? (brokenPromise(facts, effects) ?? brokenRefusal(facts, effects, last))
            : brokenAnswer(facts, effects, last)
        return sentence === undefined ? NONE : [blame(name, facts, sentence, evidence(facts))]
      },
      subjects: () => subjects,
    }
  },
}
