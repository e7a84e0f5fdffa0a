/**
 * Virtual time for libraries that know no `Env`: while the world turns, the global timers, `Date`, `performance.now` and
 * `Math.random` are its own, and so is what they import from Node (`builtins.ts`). Outside, in the rest of the process, all are
 * what they always were.
 */

import { globalTimers, holdBuiltins, releaseBuiltins } from './builtins.ts'
import { byteLuck } from './byte-luck.ts'
import { millisHere, virtualDate } from './clocks.ts'
import { enterWorld, here, leaveWorld, worldTurns } from './inside.ts'
import type { Kernel } from './kernel.ts'

export interface HeldTime {
  enter(): void
  leave(): void
  /** When the world turns no more: gives Node's modules back what is theirs. It may be entered again. */
  close(): void
}

/**
 * Exchanged burst by burst: what the lab took from the machine before, to use it in a world, stays the machine's.
 * What a library takes in a world is the next world's too.
 */
const SWAPS = [
  ...globalTimers().map(([name, value]) => swap(globalThis, name, value)),
  swap(globalThis, 'Date', virtualDate),
  swap(globalThis.performance, 'now', orMachine(performance.now.bind(performance), millisHere)),
  swap(
    globalThis.Math,
    'random',
    orMachine(Math.random, () => here().luck.random()),
  ),
]

/**
 * @param kernelOf asked while the world turns, and not before
 * @param seed of what libraries draw
 */
export function holdTime(kernelOf: () => Kernel, seed?: number | string): HeldTime {
  const world = { kernel: kernelOf, luck: byteLuck(seed) }
  let open = false
  return {
    enter() {
      if (!open) holdBuiltins()
      open = true
      if (!worldTurns()) for (const each of SWAPS) each.enter()
      enterWorld(world)
    },
    leave() {
      leaveWorld()
      if (!worldTurns()) for (const each of SWAPS) each.leave()
    },
    close() {
      if (open) releaseBuiltins()
      open = false
    },
  }
}

function orMachine(machine: () => number, virtual: () => number): () => number {
  return () => (worldTurns() ? virtual() : machine())
}

/** One property of something global, exchanged and put back as it was. */
function swap(owner: object, name: string, value: unknown): Pick<HeldTime, 'enter' | 'leave'> {
  let before: PropertyDescriptor | undefined
  return {
    enter() {
      before = Object.getOwnPropertyDescriptor(owner, name)
      Object.defineProperty(owner, name, { value, configurable: true, writable: true, enumerable: true })
    },
    leave() {
      if (before) Object.defineProperty(owner, name, before)
      else Reflect.deleteProperty(owner, name)
    },
  }
}
