/** Reads the strikes of a variant out of its journals: what it takes to have them come again. */

import type { Decision } from '../../core/decision.ts'
import type { JournalLine } from '../../core/event.ts'
import { journalsIn } from './evidence-journals.ts'
import { type Block, scanLines, valueAt } from './journal-lines.ts'
import { LabError } from './lab-error.ts'

const STRIKE = 'strike"'

/** Where a strike is on record. */
export interface StrikePlace {
  readonly file: string
  /** From 1. */
  readonly line: number
  /** Whose journal it is. */
  readonly node: string
}

/**
 * Shows each strike in the services' journals to `visit`, journal by journal. Memory does not grow with them.
 * @param folder the journals'
 * @throws LabError for a journal that is broken anywhere but in its last line, which a killed process may have left half written
 */
export async function scanStrikes(
  folder: string,
  visit: (strike: Decision, place: StrikePlace) => void,
): Promise<void> {
  for (const { file, node } of await journalsIn(folder)) {
    let lines = 0
    let broken = 0
    await scanLines(file, (block, from, to) => {
      lines += 1
      if (broken > 0) throw new LabError(`${file} is broken: line ${broken} is no JSON, or no whole strike`)
      if (!isWhole(block, from, to)) broken = lines
      else if (isStrike(block.text, from, to)) {
        const strike = parseStrike(block.decode(from, to))
        if (strike) visit(strike, { file, line: lines, node })
        else broken = lines
      }
    })
  }
}

/** Most lines are not parsed; one that was cut has no end. */
function isWhole({ text }: Block, from: number, to: number): boolean {
  return text[from] === '{' && text[to - 1] === '}'
}

function isStrike(text: string, from: number, to: number): boolean {
  const at = valueAt(text, '"type":"', from, to)
  return at >= 0 && text.startsWith(STRIKE, at)
}

function parseStrike(text: string): (JournalLine & { type: 'strike' }) | undefined {
  try {
    const line = JSON.parse(text) as JournalLine & { type: 'strike' }
    const named = [line.gremlin, line.purchase, line.operation, line.effect].every((each) => typeof each === 'string')
    return named && typeof line.attempt === 'number' ? line : undefined
  } catch {
    return undefined
  }
}
