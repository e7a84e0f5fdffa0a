import { z } from 'zod'
import { sql } from '../core/statement.ts'
import { bodyOf } from './body.ts'
import { leafService } from './participant.ts'

const deduction = z.strictObject({
  product: z.string(),
  quantity: z.int().positive(),
  /** False: deducts without looking, as the naive variant does after asking. */
  conditional: z.boolean().default(true),
})
const question = z.strictObject({ product: z.string() })

/** Stock by product. A conditional deduction cannot oversell; a blind one can. */
export const inventory = leafService({
  name: 'inventory',
  openings: ({ products }) => products.map(({ name, stock }) => ({ account: name, unit: 'piece', opening: stock })),
  coordinator: 'inventory→order',
  leaf: () => ({
    plan(request) {
      const { product, quantity, conditional } = bodyOf(request, deduction)
      const floor = conditional || request.operation === 'prepare' ? 0 : null
      return {
        movements: [{ account: product, amount: -quantity, unit: 'piece', floor, tracked: true }],
        answer: { product, quantity },
        tooLittle: 'insufficient_stock',
        locked: 'stock_locked',
      }
    },
    *query(request) {
      const { product } = bodyOf(request, question)
      const [row] = yield sql('SELECT balance, held FROM balances WHERE account = ?', product)
      return { product, available: row ? Number(row.balance) - Number(row.held) : 0 }
    },
  }),
})
