import { z } from 'zod'
import { Refusal } from '../core/call.ts'
import type { ServiceSetup } from '../core/service.ts'
import { sql } from '../core/statement.ts'
import { bodyOf } from './body.ts'
import { leafService } from './participant.ts'

const transfer = z.strictObject({
  from: z.string(),
  to: z.string(),
  amountCents: z.int().positive(),
  currency: z.string(),
})
const question = z.strictObject({ account: z.string() })

/** The buyers' accounts, and one of the merchant's for each currency. */
function openingsOf({ accounts, baseCurrency }: ServiceSetup) {
  const currencies = new Set([baseCurrency, ...accounts.map(({ currency }) => currency)])
  return [
    ...accounts.map(({ name, currency, openingCents }) => ({ account: name, unit: currency, opening: openingCents })),
    ...[...currencies].map((currency) => ({ account: `merchant-${currency}`, unit: currency, opening: 0 })),
  ]
}

/**
 * Accounts in several currencies. A transfer is two rows that sum to zero, so all accounts of a currency sum to a constant.
 * `do` transfers at once; `prepare` holds, `commit` captures, `abort` voids, `undo` refunds.
 */
export const bank = leafService({
  name: 'bank',
  coordinator: 'bank→payment',
  openings: openingsOf,
  leaf: (setup) => {
    const currencyOf = new Map(openingsOf(setup).map(({ account, unit }) => [account, unit]))

    /** Both sides, before anything moves: money must not arrive in another currency, or nowhere. */
    function requireCurrency(account: string, currency: string): void {
      const actual = currencyOf.get(account)
      if (actual === undefined) throw new Refusal(422, 'unknown_account', `there is no account '${account}'`)
      if (actual !== currency) {
        throw new Refusal(400, 'malformed', `account '${account}' is in ${actual}, not in ${currency}`)
      }
    }

    return {
      plan(request) {
        const { from, to, amountCents, currency } = bodyOf(request, transfer)
        requireCurrency(from, currency)
        requireCurrency(to, currency)
        return {
          movements: [
            { account: from, amount: -amountCents, unit: currency, floor: 0, tracked: true },
            { account: to, amount: amountCents, unit: currency, floor: null, tracked: true },
          ],
          answer: { amountCents, currency },
          tooLittle: 'insufficient_funds',
          locked: 'funds_locked',
        }
      },
      *query(request) {
        const { account } = bodyOf(request, question)
        const [row] = yield sql('SELECT unit, balance, held FROM balances WHERE account = ?', account)
        if (!row) return { account, balanceCents: 0, heldCents: 0 }
        return { account, currency: row.unit as string, balanceCents: Number(row.balance), heldCents: Number(row.held) }
      },
    }
  },
})
