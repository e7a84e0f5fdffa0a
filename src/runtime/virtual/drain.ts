/**
 * Turns the event loop of a virtual world: after each event everything happens that can happen without time passing, all microtasks
 * and next ticks. Node offers no public way to do that in a loop, so there are two, which give the same trace.
 */

/** Does one thing; false: there is nothing left to do, or no need. */
export type Step = () => boolean

export interface Around {
  /** Called before and after each burst of steps; microtasks of the world run only in between. */
  enter(): void
  leave(): void
  /** Called between two bursts. */
  breathe(): void
}

/**
 * Takes steps until one says false, with all microtasks drained after each. Lets the machine's event loop turn once in a while, so
 * that signals and timers of the lab itself are heard. Rejects with what a step throws.
 */
export type Turn = (step: Step, around: Around) => Promise<void>

/** Whether the next step lies ahead, and is not to be taken yet. */
export type Early = () => boolean

const inTime: Early = () => false
/** So long a step may be late that was early. */
const LOOK_AGAIN_MS = 10

/** So long the machine's own event loop may wait. */
const BURST_MS = 20
const STEPS_BETWEEN_LOOKS = 64
const IMMEDIATES_AT_ONCE = 1_024

type Tick = () => void

/** Undocumented (DEP0134), and faster. Absent, or without effect, where Node no longer has it. */
function findTick(): Tick | undefined {
  const { _tickCallback: tick } = process as unknown as { readonly _tickCallback?: unknown }
  return typeof tick === 'function' ? () => tick.call(process) : undefined
}

/** Must not be called from within a microtask, where nothing can be drained. */
function drains(tick: Tick): boolean {
  let drained = false
  queueMicrotask(() => {
    drained = true
  })
  tick()
  return drained
}

/** Steps in a plain loop, drained by Node's own function for it. */
function turnByTicks(step: Step, { enter, leave, breathe }: Around, tick: Tick, early: Early): Promise<void> {
  const [later, soon] = [setTimeout, setImmediate]
  const look = performance.now.bind(performance)
  function burst(): boolean {
    const untilMs = look() + BURST_MS
    enter()
    try {
      do {
        for (let n = 0; n < STEPS_BETWEEN_LOOKS; n++) {
          if (early()) return true
          if (!step()) return false
          tick()
        }
      } while (look() < untilMs && !early())
      return true
    } finally {
      leave()
    }
  }
  return new Promise((resolve, reject) => {
    function go(): void {
      try {
        if (!burst()) resolve()
        else {
          breathe()
          if (early()) later(go, LOOK_AGAIN_MS)
          else soon(go)
        }
      } catch (error) {
        reject(error)
      }
    }
    soon(go)
  })
}

/** Many immediates queued at once, each a step: Node drains between two of them. Nothing but the public API. */
export function turnByImmediates(step: Step, { enter, leave, breathe }: Around, early = inTime): Promise<void> {
  const [queue, later] = [setImmediate, setTimeout]
  return new Promise((resolve, reject) => {
    let over = false
    let failure: { readonly error: unknown } | undefined
    function one(): void {
      if (over || early()) return
      try {
        over = !step()
      } catch (error) {
        over = true
        failure = { error }
      }
    }
    function burst(): void {
      // Those queued together run together; between now and then others have their turn.
      queue(enter)
      for (let n = 0; n < IMMEDIATES_AT_ONCE; n++) queue(one)
      queue(end)
    }
    function end(): void {
      leave()
      breathe()
      if (failure) reject(failure.error)
      else if (over) resolve()
      else if (early()) later(burst, LOOK_AGAIN_MS)
      else queue(burst)
    }
    queue(burst)
  })
}

/** The fastest way that works here. */
export const turn: Turn = turnUnless(inTime)

/** The same, with no step taken before its time. */
export function turnUnless(early: Early): Turn {
  return (step, around) =>
    new Promise((resolve, reject) => {
      setImmediate(() => {
        const tick = findTick()
        const turning =
          tick && drains(tick) ? turnByTicks(step, around, tick, early) : turnByImmediates(step, around, early)
        turning.then(resolve, reject)
      })
    })
}
