/** What was promised and what became of it: expectations and invariants. */

import type { ReactNode } from 'react'
import type { InvariantResult, Result } from '../../core/result.ts'
import { EXPECTED_WORDS } from '../columns.ts'
import { doubts } from '../doubts.ts'
import { formatCount } from '../format.ts'
import { Section } from './section.tsx'
import { Figures } from './table.tsx'

export function Expectations({ result }: { result: Result }): ReactNode {
  const rows = result.variants.flatMap((variant) =>
    variant.expectations.map(({ expectation, holds, inconclusive }) => [
      variant.name,
      expectation,
      inconclusive !== null ? '? not decided' : holds ? '✓ met' : '✕ failed',
      inconclusive ?? '',
    ]),
  )
  const kept = doubts(result)
  return (
    <Section id='expectations' title='What was expected'>
      {kept.length === 0 ? null : <h3>What kept it from passing</h3>}
      <ul className='plain'>
        {kept.map(({ variant, sentence }) => (
          <li key={`${variant} ${sentence}`}>
            <strong>{variant}:</strong> {sentence}
          </li>
        ))}
      </ul>
      {rows.length === 0 ? (
        <p>Nothing in particular: every promise must hold.</p>
      ) : (
        <Figures
          caption='What the scenario expects of each variant. A promise that it does not name must hold.'
          columns={['variant', 'expectation', 'outcome', 'why']}
          figuresFrom={4}
          rows={rows}
        />
      )}
    </Section>
  )
}

function outcome(invariant: InvariantResult | undefined): string {
  if (invariant === undefined) return '–'
  if (invariant.violations > 0)
    return `✕ broken ${formatCount(invariant.violations)} (${EXPECTED_WORDS[invariant.expected]})`
  return invariant.subjects === 0 ? '– not exercised' : '✓ kept'
}

/** Every promise against every variant. */
export function Invariants({ result }: { result: Result }): ReactNode {
  const first = result.variants[0]
  return (
    <Section id='invariants' title='Promises'>
      <p>
        A promise that nothing could have broken in this run is “not exercised”: it was not kept, it was not asked.
        “Always” promises must hold at every moment, so that a refunded double charge is still one; “eventually”
        promises when all is quiet.
      </p>
      <Figures
        caption='What became of each promise in each variant'
        columns={['promise', 'in words', 'when', ...result.variants.map((variant) => variant.name)]}
        figuresFrom={99}
        rows={(first?.invariants ?? []).map(({ name, promise, kind }) => [
          name,
          promise,
          kind,
          ...result.variants.map((variant) => outcome(variant.invariants.find((invariant) => invariant.name === name))),
        ])}
      />
    </Section>
  )
}
