import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import type { Event } from '../../core/event.ts'
import { openJournal } from './journal.ts'

const folder = temporaryFolder('journal')
let files = 0

function newFile(): string {
  files += 1
  return join(folder, `${files}.ndjson`)
}

function committed(purchase: string): Event {
  return { type: 'committed', purchase, effect: 'deduct', operation: 'do' }
}

const linesOf = (file: string) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

const failOnError = (error: Error) => {
  throw error
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

describe('a journal', () => {
  it('writes in batches, in the order of recording, with its stamp on each line', () => {
    const file = newFile()
    const journal = openJournal(file, 'inventory', 3, failOnError)
    for (const purchase of ['p-1', 'p-2', 'p-3']) journal.record(committed(purchase))
    expect(linesOf(file)).toEqual([])
    vi.advanceTimersByTime(50)
    const lines = linesOf(file)
    expect(lines.map(({ purchase }) => purchase)).toEqual(['p-1', 'p-2', 'p-3'])
    expect(lines[0]).toEqual({ atMs: expect.any(Number), node: 'inventory', incarnation: 3, ...committed('p-1') })
    expect(Number(lines[0]?.atMs)).toBeLessThanOrEqual(Number(lines[2]?.atMs))
    journal.close()
  })

  it('writes at once what is flushed: a strike is on disk before it kills', () => {
    const file = newFile()
    const journal = openJournal(file, 'inventory', 1, failOnError)
    journal.record(committed('p-1'))
    journal.flush()
    expect(linesOf(file)).toHaveLength(1)
    expect(vi.getTimerCount()).toBe(0)
    journal.flush()
    expect(linesOf(file)).toHaveLength(1)
    journal.close()
  })

  it('does not wait when much has come together', () => {
    const file = newFile()
    const journal = openJournal(file, 'inventory', 1, failOnError)
    for (let n = 0; n < 700; n++) journal.record(committed(`p-${n}`))
    expect(linesOf(file).length).toBeGreaterThan(400)
    journal.close()
    expect(linesOf(file).map(({ purchase }) => purchase)).toEqual(Array.from({ length: 700 }, (_, n) => `p-${n}`))
  })

  it('writes the rest when it is closed, and nothing afterwards', () => {
    const file = newFile()
    const journal = openJournal(file, 'inventory', 1, failOnError)
    journal.record(committed('p-1'))
    journal.close()
    journal.close()
    journal.record(committed('p-2'))
    vi.advanceTimersByTime(1_000)
    expect(linesOf(file).map(({ purchase }) => purchase)).toEqual(['p-1'])
  })

  it('adds to what is there', () => {
    const file = newFile()
    writeFileSync(file, '{"type":"started"}\n')
    const journal = openJournal(file, 'inventory', 1, failOnError)
    journal.record(committed('p-1'))
    journal.close()
    expect(linesOf(file).map(({ type }) => type)).toEqual(['started', 'committed'])
  })

  it('tells once that the disk is full, and goes on without', () => {
    const errors: Error[] = []
    const journal = openJournal('/dev/full', 'inventory', 1, (error) => errors.push(error))
    for (const purchase of ['p-1', 'p-2']) {
      journal.record(committed(purchase))
      journal.flush()
    }
    journal.close()
    vi.advanceTimersByTime(1_000)
    expect(errors.map((error) => (error as NodeJS.ErrnoException).code)).toEqual(['ENOSPC'])
  })
})
