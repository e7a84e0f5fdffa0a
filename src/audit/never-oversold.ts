import type { Invariant, RunFacts } from '../core/invariant.ts'
import { count } from './format.ts'
import { accuse, NONE } from './violate.ts'

const name = 'never-oversold'

/** The scenario's stock is what there really is; a published opening counts only for what the scenario does not know. */
function openingStock({ scenario, balances }: RunFacts): Map<string, number> {
  const published = balances.inventory.map(({ account, opening }): [string, number] => [account, opening])
  return new Map([...published, ...scenario.products.map(({ name, stock }): [string, number] => [name, stock])])
}

export const neverOversold: Invariant = {
  name,
  kind: 'always',
  promise: 'At no moment have more units of a product been taken than there were.',
  begin(run) {
    const stock = openingStock(run)
    let subjects = 0
    return {
      entry(service, entry) {
        if (service !== 'inventory' || (entry.kind !== 'effect' && entry.kind !== 'reversal')) return NONE
        const before = stock.get(entry.account) ?? 0
        const after = before + entry.amount
        stock.set(entry.account, after)
        if (entry.amount < 0) subjects++
        // One violation for each dip: a stock that is already negative has been reported.
        if (before < 0 || after >= 0) return NONE
        const taken = count(-entry.amount, 'unit')
        const sentence = `stock of ${entry.account} fell to ${after} when ${entry.purchase} took ${taken} of the ${before} left`
        return [accuse(name, entry.purchase, sentence, [{ service, entry }])]
      },
      subjects: () => subjects,
    }
  },
}
