import { z } from 'zod'
import { Refusal } from '../core/call.ts'
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

/**
 * Accounts in several currencies. A transfer is two rows that sum to zero, so all accounts of a currency sum to a constant.
 * `do` transfers at once; `prepare` holds, `commit` captures, `abort` voids, `undo` refunds.
 */
export const bank = leafService({
  name: 'bank',
  openings: ({ accounts, baseCurrency }) => {
    const currencies = new Set([baseCurrency, ...accounts.map(({ currency }) => currency)])
    return [
      ...accounts.map(({ name, currency, openingCents }) => ({ account: name, unit: currency, opening: openingCents })),
      ...[...currencies].map((currency) => ({ account: `merchant-${currency}`, unit: currency, opening: 0 })),
    ]
  },
  leaf: ({ accounts }) => {
    const currencyOf = new Map(accounts.map(({ name, currency }) => [name, currency]))
    return {
      plan(request) {
        const { from, to, amountCents, currency } = bodyOf(request, transfer)
        const actual = currencyOf.get(from)
        if (actual !== undefined && actual !== currency) {
          throw new Refusal(400, 'malformed', `account '${from}' is in ${actual}, not in ${currency}`)
        }
        return {
          movements: [
            { account: from, amount: -amountCents, unit: currency, floor: 0, tracked: true },
            { account: to, amount: amountCents, unit: currency, floor: null, tracked: true },
          ],
          answer: { amountCents, currency },
          tooLittle: 'insufficient_funds',
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
