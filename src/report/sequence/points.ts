/** What a sequence diagram draws, moment by moment, and how far apart moments are: time flows downwards, but not to scale. */

import type { Diagram, DiagramMark, DiagramMessage } from '../../core/story.ts'

/** A place on a lane at a time. `index` is the place in the diagram's own list; `number` the one in the list of what happened. */
export type Point = { readonly atMs: number; readonly number: number } & (
  | { readonly what: 'send'; readonly index: number; readonly message: DiagramMessage }
  | { readonly what: 'arrive'; readonly index: number; readonly message: DiagramMessage }
  | { readonly what: 'mark'; readonly index: number; readonly mark: DiagramMark }
  | { readonly what: 'gone' | 'back'; readonly index: number; readonly lane: string }
)

/** Among things of one moment: what comes in, what it causes, then what goes out; a process is gone after its crash, and back before its restart. */
const RANKS = { arrive: 0, back: 1, mark: 2, gone: 3, send: 4 } as const

/** Clocks of two processes may differ by a little: nothing arrives before it was sent. */
export function arrivalOf({ sentMs, arrivedMs }: DiagramMessage): number | null {
  return arrivedMs === null ? null : Math.max(sentMs, arrivedMs)
}

/** Without facts: what a ledger says stands at the end, whenever it was written. */
function timedMarksOf({ marks }: Diagram): { readonly mark: DiagramMark; readonly index: number }[] {
  return marks.map((mark, index) => ({ mark, index })).filter(({ mark }) => mark.kind !== 'fact')
}

/** Places on lanes in the order of their times. */
export function pointsOf(diagram: Diagram): Point[] {
  const unordered: { readonly point: Omit<Point, 'number'>; readonly key: readonly number[] }[] = []
  const add = (point: Omit<Point, 'number'>, key = [point.atMs, RANKS[point.what], point.index, 0]) =>
    unordered.push({ point, key })
  diagram.messages.forEach((message, index) => {
    add({ what: 'send', atMs: message.sentMs, index, message } as Omit<Point, 'number'>)
    const atMs = arrivalOf(message)
    if (atMs === null) return
    const arrive = { what: 'arrive', atMs, index, message } as Omit<Point, 'number'>
    // What takes no time arrives right after it was sent, not before.
    add(arrive, atMs > message.sentMs ? undefined : [atMs, RANKS.send, index, 1])
  })
  for (const { mark, index } of timedMarksOf(diagram)) {
    add({ what: 'mark', atMs: mark.atMs, index, mark } as Omit<Point, 'number'>)
  }
  diagram.absences.forEach(({ lane, fromMs, toMs }, index) => {
    add({ what: 'gone', atMs: fromMs, index, lane } as Omit<Point, 'number'>)
    if (toMs !== null) add({ what: 'back', atMs: Math.max(fromMs, toMs), index, lane } as Omit<Point, 'number'>)
  })
  unordered.sort((a, b) => compareKeys(a.key, b.key))
  return numbered(unordered.map(({ point }) => point))
}

function compareKeys(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((part, index) => part !== other[index])
  return at < 0 ? 0 : (one[at] ?? 0) - (other[at] ?? 0)
}

/** Arrivals and returns belong to the entry of what began before them. */
function numbered(points: readonly Omit<Point, 'number'>[]): Point[] {
  const begun = new Map<string, number>()
  return points.map((point) => {
    const kind = point.what === 'arrive' ? 'send' : point.what === 'back' ? 'gone' : point.what
    const name = `${kind} ${point.index}`
    const number = begun.get(name) ?? begun.size + 1
    begun.set(name, number)
    return { ...point, number } as Point
  })
}

/** Never less between two times, so that later is lower. */
const LEAST_GAP = 6
/** A stretch of time that would be longer than this on paper is skipped, and it is said how long it was. */
const MOST_GAP = 44
/** How far a message of the usual duration slants. */
const USUAL_SLANT = 14

/** Units for each millisecond: by how long messages usually take, so that local calls and slow ones both read well. */
export function scaleOf({ messages }: Diagram): number {
  const flights = messages
    .flatMap((message) => {
      const arrived = arrivalOf(message)
      return arrived === null || arrived === message.sentMs ? [] : [arrived - message.sentMs]
    })
    .sort((a, b) => a - b)
  const usual = flights[Math.floor(flights.length / 2)]
  return usual === undefined ? 1 : Math.min(4, Math.max(0.02, USUAL_SLANT / usual))
}

/** From one moment to the next: a distance, or null where the time between is skipped. */
export function gapOf(ms: number, scale: number): number | null {
  if (ms <= 0) return 0
  const gap = ms * scale
  return gap > MOST_GAP ? null : Math.max(LEAST_GAP, Math.round(gap))
}
