/**
 * Turns the event loop of a virtual world: after each event everything happens that can happen without time passing, all microtasks
 * and next ticks. Node offers no public way to do that in a loop, so there are two, which give the same trace.
 */

/** Does one thing; false: there is nothing left to do, or no need. */
export type Step = () => boolean

/**
 * Takes steps until one says false, with all microtasks drained after each. Lets the machine's event loop turn once in a while, so
 * that signals and timers of the lab itself are heard. Rejects with what a step throws.
 */
export type Turn = (step: Step, breathe: () => void) => Promise<void>

/** So long the machine's own event loop may wait. */
const BURST_MS = 20
const STEPS_BETWEEN_LOOKS = 64
const IMMEDIATES_AT_ONCE = 1_024

type Tick = () => void

/** Undocumented (DEP0134), and three times as fast. Absent, or without effect, where Node no longer has it. */
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
function turnByTicks(step: Step, breathe: () => void, tick: Tick): Promise<void> {
  function burst(): boolean {
    const untilMs = performance.now() + BURST_MS
    do {
      for (let n = 0; n < STEPS_BETWEEN_LOOKS; n++) {
        if (!step()) return false
        tick()
      }
    } while (performance.now() < untilMs)
    return true
  }
  return new Promise((resolve, reject) => {
    function go(): void {
      try {
        if (!burst()) resolve()
        else {
          breathe()
          setImmediate(go)
        }
      } catch (error) {
        reject(error)
      }
    }
    setImmediate(go)
  })
}

/** Many immediates queued at once, each a step: Node drains between two of them. Nothing but the public API. */
export function turnByImmediates(step: Step, breathe: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let over = false
    function one(): void {
      if (over) return
      try {
        if (step()) return
        over = true
        resolve()
      } catch (error) {
        over = true
        reject(error)
      }
    }
    function queue(): void {
      if (over) return
      breathe()
      for (let n = 0; n < IMMEDIATES_AT_ONCE; n++) setImmediate(one)
      setImmediate(queue)
    }
    setImmediate(queue)
  })
}

/** The fastest way that works here. */
export const turn: Turn = (step, breathe) =>
  new Promise((resolve, reject) => {
    setImmediate(() => {
      const tick = findTick()
      const turning = tick && drains(tick) ? turnByTicks(step, breathe, tick) : turnByImmediates(step, breathe)
      turning.then(resolve, reject)
    })
  })
