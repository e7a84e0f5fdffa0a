/**
 * The participant contract, for services whose whole work is one local transaction: do, undo, prepare, commit and abort,
 * idempotency keys, tombstones, a ledger. A leaf says only which balances an effect moves.
 *
 * Keys follow the IETF draft "The Idempotency-Key HTTP Header Field" (httpapi): same key and payload, the stored answer; same
 * key and another payload, 422; while the first runs, 409. Claim, effect, entry and answer are one transaction.
 */

import { Refusal, type Reply, type Request } from '../core/call.ts'
import type { Env, Statement, Work } from '../core/env.ts'
import type { ParticipantOptions } from '../core/pattern.ts'
import type { RunningService, Service, ServiceSetup } from '../core/service.ts'
import type { Edge, ServiceName } from '../core/topology.ts'
import { BOOK_TABLES, openBalance } from './books.ts'
import { CLAIM_TABLES, unsharedKeys } from './claims.ts'
import { watchDoubts } from './in-doubt.ts'
import { abort, commit, doOnce, type Leaf, prepare, undo } from './participant-work.ts'
import { doAsTaught, TAUGHT_KEY_TABLES } from './taught-keys.ts'

export interface LeafService {
  readonly name: ServiceName
  /** Whom to ask what has become of a vote. None: what holds nothing is in nobody's way, and waits to be told. */
  readonly coordinator?: Edge
  openings?(
    setup: ServiceSetup,
  ): readonly { readonly account: string; readonly unit: string; readonly opening: number }[]
  leaf(setup: ServiceSetup): Leaf
}

/** Makes a whole service from its domain: the balances it opens with and what its effects come to. */
export function leafService({ name, coordinator, openings, leaf }: LeafService): Service {
  return {
    name,
    tables: (setup) => [
      ...BOOK_TABLES,
      ...CLAIM_TABLES,
      ...TAUGHT_KEY_TABLES,
      ...(openings?.(setup) ?? []).map(({ account, unit, opening }) => openBalance(account, unit, opening)),
    ],
    start: (env, setup) => runLeaf(leaf(setup), env, setup.participants, coordinator),
  }
}

function runLeaf(
  leaf: Leaf,
  env: Env,
  { keys, holds, reservationMs }: ParticipantOptions,
  coordinator: Edge | undefined,
): RunningService {
  const work = { leaf, env, holds }
  const unsharedKey = unsharedKeys(env)
  const doubts = coordinator && watchDoubts(env, { coordinator, reservationMs, settle: handle })

  async function change(request: Request, body: () => Work<Reply>): Promise<Reply> {
    await env.point('before-work', request)
    const reply = await env.store.transaction(body)
    if (request.operation === 'prepare' && reply.status === 200) doubts?.watch()
    env.record({
      type: 'committed',
      purchase: request.purchase,
      effect: request.effect,
      operation: request.operation,
    })
    await env.point('after-commit', request)
    return reply
  }

  function workAsTaught(request: Request, remember: (reply: Reply) => Statement): Promise<Reply> {
    return change(request, function* () {
      const reply = yield* doOnce(work, { ...request, key: unsharedKey(request) })
      yield remember(reply)
      return reply
    })
  }

  async function answerQuery(request: Request): Promise<Reply> {
    const { query } = leaf
    if (!query) throw new Refusal(404, 'unknown_query', `there is no query '${request.effect}' here`)
    return { status: 200, body: await env.store.transaction(() => query(request)) }
  }

  /** Not `async`: a promise that is returned from such a function costs three more turns. */
  function handle(request: Request): Promise<Reply> {
    switch (request.operation) {
      case 'query':
        return answerQuery(request)
      case 'do':
        if (keys === 'as-taught') return doAsTaught(env, request, (remember) => workAsTaught(request, remember))
        if (keys === 'ignored') return change(request, () => doOnce(work, { ...request, key: unsharedKey(request) }))
        return change(request, () => doOnce(work, request))
      case 'undo':
        return change(request, () => undo(work, request))
      case 'prepare':
        return change(request, () => prepare(work, request))
      case 'commit':
        return change(request, () => commit(work, request))
      case 'abort':
        return change(request, () => abort(work, request))
      case 'place':
      case 'inquire':
        return Promise.reject(new Refusal(404, 'unknown_operation', `a leaf has no operation '${request.operation}'`))
    }
  }

  return { handle, recover: () => doubts?.watch() }
}
