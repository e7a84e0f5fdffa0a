/** A caller's connections to one callee: as many at once as a pool has, the other calls wait in line. */

import { NoAnswer } from '../life/no-answer.ts'
import type { WireAnswer } from '../life/over-wire.ts'
import { type Alarm, type Kernel, MICROS_PER_MS, type Owner } from './kernel.ts'
import type { Times } from './pace.ts'
import type { Processor } from './processor.ts'

/** As in the real world's pool. */
const WIRE_LIMIT_MS = 30_000
const MOST_CALLS = 20_000
const NEVER = Number.POSITIVE_INFINITY

export interface Caller {
  /** Service, or `traffic`. */
  readonly name: string
  readonly owner: Owner
  /** Answers to a dead caller are heard by nobody. */
  isAlive(): boolean
  /** Undefined: it lives. Absent: it never dies. */
  diedAtMicros?(): number | undefined
}

/** A call as its caller has it: over when it is answered, when it failed, or when the caller has given up. */
export interface CallOfCaller<Message> {
  readonly message: Message
  /** Set as it is sent. */
  times: Times
  /** Both do nothing when it is over. */
  answer(answer: WireAnswer): void
  fail(kind: NoAnswer['kind']): void
  /** Whether by then it was over, or its caller dead. */
  goneBy(atMicros: number): boolean
  /** At once, when it is over already. */
  onOver(run: () => void): void
}

interface Pool {
  readonly kernel: Kernel
  readonly caller: Caller
  readonly most: number
  /** The caller's: answers wait there for their turn. */
  readonly processor: Processor
}

const NOT_SENT: Times = { thereMicros: 0, backMicros: 0, requestMicros: 0, answerMicros: 0 }

/** @param send takes a call that has its connection to the callee */
export function limitConnections<Message>(
  { kernel, caller, most, processor }: Pool,
  send: (call: CallOfCaller<Message>) => void,
): (message: Message, signal: AbortSignal) => Promise<WireAnswer> {
  let open = 0
  const line = new Set<() => void>()

  function release(): void {
    const next = line.values().next().value
    if (!next) {
      open -= 1
      return
    }
    line.delete(next)
    next()
  }

  function begin(message: Message, signal: AbortSignal, settle: Settle): void {
    let over = false
    let overAtMicros = NEVER
    let connected = false
    let limit: Alarm | undefined
    const atEnd: (() => void)[] = []
    const abort = () => end(() => settle.reject(new NoAnswer('aborted', 'given up by the caller')))
    function connect(): void {
      connected = true
      limit = kernel.after(WIRE_LIMIT_MS * MICROS_PER_MS, caller.owner, () => call.fail('timeout'))
      send(call)
    }
    function end(tell: () => void): void {
      // A dead caller's calls end with it: nothing of it must run again.
      if (over || !caller.isAlive()) return
      over = true
      overAtMicros = kernel.nowMicros()
      signal.removeEventListener('abort', abort)
      for (const run of atEnd) run()
      if (limit) kernel.cancel(limit)
      line.delete(connect)
      if (connected) release()
      tell()
    }
    const call: CallOfCaller<Message> = {
      message,
      times: NOT_SENT,
      answer(answer) {
        processor.take(call.times.answerMicros, () => {
          if (over) return false
          end(() => settle.resolve(answer))
          return true
        })
      },
      fail: (kind) => end(() => settle.reject(new NoAnswer(kind, kind))),
      goneBy: (atMicros) => Math.min(overAtMicros, caller.diedAtMicros?.() ?? NEVER) <= atMicros,
      onOver(run) {
        if (over) run()
        else atEnd.push(run)
      },
    }
    signal.addEventListener('abort', abort, { once: true })
    if (open < most) {
      open += 1
      connect()
    } else line.add(connect)
  }

  return (message, signal) => {
    if (!caller.isAlive()) return new Promise<never>(() => {})
    if (signal.aborted) return Promise.reject(new NoAnswer('aborted', 'given up before it was sent'))
    if (open + line.size >= MOST_CALLS)
      return Promise.reject(new NoAnswer('full', `more than ${MOST_CALLS} calls are waiting`))
    return new Promise((resolve, reject) => begin(message, signal, { resolve, reject }))
  }
}

interface Settle {
  resolve(answer: WireAnswer): void
  reject(error: NoAnswer): void
}
