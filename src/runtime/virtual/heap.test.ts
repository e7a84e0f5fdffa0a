import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type HeapItem, openHeap } from './heap.ts'

interface Thing extends HeapItem {
  readonly owner: number
}

const thing = (atMicros: number, sequence: number, owner = 0): Thing => ({ atMicros, sequence, place: -1, owner })

function drain(heap: ReturnType<typeof openHeap<Thing>>): Thing[] {
  const taken: Thing[] = []
  for (let next = heap.pop(); next; next = heap.pop()) taken.push(next)
  return taken
}

const inOrder = (a: Thing, b: Thing) => a.atMicros - b.atMicros || a.sequence - b.sequence

describe('the heap', () => {
  it('is empty at first, and gives nothing', () => {
    const heap = openHeap<Thing>()
    expect([heap.size(), heap.first(), heap.pop()]).toEqual([0, undefined, undefined])
  })

  it('lets ties fall to whoever came first', () => {
    const heap = openHeap<Thing>()
    for (let n = 0; n < 50; n++) heap.push(thing(7, n))
    expect(drain(heap).map(({ sequence }) => sequence)).toEqual(Array.from({ length: 50 }, (_, n) => n))
  })

  it('does nothing for what was taken out already', () => {
    const heap = openHeap<Thing>()
    const [a, b] = [thing(1, 1), thing(2, 2)]
    heap.push(a)
    heap.push(b)
    heap.remove(a)
    heap.remove(a)
    expect(drain(heap)).toEqual([b])
    heap.remove(b)
    expect(heap.size()).toBe(0)
  })

  it('gives what a sorted list gives, whatever is put in, taken out and swept', () => {
    const action = fc.oneof(
      { weight: 5, arbitrary: fc.record({ do: fc.constant('push' as const), at: fc.nat(40), owner: fc.nat(3) }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('pop' as const) }) },
      { weight: 3, arbitrary: fc.record({ do: fc.constant('remove' as const), which: fc.nat() }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('sweep' as const), owner: fc.nat(3) }) },
    )
    fc.assert(
      fc.property(fc.array(action, { maxLength: 200 }), (actions) => {
        const heap = openHeap<Thing>()
        let model: Thing[] = []
        for (const [sequence, each] of actions.entries()) {
          if (each.do === 'push') {
            const made = thing(each.at, sequence, each.owner)
            heap.push(made)
            model = [...model, made].sort(inOrder)
          } else if (each.do === 'pop') {
            expect(heap.pop()).toBe(model.shift())
          } else if (each.do === 'remove' && model.length > 0) {
            const [gone] = model.splice(each.which % model.length, 1) as [Thing]
            heap.remove(gone)
            expect(gone.place).toBe(-1)
          } else if (each.do === 'sweep') {
            heap.sweep(({ owner }) => owner === each.owner)
            model = model.filter(({ owner }) => owner !== each.owner)
          }
          expect(heap.first()).toBe(model[0])
          expect(heap.size()).toBe(model.length)
        }
        expect(drain(heap)).toEqual(model)
      }),
    )
  })
})
