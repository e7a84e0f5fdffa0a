/** Which world turns in this thread, if one does. What stands in for a function of the machine asks each time it is called. */

import type { ByteLuck } from './byte-luck.ts'
import type { Kernel } from './kernel.ts'

/** What libraries see of a world. */
export interface Inside {
  kernel(): Kernel
  readonly luck: ByteLuck
}

/** Of any shape: who stands in for it looks at nothing that it is given. */
export type AnyFunction = (...args: never) => unknown

/** Worlds that were entered and not yet left: at most one, unless a world is made while another one turns. */
const entered: Inside[] = []
let turning: Inside | undefined

export function enterWorld(world: Inside): void {
  entered.push(world)
  turning = world
}

export function leaveWorld(): void {
  entered.pop()
  turning = entered.at(-1)
}

export function worldTurns(): boolean {
  return turning !== undefined
}

/** The world that turns; to be asked by what is called there and nowhere else. */
export function here(): Inside {
  if (!turning) throw new Error('no virtual world turns')
  return turning
}

/**
 * A function that is the world's where a world turns, and the machine's everywhere else: with its name, its length, its properties
 * and its `this`. So whoever got hold of it, and when, does not matter.
 */
export function standIn(machine: AnyFunction, virtual: AnyFunction): AnyFunction {
  return new Proxy(machine, {
    apply: (target, self, args) => Reflect.apply(turning ? virtual : target, self, args),
  })
}
