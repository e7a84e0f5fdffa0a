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
  /** Bytes have arrived. Gives who reads them, and how long that keeps it busy. */
  arrived(): { readonly reader: Processor; readonly workMicros: number }
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
  /** Reads what came last. */
  let reading: Processor | undefined
  let unread = 0
  function read(bytes: Buffer | null): boolean {
    if (to().destroyed) return false
    to().push(bytes)
    return true
  }
  function wait(reader: Processor, micros: number, bytes: Buffer | null): void {
    unread += 1
    reading = reader
    reader.take(micros, () => {
      unread -= 1
      return read(bytes)
    })
  }
  function arrive(bytes: Buffer | null): void {
    if (bytes) {
      const { reader, workMicros } = way.arrived()
      wait(reader, workMicros, bytes)
    } else if (reading && unread > 0) wait(reading, 0, null)
    // The system tells of an end by itself.
    else read(null)
  }
  return (bytes) => {
    if (to().destroyed) return
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
