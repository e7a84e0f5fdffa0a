import fc from 'fast-check'
import { expect, it } from 'vitest'
import { makeRowList } from './row-list.ts'

const ids = fc.oneof(fc.integer({ min: -5, max: 200 }), fc.integer({ min: 0, max: 2 ** 40 }))
const steps = fc.array(
  fc.oneof(
    fc.record({ put: ids }),
    fc.record({ next: fc.integer({ min: 1, max: 150 }) }),
    // Most of those that are there, from one end or the other.
    fc.record({ remove: fc.double({ min: 0, max: 1, noNaN: true }), every: fc.integer({ min: 1, max: 3 }) }),
    fc.record({ look: ids }),
  ),
  { maxLength: 30 },
)

it('holds what a map holds, in order', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const list = makeRowList()
      const model = new Map<number, number[]>()
      const sorted = () => [...model.keys()].sort((one, other) => one - other)
      function put(id: number): void {
        const row = [id, model.size]
        list.put(id, row)
        model.set(id, row)
      }
      for (const step of all) {
        if ('put' in step) put(step.put)
        else if ('next' in step) for (let more = 0; more < step.next; more += 1) put((sorted().at(-1) ?? 0) + 1)
        else if ('remove' in step) {
          const there = sorted()
          const gone = there.slice(0, there.length * step.remove).filter((_, at) => at % step.every === 0)
          for (const id of gone) {
            list.remove(id)
            model.delete(id)
          }
        } else {
          expect(list.find(step.look)).toBe(model.get(step.look))
          const seen: unknown[] = []
          list.visit(step.look, (row) => seen.push(row) === 5)
          expect(seen).toEqual(
            sorted()
              .filter((id) => id >= step.look)
              .slice(0, 5)
              .map((id) => model.get(id)),
          )
        }
        expect(list.last()).toBe(sorted().at(-1))
      }
      for (const id of model.keys()) expect(list.find(id)).toBe(model.get(id))
    }),
  )
})

it('fails where a row is removed that is not there', () => {
  const list = makeRowList()
  list.put(1, [])
  list.put(2, [])
  list.remove(1)
  for (const id of [0, 1, 3]) expect(() => list.remove(id)).toThrow(`no row ${id}`)
})
