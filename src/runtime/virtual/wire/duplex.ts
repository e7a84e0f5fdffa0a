/** A connection in memory. What is written at one end is read at the other: later, whole, and in order. */

import { Duplex } from 'node:stream'
import type { Kernel } from '../kernel.ts'

const WIRE = 'wire'

/** How long from now something is under way; asked as it leaves. */
export interface Ways {
  toCalleeMicros(): number
  toCallerMicros(): number
  /** How long it takes the caller to learn that the callee has ended the connection. */
  endToCallerMicros(): number
}

/**
 * An end that was closed takes its last words along, as TCP does: they arrive, and then the other side reads the end. Each has no
 * timeouts of its own; those of HTTP's client are shorter than those of its server.
 */
export function connectPair(kernel: Kernel, ways: Ways): { readonly caller: Duplex; readonly callee: Duplex } {
  const toCallee = openWay(kernel, () => callee)
  const toCaller = openWay(kernel, () => caller)
  const caller = makeEnd({
    send: (bytes) => toCallee(ways.toCalleeMicros(), bytes),
    end: () => toCallee(ways.toCalleeMicros(), null),
  })
  const callee = makeEnd({
    send: (bytes) => toCaller(ways.toCallerMicros(), bytes),
    end: () => toCaller(ways.endToCallerMicros(), null),
  })
  return { caller, callee }
}

/** Nothing overtakes what was sent before it. Null is the end. */
function openWay(kernel: Kernel, to: () => Duplex): (micros: number, bytes: Buffer | null) => void {
  let lastMicros = 0
  return (micros, bytes) => {
    const now = kernel.nowMicros()
    lastMicros = Math.max(lastMicros, now + Math.ceil(micros))
    kernel.after(lastMicros - now, WIRE, () => {
      if (!to().destroyed) to().push(bytes)
    })
  }
}

function makeEnd({ send, end }: { send(bytes: Buffer): void; end(): void }): Duplex {
  let ended = false
  function endOnce(): void {
    if (!ended) end()
    ended = true
  }
  return new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      send(chunk)
      done()
    },
    // What was written at once travels at once.
    writev(chunks, done) {
      send(Buffer.concat(chunks.map(({ chunk }) => chunk as Buffer)))
      done()
    },
    final(done) {
      endOnce()
      done()
    },
    destroy(error, done) {
      endOnce()
      done(error)
    },
  })
}
