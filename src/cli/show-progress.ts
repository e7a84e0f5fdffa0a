/** Progress on stderr: one line that is rewritten in a terminal, a line for each phase elsewhere. */

import { plain } from '../scenarios/file/plain.ts'
import type { Phase, Progress } from '../scenarios/progress.ts'
import { type Io, isLive } from './io.ts'

export interface ProgressLine {
  update(progress: Progress): void
  /** A line that stays. */
  say(line: string): void
  /** Clears the line that is rewritten. */
  end(): void
}

const WORDS: Readonly<Record<Phase, string>> = {
  starting: 'starting the services',
  'warming-up': 'warming up',
  traffic: 'traffic',
  'waiting-for-quiet': 'waiting for quiet',
  auditing: 'reading the ledgers',
}
const CLEAR_LINE = '\r\u001b[2K'
const FALLBACK_COLUMNS = 80

/** @param title in front of each line, such as the scenario and the seed */
export function showProgress(io: Io, title: string, quiet: boolean): ProgressLine {
  const live = isLive(io) && !quiet
  let shown = ''
  /** Variants may go on side by side: each says each of its phases once. */
  const phases = new Set<string>()

  function clear(): void {
    if (shown !== '') io.stderr.write(CLEAR_LINE)
    shown = ''
  }

  function draw(line: string): void {
    // A line that wraps cannot be cleared.
    const text = line.slice(0, Math.max(1, (io.stderr.columns ?? FALLBACK_COLUMNS) - 1))
    if (text === shown) return
    io.stderr.write(CLEAR_LINE + text)
    shown = text
  }

  return {
    update(progress) {
      if (quiet) return
      if (live) return draw(plain(`${title}: ${describeProgress(progress)}`))
      const next = `${progress.phase} ${progress.variant}`
      if (phases.has(next)) return
      phases.add(next)
      io.stderr.write(`${plain(`${title}: ${describePhase(progress)}`)}\n`)
    },
    say(line) {
      clear()
      io.stderr.write(`${plain(line)}\n`)
    },
    end: clear,
  }
}

function describePhase({ phase, variant }: Progress): string {
  return variant === null ? WORDS[phase] : `${variant}: ${WORDS[phase]}`
}

function describeProgress(progress: Progress): string {
  const { phase, ordersDone, orders, strikes } = progress
  if (phase !== 'traffic' && phase !== 'waiting-for-quiet') return describePhase(progress)
  const struck = `${strikes} ${strikes === 1 ? 'strike' : 'strikes'}`
  return `${describePhase(progress)}, ${ordersDone}/${orders} orders, ${struck}`
}
