/** Steps of a proof, and where each is written. */

import type { JournalLine } from '../../core/event.ts'
import type { Strike } from '../../core/invariant.ts'
import type { LedgerEntry } from '../../core/ledger.ts'
import type { Told } from '../../core/purchase.ts'
import type { Cite, Claim, ClaimRole } from '../../core/story.ts'
import type { ServiceName } from '../../core/topology.ts'
import { sentence } from './words.ts'

/** A proof that is longer is none that anybody follows. */
export const MOST_CLAIMS = 20
/** Of one claim. */
const MOST_CITES = 20
/** Characters of a sentence, or of a title. */
export const MOST_CHARACTERS = 600

export function cut(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 1)}…` : text
}

function claim(role: ClaimRole, text: string, cites: readonly Cite[]): Claim {
  const seen = new Set<string>()
  const once = cites.filter((cite) => {
    const name = JSON.stringify(cite)
    return seen.has(name) ? false : seen.add(name)
  })
  return { role, sentence: cut(sentence(text)), cites: once.slice(0, MOST_CITES) }
}

type Say = (text: string, ...cites: readonly (Cite | undefined)[]) => Claim
const say =
  (role: ClaimRole): Say =>
  (text, ...cites) =>
    claim(
      role,
      text,
      cites.filter((cite) => cite !== undefined),
    )

export const believed = say('believed')
export const because = say('because')
export const fact = say('fact')
export const therefore = say('therefore')
export const cause = say('cause')
export const missing = say('missing')

export function ofLine({ type, node, incarnation, atMs }: JournalLine): Cite {
  return { source: 'journal', type, node, incarnation, atMs }
}

export function ofLines(...lines: readonly (JournalLine | null | undefined)[]): Cite[] {
  return lines.flatMap((line) => (line ? [ofLine(line)] : []))
}

export function ofRow(service: ServiceName, { seq }: LedgerEntry): Cite {
  return { source: 'ledger', service, seq }
}

export function ofRows(service: ServiceName, rows: readonly LedgerEntry[]): Cite[] {
  return rows.map((row) => ofRow(service, row))
}

export function ofStrike({ gremlin, node, incarnation, atMs }: Strike): Cite {
  return { source: 'strike', gremlin, node, incarnation, atMs }
}

export function ofTold({ attempt }: Told): Cite {
  return { source: 'buyer', attempt }
}
