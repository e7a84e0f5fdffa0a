/** A 4-ary heap from which anything can be taken out: most timers are called off, and one that is must not lie around. */

/** What lies in the heap knows its place, so that it is found without a search. */
export interface HeapItem {
  readonly atMicros: number
  /** Ties fall to the lower one. */
  readonly sequence: number
  /** Where it lies; negative: nowhere. Written by the heap alone. */
  place: number
}

export interface Heap<T extends HeapItem> {
  size(): number
  first(): T | undefined
  push(item: T): void
  pop(): T | undefined
  /** Does nothing for what does not lie in it. */
  remove(item: T): void
  /** Takes out everything that is `unwanted`; slow, as it looks at all. */
  sweep(unwanted: (item: T) => boolean): void
}

const ARITY = 4

function isBefore(a: HeapItem, b: HeapItem): boolean {
  return a.atMicros < b.atMicros || (a.atMicros === b.atMicros && a.sequence < b.sequence)
}

function put<T extends HeapItem>(items: T[], item: T, place: number): void {
  items[place] = item
  item.place = place
}

/** Moves what belongs further up to where it belongs, from `start`. */
function rise<T extends HeapItem>(items: T[], item: T, start: number): void {
  let place = start
  while (place > 0) {
    const above = (place - 1) >> 2
    const parent = items[above] as T
    if (!isBefore(item, parent)) break
    put(items, parent, place)
    place = above
  }
  put(items, item, place)
}

function sink<T extends HeapItem>(items: T[], item: T, start: number): void {
  const size = items.length
  let place = start
  for (;;) {
    const from = place * ARITY + 1
    if (from >= size) break
    let least = from
    const to = Math.min(from + ARITY, size)
    for (let child = from + 1; child < to; child++) {
      if (isBefore(items[child] as T, items[least] as T)) least = child
    }
    const child = items[least] as T
    if (!isBefore(child, item)) break
    put(items, child, place)
    place = least
  }
  put(items, item, place)
}

export function openHeap<T extends HeapItem>(): Heap<T> {
  let items: T[] = []

  function remove(item: T): void {
    const { place } = item
    if (place < 0) return
    item.place = -1
    const last = items.pop() as T
    if (last === item) return
    sink(items, last, place)
    rise(items, last, last.place)
  }

  return {
    size: () => items.length,
    first: () => items[0],
    push: (item) => rise(items, item, items.length),
    pop() {
      const first = items[0]
      if (first) remove(first)
      return first
    },
    remove,
    sweep(unwanted) {
      const kept: T[] = []
      for (const item of items) {
        item.place = -1
        if (!unwanted(item)) kept.push(item)
      }
      items = []
      for (const item of kept) rise(items, item, items.length)
    },
  }
}
