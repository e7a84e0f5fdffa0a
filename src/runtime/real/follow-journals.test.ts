import { appendFileSync, mkdirSync, mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import type { JournalLine } from '../../core/event.ts'
import { followJournals } from './follow-journals.ts'

const root = temporaryFolder('follow-journals')

function follow() {
  const folder = mkdtempSync(join(root, 'run-'))
  const lines: JournalLine[] = []
  const follower = followJournals(folder, (line) => lines.push(line))
  onTestFinished(() => follower.close())
  return {
    folder,
    follower,
    /** The times of what has come since the last call. */
    times: () => lines.splice(0).map(({ node, atMs }) => `${node} ${atMs}`),
    write(file: string, text: string | Buffer): void {
      mkdirSync(join(folder, 'journal'), { recursive: true })
      appendFileSync(join(folder, 'journal', file), text)
    },
  }
}

const lineAt = (atMs: number, node = 'bank', more = {}) =>
  `${JSON.stringify({ atMs, node, incarnation: 1, type: 'started', ...more })}\n`

describe('a follower of journals', () => {
  it('finds nothing where there is nothing', () => {
    const { follower, times } = follow()
    expect(follower.poll()).toEqual({ lines: 0, behind: false })
    expect(times()).toEqual([])
  })

  it('passes on what was added, in new files too, and each line once', () => {
    const { follower, times, write } = follow()
    write('bank-1.ndjson', lineAt(1) + lineAt(2))
    expect(follower.poll()).toEqual({ lines: 2, behind: false })
    write('bank-1.ndjson', lineAt(3))
    write('bank-10.ndjson', lineAt(5))
    write('bank-2.ndjson', lineAt(4))
    write('traffic-1.ndjson', lineAt(1, 'traffic'))
    write('notes.txt', 'not a journal\n')
    expect(follower.poll().lines).toBe(4)
    expect(times()).toEqual(['bank 1', 'bank 2', 'bank 3', 'traffic 1', 'bank 4', 'bank 5'])
    expect(follower.poll().lines).toBe(0)
  })

  it('waits for the end of a line, also where it is torn inside a character', () => {
    const { follower, times, write } = follow()
    const bytes = Buffer.from(lineAt(1, 'bank', { detail: '€' }))
    const inside = bytes.indexOf(Buffer.from('€')) + 1
    write('bank-1.ndjson', bytes.subarray(0, inside))
    expect(follower.poll().lines).toBe(0)
    write('bank-1.ndjson', bytes.subarray(inside))
    expect(follower.poll().lines).toBe(1)
    expect(times()).toEqual(['bank 1'])
    expect(follower.broken()).toBe(0)
  })

  it('passes over broken lines and counts them', () => {
    const { follower, times, write } = follow()
    write('bank-1.ndjson', `{"atMs":\n\nnull\n{}\n${lineAt(7)}`)
    follower.poll()
    expect(times()).toEqual(['bank 7'])
    expect(follower.broken()).toBe(3)
  })

  it('reads no more than its share in one poll, and says that it is behind', () => {
    const { follower, times, write } = follow()
    const line = lineAt(1, 'bank', { detail: 'x'.repeat(1_000) })
    const count = Math.ceil((1024 * 1024) / line.length)
    write('bank-1.ndjson', line.repeat(count))
    write('fx-1.ndjson', lineAt(1, 'fx'))
    expect(follower.poll().behind).toBe(true)
    expect(times()).toContain('fx 1')
    let polls = 1
    while (follower.poll().behind) polls++
    expect(polls).toBe(2)
    expect(times().length).toBeGreaterThan(count / 3)
  })

  it('gives up a line that never ends, and goes on behind it', () => {
    const { follower, times, write } = follow()
    write('bank-1.ndjson', 'x'.repeat(5 * 1024 * 1024))
    while (follower.poll().behind);
    write('bank-1.ndjson', `x\n${lineAt(9)}`)
    follower.poll()
    expect(times()).toEqual(['bank 9'])
    expect(follower.broken()).toBe(1)
  })

  it('lets go of a life that is over, and of no other', () => {
    const { follower, times, write } = follow()
    write('bank-1.ndjson', lineAt(1))
    write('bank-2.ndjson', lineAt(2))
    for (let polls = 0; polls < 30; polls++) follower.poll()
    write('bank-1.ndjson', lineAt(3))
    write('bank-2.ndjson', lineAt(4))
    follower.poll()
    expect(times()).toEqual(['bank 1', 'bank 2', 'bank 4'])
  })
})
