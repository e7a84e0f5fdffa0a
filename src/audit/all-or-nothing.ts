import type { Invariant, PurchaseFacts } from '../core/invariant.ts'
import type { PurchaseClass } from '../core/purchase.ts'
import { type Effects, effectsOf } from './effects.ts'
import { count, formatCents, listed, stateOf } from './format.ts'
import { kindOf } from './other-kinds.ts'
import { blame, NONE, rowsOf, type ServiceRow } from './violate.ts'

const name = 'all-or-nothing'

function chargedText({ charged, currency }: Effects): string {
  const amounts = [...charged].filter(([, cents]) => cents !== 0).map(([unit, cents]) => formatCents(cents, unit))
  return amounts.length > 0 ? listed(amounts) : formatCents(0, currency)
}

/** What a confirmed purchase lacks; undefined: nothing. */
function missingPart(facts: PurchaseFacts, effects: Effects): string | undefined {
  const missing: string[] = []
  if (!effects.fullyCharged) {
    missing.push(`${chargedText(effects)} of ${formatCents(effects.dueCents, effects.currency)} charged`)
  }
  if (!effects.fullyDeducted) missing.push(`${effects.units} of ${count(effects.dueUnits, 'unit')} deducted`)
  if (missing.length > 0) return `${facts.id} is confirmed, with only ${listed(missing)}`
  if (effects.strangePayers.length === 0) return undefined
  return `${facts.id} is confirmed, and ${listed(effects.strangePayers)} paid for what ${facts.wanted?.account} bought`
}

/** What remains of a purchase that came to nothing; undefined: nothing. */
function leftOver(facts: PurchaseFacts, effects: Effects): string | undefined {
  if (!effects.moneyMoved && !effects.unitsMoved) return undefined
  const strange = [...effects.strangeUnits].map(([product, units]) => `${count(units, 'unit')} of ${product} taken`)
  const goods = effects.units === 0 ? strange : [`${count(effects.units, 'unit')} taken`, ...strange]
  const money = effects.moneyMoved ? `${chargedText(effects)} charged` : 'nothing charged'
  return `${facts.id} ${stateOf(facts.class)}, yet it is left with ${money} and ${goods.length > 0 ? listed(goods) : 'no goods taken'}`
}

/**
 * A compensation that cannot be done ends a purchase as failed and is raised to operations: they know what is left over, and
 * the loss counts it. But one that was paid and delivered in full had nothing to fail.
 */
function wrongfulFailure(facts: PurchaseFacts, effects: Effects): string | undefined {
  const { moneyMoved, unitsMoved, fullyCharged, fullyDeducted } = effects
  if (!moneyMoved || !unitsMoved || !fullyCharged || !fullyDeducted) return undefined
  return `${facts.id} has failed, yet it is charged and its goods are deducted in full: it should have been confirmed`
}

const WHAT_IS_WRONG: Readonly<Record<PurchaseClass, (facts: PurchaseFacts, effects: Effects) => string | undefined>> = {
  confirmed: missingPart,
  cancelled: leftOver,
  refused: leftOver,
  failed: wrongfulFailure,
  'in-doubt': leftOver,
}

export function evidence(facts: PurchaseFacts): ServiceRow[] {
  const { order, bank, inventory } = facts.rows
  return [...rowsOf('order', order), ...rowsOf('bank', bank), ...rowsOf('inventory', inventory)]
}

export const allOrNothing: Invariant = {
  name,
  kind: 'eventually',
  promise:
    'A purchase is confirmed if and only if it is charged and its goods are deducted; otherwise nothing remains of it, unless it has failed and operations know.',
  begin({ scenario }) {
    let subjects = 0
    return {
      purchase(facts) {
        const { order, bank, inventory } = facts.rows
        // A purchase that nobody made is the business of requests-conserved; what is no order has no two halves.
        if (!facts.wanted || kindOf(facts) !== 'order') return NONE
        if (order.length + bank.length + inventory.length === 0) return NONE
        subjects++
        const sentence = WHAT_IS_WRONG[facts.class](facts, effectsOf(facts, scenario))
        return sentence === undefined ? NONE : [blame(name, facts, sentence, evidence(facts))]
      },
      subjects: () => subjects,
    }
  },
}
