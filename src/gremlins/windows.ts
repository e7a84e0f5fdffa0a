/** Gremlins that strike for a while, whatever is called. */

import type { Reply, Request } from '../core/call.ts'
import type { Env } from '../core/env.ts'
import type { Layer } from '../core/layer.ts'
import { type Coin, type Decide, tossCoin } from './coin.ts'

export interface ArmedWindow extends Coin {
  readonly strike: Layer
}

export interface WindowRules {
  /** Start of the traffic, on the node's clock. */
  readonly startMs: number
  readonly decide: Decide
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

async function openWindow(
  armed: ArmedWindow,
  { startMs, decide }: WindowRules,
  env: Env,
  healed: AbortSignal,
): Promise<void> {
  const { setting, strike } = armed
  const toMs = setting.toMs === null ? null : startMs + setting.toMs
  if (toMs !== null && env.clock.nowMs() >= toMs) return
  if (!(await waitUntil(startMs + setting.fromMs, env, healed))) return

  if (!tossCoin(armed, NO_CALL, env, decide)) return
  const untilOver = async () => {
    await waitUntil(toMs, env, healed)
    return OVER
  }
  await strike(untilOver, env)(NO_CALL, healed)
}

/**
 * Opens and closes each window at its time; resolves when all are over. One toss (and strike) is recorded for each window and
 * incarnation, since a node that restarts inside a window does not know that it was struck before; the coin is the same one.
 */
export async function openWindows(
  windows: readonly ArmedWindow[],
  rules: WindowRules,
  env: Env,
  healed: AbortSignal = new AbortController().signal,
): Promise<void> {
  const shared = sharedSwitches(env)
  await Promise.all(windows.map((window) => openWindow(window, rules, shared, healed)))
}
