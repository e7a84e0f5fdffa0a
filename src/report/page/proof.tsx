/** A story's proof, claim by claim, each with its role and where it can be looked up. */

import type { ReactNode } from 'react'
import type { Cite, Claim } from '../../core/story.ts'
import { formatCount, formatMs } from '../format.ts'

function momentOf(cite: Cite): number | null {
  return 'atMs' in cite ? cite.atMs : null
}

/** Where a claim can be looked up, in few words; times count from the first moment that the story cites. */
function citeText(cite: Cite, beganAtMs: number): string {
  switch (cite.source) {
    case 'ledger':
      return `${cite.service} ledger, row ${formatCount(cite.seq)}`
    case 'buyer':
      return `what the buyer was told, attempt ${formatCount(cite.attempt)}`
    case 'strike':
      return `strike of ${cite.gremlin} on ${cite.node}, life ${formatCount(cite.incarnation)}, +${formatMs(cite.atMs - beganAtMs)}`
    case 'journal':
      return `${cite.node} journal, life ${formatCount(cite.incarnation)}, ${cite.type} +${formatMs(cite.atMs - beganAtMs)}`
  }
}

export function Proof({ proof }: { proof: readonly Claim[] }): ReactNode {
  const moments = proof.flatMap(({ cites }) => cites.flatMap((cite) => momentOf(cite) ?? []))
  const began = Math.min(...moments)
  return (
    <ol className='proof'>
      {proof.map(({ role, sentence, cites }, at) => (
        <li key={at} className={`claim role-${role}`}>
          <span className='role'>{role}</span>
          <span className='claim-words'>
            {sentence}
            {cites.length === 0 ? null : (
              <span className='cites'>{cites.map((cite) => citeText(cite, began)).join(' · ')}</span>
            )}
          </span>
        </li>
      ))}
    </ol>
  )
}
