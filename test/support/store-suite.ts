/** What every store must do, whatever it keeps its rows in. Each implementation's test runs this suite. */

import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Row, Statement, Store, Work } from '../../src/core/env.ts'
import { query, sql } from '../../src/core/statement.ts'

export interface StoreUnderTest extends Store {
  /** Makes tables. */
  execute(statements: readonly Statement[]): void | Promise<void>
  countAttempt(purchase: string, effect: string): number | Promise<number>
  close(): void | Promise<void>
}

/** A place for one store, which may be opened again and again. */
export interface StorePlace {
  open(): StoreUnderTest | Promise<StoreUnderTest>
  remove(): void | Promise<void>
}

class Oops extends Error {}

const TABLE = sql('CREATE TABLE things (name TEXT PRIMARY KEY, n INTEGER)')
const put = (name: string, n: number) => sql('INSERT INTO things VALUES (?, ?)', name, n)

export function testStore(name: string, makePlace: () => StorePlace | Promise<StorePlace>): void {
  describe(`${name} as a store`, () => {
    let place: StorePlace
    let store: StoreUnderTest

    beforeEach(async () => {
      place = await makePlace()
      store = await place.open()
      await store.execute([TABLE])
    })
    afterEach(async () => {
      await store.close()
      await place.remove()
    })

    const things = () => query(store, 'SELECT name, n FROM things ORDER BY name')

    it('gives rows back to the work, and its result to the caller', async () => {
      const result = await store.transaction(function* (): Work<number> {
        const nothing = yield put('a', 1)
        yield put('b', 2)
        const rows = yield sql('SELECT n FROM things WHERE name >= ? ORDER BY name', 'a')
        expect(nothing).toEqual([])
        return rows.reduce((sum, row) => sum + Number(row.n), 0)
      })
      expect(result).toBe(3)
    })

    it('says by the rows of RETURNING whether a claim was new', async () => {
      const claim = (key: string) =>
        query(store, 'INSERT INTO things VALUES (?, 1) ON CONFLICT DO NOTHING RETURNING name', key)
      expect(await claim('k')).toEqual([{ name: 'k' }])
      expect(await claim('k')).toEqual([])
    })

    it('keeps text, numbers and nothing as they are', async () => {
      await store.execute([sql('CREATE TABLE values_kept (t TEXT, i INTEGER, r REAL, e TEXT)')])
      const text = 'naïve ✓ "quoted" \n'
      await store.transaction(function* (): Work<void> {
        yield sql('INSERT INTO values_kept VALUES (?, ?, ?, ?)', text, 2 ** 53 - 1, 0.1, null)
      })
      expect(await query(store, 'SELECT * FROM values_kept')).toEqual([{ t: text, i: 2 ** 53 - 1, r: 0.1, e: null }])
    })

    it('takes back everything when the work throws, and rethrows', async () => {
      await store.transaction(function* (): Work<void> {
        yield put('before', 1)
      })
      const failing = store.transaction(function* (): Work<void> {
        yield put('a', 1)
        yield sql('UPDATE things SET n = 99')
        throw new Oops('no')
      })
      await expect(failing).rejects.toBeInstanceOf(Oops)
      expect(await things()).toEqual([{ name: 'before', n: 1 }])
    })

    it('takes back everything when a statement fails', async () => {
      const failing = store.transaction(function* (): Work<void> {
        yield put('a', 1)
        yield put('a', 2)
      })
      await expect(failing).rejects.toThrow()
      expect(await things()).toEqual([])
      await store.transaction(function* (): Work<void> {
        yield put('a', 3)
      })
      expect(await things()).toEqual([{ name: 'a', n: 3 }])
    })

    it('does not let transactions that run at once slip into one another', async () => {
      await store.transaction(function* (): Work<void> {
        yield put('counter', 0)
      })
      // Read, then write what was read plus one: the mistake that isolation forgives.
      const increment = () =>
        store.transaction(function* (): Work<void> {
          const [row] = yield sql(`SELECT n FROM things WHERE name = 'counter'`)
          yield sql(`UPDATE things SET n = ? WHERE name = 'counter'`, Number((row as Row).n) + 1)
        })
      await Promise.all(Array.from({ length: 50 }, increment))
      expect(await things()).toEqual([{ name: 'counter', n: 50 }])
    })

    it('leaves the others alone when one of those that run at once fails', async () => {
      const one = (n: number) =>
        store.transaction(function* (): Work<void> {
          yield put(`t-${String(n).padStart(2, '0')}`, n)
          if (n % 3 === 0) throw new Oops('no')
        })
      const settled = await Promise.allSettled(Array.from({ length: 12 }, (_, n) => one(n)))
      expect(settled.map(({ status }) => status === 'fulfilled')).toEqual(settled.map((_, n) => n % 3 !== 0))
      expect((await things()).map(({ n }) => n)).toEqual([1, 2, 4, 5, 7, 8, 10, 11])
    })

    it('is the same after it was closed and opened again', async () => {
      await store.transaction(function* (): Work<void> {
        yield put('a', 1)
      })
      await store.close()
      store = await place.open()
      expect(await things()).toEqual([{ name: 'a', n: 1 }])
    })

    it('counts attempts durably, for each purchase and effect', async () => {
      expect(await store.countAttempt('p-1', 'do:charge')).toBe(1)
      expect(await store.countAttempt('p-1', 'do:charge')).toBe(2)
      expect(await store.countAttempt('p-1', 'do:deduct')).toBe(1)
      expect(await store.countAttempt('p-2', 'do:charge')).toBe(1)
      await store.close()
      store = await place.open()
      expect(await store.countAttempt('p-1', 'do:charge')).toBe(3)
    })

    it('does not take an attempt back with a transaction that fails', async () => {
      await store.countAttempt('p-1', 'do:charge')
      const failing = store.transaction(function* (): Work<void> {
        yield put('a', 1)
        throw new Oops('no')
      })
      await expect(failing).rejects.toThrow()
      expect(await store.countAttempt('p-1', 'do:charge')).toBe(2)
    })

    it('refuses whoever writes after it was closed, and may be closed twice', async () => {
      await store.close()
      await store.close()
      const late = store.transaction(function* (): Work<void> {
        yield put('late', 1)
      })
      await expect(late).rejects.toMatchObject({ name: 'Fenced' })
      await expect((async () => store.countAttempt('p-1', 'do:charge'))()).rejects.toMatchObject({ name: 'Fenced' })
      store = await place.open()
      expect(await things()).toEqual([])
      expect(await store.countAttempt('p-1', 'do:charge')).toBe(1)
    })

    it('holds what the transactions that succeeded wrote, and nothing else', async () => {
      const transfers = fc.array(
        fc.record({ from: fc.nat(3), to: fc.nat(3), amount: fc.integer({ min: 1, max: 6 }), fails: fc.boolean() }),
        { maxLength: 20 },
      )
      await fc.assert(
        fc.asyncProperty(transfers, async (all) => {
          const expected = [10, 10, 10, 10]
          await store.transaction(function* (): Work<void> {
            yield sql('DELETE FROM things')
            for (const [index, n] of expected.entries()) yield put(String(index), n)
          })
          const add = (index: number, amount: number) =>
            sql('UPDATE things SET n = n + ? WHERE name = ?', amount, String(index))
          await Promise.allSettled(
            all.map(({ from, to, amount, fails }) => {
              if (!fails) {
                expected[from] = (expected[from] ?? 0) - amount
                expected[to] = (expected[to] ?? 0) + amount
              }
              return store.transaction(function* (): Work<void> {
                yield add(from, -amount)
                if (fails) throw new Oops('no')
                yield add(to, amount)
              })
            }),
          )
          expect((await things()).map(({ n }) => n)).toEqual(expected)
        }),
        { numRuns: 30 },
      )
    })
  })
}
