import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

const TAIL_BYTES = 256 * 1024

/** The end of a file; empty when there is no such file. */
export function readTail(file: string): string {
  let descriptor: number
  try {
    descriptor = openSync(file, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
  try {
    const { size } = fstatSync(descriptor)
    const length = Math.min(size, TAIL_BYTES)
    const bytes = Buffer.alloc(length)
    readSync(descriptor, bytes, 0, length, size - length)
    return bytes.toString('utf8')
  } finally {
    closeSync(descriptor)
  }
}
