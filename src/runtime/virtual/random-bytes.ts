/** The random functions of `node:crypto` and of the global `crypto`, with the luck of the world that turns. */

import machineCrypto from 'node:crypto'
import { here } from './inside.ts'
import { virtualTimers } from './timers.ts'

/** As many bytes as Node takes for a whole number. */
const INTEGER_BYTES = 6
const INTEGERS = 2 ** (8 * INTEGER_BYTES)
const UUID_BYTES = 16

type Buffers = ArrayBuffer | SharedArrayBuffer | NodeJS.ArrayBufferView
type Done = (error: Error | null, result?: unknown) => void

// As they are before any world turns. They look at what they are given first, and refuse what is wrong.
const machine = {
  randomBytes: machineCrypto.randomBytes,
  randomFill: machineCrypto.randomFill,
  randomFillSync: machineCrypto.randomFillSync,
  randomInt: machineCrypto.randomInt,
  randomUUID: machineCrypto.randomUUID,
  getRandomValues: globalThis.crypto.getRandomValues,
}

export function randomBytes(size: number, done?: Done): Buffer | undefined {
  if (done !== undefined && typeof done !== 'function') return machine.randomBytes(size, done) as undefined
  const bytes = machine.randomBytes(size)
  here().luck.fill(bytes)
  return later(bytes, done)
}

export function randomFillSync(buffer: Buffers, offset?: number, size?: number): Buffers {
  machine.randomFillSync(buffer as NodeJS.ArrayBufferView, offset, size as number)
  const elementBytes = (buffer as Partial<Uint8Array>).BYTES_PER_ELEMENT ?? 1
  const whole = ArrayBuffer.isView(buffer)
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : new Uint8Array(buffer)
  const from = (offset ?? 0) * elementBytes
  here().luck.fill(whole.subarray(from, size === undefined ? undefined : from + size * elementBytes))
  return buffer
}

export function randomFill(buffer: Buffers, ...rest: readonly unknown[]): void {
  const nth = rest.findIndex((each) => typeof each === 'function')
  if (nth === -1) Reflect.apply(machine.randomFill, undefined, [buffer, ...rest])
  const [offset, size] = rest.slice(0, nth) as readonly (number | undefined)[]
  randomFillSync(buffer, offset, size)
  later(buffer, rest[nth] as Done)
}

export function randomInt(...given: readonly unknown[]): number | undefined {
  const nth = given.findIndex((each) => typeof each === 'function')
  const bounds = (nth === -1 ? given : given.slice(0, nth)) as [number, number]
  machine.randomInt(...bounds)
  const [least, end] = bounds[1] === undefined ? [0, bounds[0]] : bounds
  const bytes = Buffer.alloc(INTEGER_BYTES)
  here().luck.fill(bytes)
  const drawn = least + Math.floor((bytes.readUIntBE(0, INTEGER_BYTES) / INTEGERS) * (end - least))
  return later(drawn, given[nth] as Done | undefined)
}

export function randomUUID(options?: { readonly disableEntropyCache?: boolean }): string {
  if (options !== undefined) machine.randomUUID(options)
  const bytes = Buffer.alloc(UUID_BYTES)
  here().luck.fill(bytes)
  // Version 4, variant 1 (RFC 9562, 5.4).
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

export function getRandomValues(this: unknown, array: NodeJS.ArrayBufferView): unknown {
  Reflect.apply(machine.getRandomValues, this, [array])
  here().luck.fill(new Uint8Array(array.buffer, array.byteOffset, array.byteLength))
  return array
}

/** Node has its threads do it; there it would never come back. */
function later<T>(result: T, done: Done | undefined): T | undefined {
  if (!done) return result
  virtualTimers.setImmediate(() => done(null, result))
  return undefined
}
