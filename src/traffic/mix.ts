/** What buyers want. Each purchase is a pure function of the seed and its position, however many others there are. */

import type { PurchaseId } from '../core/call.ts'
import { keyedDraw } from '../core/draw.ts'
import { type Purchase, REQUEST_KINDS } from '../core/purchase.ts'
import type { Scenario } from '../core/scenario.ts'

/** What the order mix needs of a scenario. */
export type MixScenario = Pick<Scenario, 'products' | 'accounts' | 'traffic'>

/** Picks by weight, given a number in [0, 1). */
function weigh<Thing extends { readonly weight: number }>(
  what: string,
  things: readonly Thing[],
): (luck: number) => Thing {
  const upTo: number[] = []
  let total = 0
  for (const thing of things) {
    total += thing.weight
    upTo.push(total)
  }
  if (!(total > 0)) throw new RangeError(`the weights of the ${what} add up to nothing`)
  const last = things.findLast((thing) => thing.weight > 0) as Thing
  return (luck) => things[upTo.findIndex((bound) => luck * total < bound)] ?? last
}

function purchaseId(index: number): PurchaseId {
  return `p-${index + 1}`
}

/** The place of a purchase in the traffic, from 0. @throws RangeError for what is no purchase of any traffic */
export function indexOf(purchase: PurchaseId): number {
  const index = Number(/^p-([1-9]\d*)$/.exec(purchase)?.[1]) - 1
  if (Number.isNaN(index)) throw new RangeError(`'${purchase}' is no purchase: they are named p-1, p-2 and so on`)
  return index
}

/**
 * Draws purchases: product and account by weight, 1 to `mostUnits` units. `p-1` is the one at index 0.
 * @throws RangeError when no product or no account has a weight
 */
export function drawPurchases(
  scenario: MixScenario,
  seed: number | string,
): (index: number, intendedMs: number) => Purchase {
  const draw = keyedDraw(seed)
  const productAt = weigh('products', scenario.products)
  const accountAt = weigh('accounts', scenario.accounts)
  const { mostUnits, mix } = scenario.traffic
  const kindAt = weigh(
    'mix',
    REQUEST_KINDS.map((kind) => ({ kind, weight: mix[kind] })),
  )
  return (index, intendedMs) => {
    const purchase = purchaseId(index)
    const luck = (purpose: string): number => draw(purpose, 'traffic', purchase, 'order', 0)
    const product = productAt(luck('mix:product'))
    const account = accountAt(luck('mix:account'))
    const quantity = 1 + Math.floor(luck('mix:quantity') * mostUnits)
    return {
      purchase,
      kind: kindAt(luck('mix:kind')).kind,
      index,
      intendedMs,
      product: product.name,
      quantity,
      amountCents: product.priceCents * quantity,
      account: account.name,
      currency: account.currency,
    }
  }
}

/** One purchase of `drawPurchases`; for many of one scenario, that is faster. */
export function drawPurchase(
  scenario: MixScenario,
  seed: number | string,
  index: number,
  intendedMs: number,
): Purchase {
  return drawPurchases(scenario, seed)(index, intendedMs)
}
