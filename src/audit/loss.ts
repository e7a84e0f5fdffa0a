import type { PurchaseFacts } from '../core/invariant.ts'
import type { Loss } from '../core/result.ts'
import type { Scenario } from '../core/scenario.ts'
import { type Effects, effectsOf } from './effects.ts'
import { kindOf, wasRefused } from './other-kinds.ts'

export const NO_LOSS: Loss = {
  overchargeCents: 0,
  surplusUnitsCents: 0,
  chargedWithoutGoodsCents: 0,
  phantomStockCents: 0,
}

export function addLoss(a: Loss, b: Loss): Loss {
  return {
    overchargeCents: a.overchargeCents + b.overchargeCents,
    surplusUnitsCents: a.surplusUnitsCents + b.surplusUnitsCents,
    chargedWithoutGoodsCents: a.chargedWithoutGoodsCents + b.chargedWithoutGoodsCents,
    phantomStockCents: a.phantomStockCents + b.phantomStockCents,
  }
}

export function totalLossCents(loss: Loss): number {
  return loss.overchargeCents + loss.surplusUnitsCents + loss.chargedWithoutGoodsCents + loss.phantomStockCents
}

/** Giving back more than was taken is no loss of this kind; all-or-nothing reports it. */
const atLeastZero = (amount: number) => Math.max(0, amount)

function priceOf(product: string, scenario: Scenario): number {
  return scenario.products.find(({ name }) => name === product)?.priceCents ?? 0
}

/** Value of products that nobody ordered. */
function strangeCents({ strangeUnits }: Effects, scenario: Scenario): number {
  let cents = 0
  for (const [product, units] of strangeUnits) cents += atLeastZero(units) * priceOf(product, scenario)
  return cents
}

/**
 * A payment by itself has no goods. What was charged beyond it is an overcharge. A charge that nobody told the buyer of is what the
 * buyer asked for; only one that was refused should not be there. Goods that were taken for it are nobody's.
 */
function lossOfPayment(facts: PurchaseFacts, owed: number, paid: number, taken: number): Loss {
  const asAsked = Math.min(paid, owed)
  return {
    ...NO_LOSS,
    overchargeCents: paid - asAsked,
    chargedWithoutGoodsCents: wasRefused(facts) ? asAsked : 0,
    phantomStockCents: taken,
  }
}

/**
 * What one purchase's mistakes cost, in cents of the base currency. Up to the price, money and goods are set against each other,
 * so that a purchase that is half done on both sides costs nothing and no cent is counted on both. What was taken beyond the price or beyond the
 * order is a mistake of its own: the one wants a refund, the other the goods back. See docs/invariants.md.
 */
export function lossOf(facts: PurchaseFacts, scenario: Scenario): Loss {
  const { wanted } = facts
  const effects = effectsOf(facts, scenario)
  const paid = atLeastZero(effects.paidCents)
  const units = atLeastZero(effects.units)
  const unitPrice = wanted && wanted.quantity > 0 ? wanted.amountCents / wanted.quantity : 0
  const strange = strangeCents(effects, scenario)
  const taken = Math.round(units * unitPrice) + strange
  const kind = kindOf(facts)
  if (wanted && kind === 'payment') return lossOfPayment(facts, wanted.amountCents, paid, taken)
  if (!wanted || kind !== 'order' || facts.class !== 'confirmed') {
    return { ...NO_LOSS, chargedWithoutGoodsCents: paid, phantomStockCents: atLeastZero(taken - paid) }
  }
  const owed = wanted.amountCents
  const delivered = Math.round(Math.min(units, wanted.quantity) * unitPrice)
  const surplus = Math.round(atLeastZero(units - wanted.quantity) * unitPrice)
  const paidForGoods = Math.min(paid, owed)
  return {
    overchargeCents: paid - paidForGoods,
    surplusUnitsCents: surplus + strange + atLeastZero(delivered - paidForGoods),
    chargedWithoutGoodsCents: atLeastZero(paidForGoods - delivered),
    phantomStockCents: 0,
  }
}

/** Units that a confirmed buyer was promised and got taken out of the stock. */
export function promisedUnits(facts: PurchaseFacts, scenario: Scenario): number {
  const { wanted } = facts
  if (!wanted || kindOf(facts) !== 'order' || facts.class !== 'confirmed') return 0
  return Math.min(atLeastZero(effectsOf(facts, scenario).units), wanted.quantity)
}

/**
 * Units that confirmed buyers were promised and paid beyond what there ever was: charges without goods, which no purchase shows
 * by itself. Units taken twice or for nobody are priced elsewhere and not promised to anybody.
 */
export function recordPromises(scenario: Scenario) {
  const promised = new Map<string, number>()
  return {
    add(facts: PurchaseFacts): void {
      const { wanted } = facts
      if (!wanted) return
      promised.set(wanted.product, (promised.get(wanted.product) ?? 0) + promisedUnits(facts, scenario))
    },
    loss(): Loss {
      let cents = 0
      for (const { name, stock, priceCents } of scenario.products) {
        cents += atLeastZero((promised.get(name) ?? 0) - stock) * priceCents
      }
      return { ...NO_LOSS, chargedWithoutGoodsCents: cents }
    },
  }
}
