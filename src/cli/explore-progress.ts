/** How an exploration goes on, on stderr: a line that is rewritten in a terminal, and elsewhere one every few seconds. */

import { plain } from '../scenarios/file/plain.ts'
import type { Explored } from '../search/explore.ts'
import type { Finding } from '../search/findings.ts'
import { type Io, isLive } from './io.ts'
import { counted, describeKinds, describeWhat, formatNumber } from './show-explored.ts'

const CLEAR_LINE = '\r\u001b[2K'
const FALLBACK_COLUMNS = 80
const MS_PER_SECOND = 1_000
const LIVE_EVERY_MS = 100
const PLAIN_EVERY_MS = 10_000

export interface ExploreProgress {
  explored(explored: Explored): void
  shrunk(done: number, of: number): void
  /** Trials of a story, in the systematic search. */
  tried(story: string, done: number, of: number): void
  /** A line that stays. */
  say(line: string): void
  end(): void
}

export function showExploring(io: Io, title: string, quiet: boolean, nowMs: () => number): ExploreProgress {
  const live = isLive(io) && !quiet
  const startedMs = nowMs()
  const known = new Set<string>()
  let drawnMs = startedMs
  let drawn = false

  function clear(): void {
    if (drawn) io.stderr.write(CLEAR_LINE)
    drawn = false
  }

  function say(line: string): void {
    clear()
    io.stderr.write(`${plain(line)}\n`)
  }

  function draw(line: string, often: boolean): void {
    if (quiet) return
    const now = nowMs()
    if (often && now - drawnMs < (live ? LIVE_EVERY_MS : PLAIN_EVERY_MS)) return
    drawnMs = now
    if (!live) {
      say(line)
      return
    }
    io.stderr.write(CLEAR_LINE + plain(line).slice(0, Math.max(1, (io.stderr.columns ?? FALLBACK_COLUMNS) - 1)))
    drawn = true
  }

  function tell(finding: Finding): void {
    const key = `${finding.variant} ${finding.what} ${describeKinds(finding)}`
    if (quiet || known.has(key)) return
    known.add(key)
    say(`${title}: ${finding.variant} ${describeWhat(finding)}, with ${describeKinds(finding)}: seed ${finding.seed}`)
  }

  return {
    explored({ findings, seedsDone }) {
      for (const finding of findings) tell(finding)
      const seconds = Math.max(1, nowMs() - startedMs) / MS_PER_SECOND
      const found = counted(findings.length, 'distinct violation')
      draw(`${title}: ${counted(seedsDone, 'seed')}, ${formatNumber(seedsDone / seconds)} seeds/s, ${found}`, true)
    },
    shrunk: (done, of) => draw(`${title}: shrinking, ${done} of ${of}`, done < of),
    tried: (story, done, of) => draw(`${title}: ${story}: ${formatNumber(done)} of ${counted(of, 'trial')}`, true),
    say,
    end: clear,
  }
}
