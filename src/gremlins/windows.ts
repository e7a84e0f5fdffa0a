/** Gremlins that strike for a while, whatever is called. */

import type { Reply, Request } from '../core/call.ts'
import type { Env } from '../core/env.ts'
import type { Layer } from '../core/layer.ts'
import { type Coin, type Decide, decideByLuck, tossCoin } from './coin.ts'

export interface ArmedWindow extends Coin {
  readonly strike: Layer
  /** Somebody has switched it on or off; otherwise it goes by its own times. */
  state: 'scheduled' | 'on' | 'off'
}

export interface WindowRules {
  /** Start of the traffic, on the node's clock. */
  readonly startMs: number
  readonly decide: Decide
}

/** The windows of one incarnation. */
export interface OpenWindows {
  /** Resolves when all are over. */
  readonly over: Promise<void>
  /** As its state has become: opens it now, until it is closed; closes it, also before its time; or leaves it to its times. */
  turn(window: ArmedWindow): void
}

/** A window strikes no call, but a layer is asked with one. */
const NO_CALL: Request = { operation: 'query', purchase: '', effect: '', attempt: 1, body: {} }
const OVER: Reply = { status: 200, body: {} }

/** Waits until `atMs` (null: without end) or until healed. Says whether the time came. */
async function waitUntil(atMs: number | null, env: Env, healed: AbortSignal): Promise<boolean> {
  if (healed.aborted) return false
  if (atMs === null) {
    await new Promise((resolve) => healed.addEventListener('abort', resolve, { once: true }))
    return false
  }
  const leftMs = atMs - env.clock.nowMs()
  if (leftMs <= 0) return true
  try {
    await env.clock.sleep(leftMs, healed)
    return true
  } catch (error) {
    if (!healed.aborted) throw error
    return false
  }
}

/** Where windows overlap, the service listens, and reaches others, again when the last one ends. */
function sharedSwitches(env: Env): Env {
  let deaf = 0
  let cutOff = 0
  const listen: Env['listen'] = async (on) => {
    deaf += on ? -1 : 1
    if (deaf === (on ? 0 : 1)) await env.listen(on)
  }
  const reach: Env['reach'] = (on) => {
    cutOff += on ? -1 : 1
    if (cutOff === (on ? 0 : 1)) env.reach(on)
  }
  return Object.create(env, { listen: { value: listen }, reach: { value: reach } })
}

/** On the node's clock; null: no end but the healing. */
interface Times {
  readonly fromMs: number
  readonly toMs: number | null
}

async function openWindow(
  armed: ArmedWindow,
  { fromMs, toMs }: Times,
  decide: Decide,
  env: Env,
  healed: AbortSignal,
): Promise<void> {
  if (toMs !== null && env.clock.nowMs() >= toMs) return
  if (!(await waitUntil(fromMs, env, healed))) return

  if (!tossCoin(armed, NO_CALL, env, decide)) return
  const untilOver = async () => {
    await waitUntil(toMs, env, healed)
    return OVER
  }
  await armed.strike(untilOver, env)(NO_CALL, healed)
}

/** Who opens a window by hand means it, whatever its probability; where strikes are decided, these alone come. */
function decideByHand(decide: Decide): Decide {
  return decide === decideByLuck ? () => true : decide
}

/**
 * Opens and closes each window at its time. One toss (and strike) is recorded for each window and incarnation, since a node that
 * restarts inside a window does not know that it was struck before; the coin is the same one.
 */
export function openWindows(
  windows: readonly ArmedWindow[],
  { startMs, decide }: WindowRules,
  env: Env,
  healed: AbortSignal = new AbortController().signal,
): OpenWindows {
  const shared = sharedSwitches(env)
  /** Ends each window that is open, or waits for its time. */
  const ends = new Map<ArmedWindow, AbortController>()

  async function open(window: ArmedWindow, times: Times, luck: Decide): Promise<void> {
    const end = new AbortController()
    ends.set(window, end)
    try {
      await openWindow(window, times, luck, shared, AbortSignal.any([healed, end.signal]))
    } finally {
      if (ends.get(window) === end) ends.delete(window)
    }
  }

  const openNow = (window: ArmedWindow) => open(window, { fromMs: env.clock.nowMs(), toMs: null }, decideByHand(decide))

  function begin(window: ArmedWindow): Promise<void> {
    const { fromMs, toMs } = window.setting
    if (window.state === 'off') return Promise.resolve()
    if (window.state === 'on') return openNow(window)
    return open(window, { fromMs: startMs + fromMs, toMs: toMs === null ? null : startMs + toMs }, decide)
  }

  return {
    over: Promise.all(windows.map(begin)).then(() => undefined),
    turn(window) {
      ends.get(window)?.abort()
      ends.delete(window)
      if (window.state !== 'off') env.background(`window ${window.setting.name}`, () => begin(window))
    },
  }
}
