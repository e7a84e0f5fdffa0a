/** A connection in memory. What is written at one end is read at the other: later, whole, and in order. */

import { Duplex } from 'node:stream'
import type { Kernel } from '../kernel.ts'
import type { Processor } from '../processor.ts'

const WIRE = 'wire'

/** One way of a connection. */
export interface Way {
  /** How long from now bytes are under way; asked as they leave. */
  underWayMicros(): number
  /** How long it takes the other side to learn that this one has ended the connection. */
  endMicros(): number
  /** Asked as bytes arrive. */
  reader(): Processor
  /** How long reading them keeps the reader busy. */
  workMicros(): number
}

/**
 * An end that was closed takes its last words along, as TCP does: they arrive, and then the other side reads the end. The ends have no
 * timeouts of their own: those of HTTP's client are shorter than those of its server, so the server's never ring.
 */
export function connectPair(
  kernel: Kernel,
  there: Way,
  back: Way,
): { readonly caller: Duplex; readonly callee: Duplex } {
  const caller = makeEnd(openWay(kernel, there, () => callee))
  const callee = makeEnd(openWay(kernel, back, () => caller))
  return { caller, callee }
}

/** Null is the end. */
type Send = (bytes: Buffer | null) => void

/** Nothing overtakes what was sent before it. */
function openWay(kernel: Kernel, way: Way, to: () => Duplex): Send {
  let lastMicros = 0
  /** Arrived, and not read yet. */
  let unread = 0
  function read(bytes: Buffer | null): boolean {
    if (to().destroyed) return false
    to().push(bytes)
    return true
  }
  function arrive(bytes: Buffer | null): void {
    // The system tells of an end by itself, when all that came before it was read.
    if (!bytes && unread === 0) return void read(bytes)
    unread += 1
    way.reader().take(bytes ? way.workMicros() : 0, () => {
      unread -= 1
      return read(bytes)
    })
  }
  return (bytes) => {
    const now = kernel.nowMicros()
    lastMicros = Math.max(lastMicros, now + Math.ceil(bytes ? way.underWayMicros() : way.endMicros()))
    kernel.after(lastMicros - now, WIRE, () => arrive(bytes))
  }
}

function makeEnd(send: Send): Duplex {
  let ended = false
  function end(): void {
    if (!ended) send(null)
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
      end()
      done()
    },
    destroy(error, done) {
      end()
      done(error)
    },
  })
}
