/** What was promised and what became of it: expectations, invariants, and each violation with its evidence. */

import type { ReactNode } from 'react'
import type { Strike, Violation } from '../core/invariant.ts'
import type { InvariantResult, Result, VariantResult } from '../core/result.ts'
import { EXPECTED_WORDS } from './columns.ts'
import { doubts } from './doubts.ts'
import { formatAmount, formatCount, formatCounted, formatMs } from './format.ts'
import { Section } from './html-section.tsx'
import { Figures } from './html-table.tsx'

function anchor(...parts: readonly string[]): string {
  return parts.join('-').replace(/[^\w+-]+/g, '-')
}

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

type LedgerRow = Violation['rows'][number]

function rowSentence({ service, entry }: LedgerRow): string {
  const what = `${entry.effect} ${entry.kind} ${formatAmount(entry.amount, entry.unit)} on ${entry.account}`
  return `${service} ledger, row ${formatCount(entry.seq)}: ${what}, key ${entry.key}`
}

function strikeSentence(strike: Strike, purchase: string | undefined): string {
  const own = strike.purchase === purchase
  const takes = strike.takes.length > 0 && own ? `; took ${formatCounted(strike.takes.length, 'other call')} along` : ''
  const whose = own ? '' : `, aimed at ${strike.purchase}, took a call of this purchase along`
  const place = `${strike.node}, incarnation ${formatCount(strike.incarnation)}`
  const attempt = `at ${strike.effect}, attempt ${formatCount(strike.attempt)}`
  return `${strike.gremlin} (${strike.kind}) struck ${place}, ${attempt}${whose}${takes}`
}

/** Ledger rows and strikes as they followed one another, with the time since the first. */
function Evidence({ violation: { rows, strikes, purchase } }: { violation: Violation }): ReactNode {
  const moments = [
    ...rows.map((row) => ({ atMs: row.entry.atMs, text: rowSentence(row) })),
    ...strikes.map((strike) => ({ atMs: strike.atMs, text: strikeSentence(strike, purchase) })),
  ].sort((a, b) => a.atMs - b.atMs)
  const first = moments[0]
  if (!first) return null
  return (
    <ul>
      {moments.map(({ atMs, text }) => (
        <li key={`${atMs} ${text}`}>
          {text} · +{formatMs(atMs - first.atMs)}
        </li>
      ))}
    </ul>
  )
}

/** The sentence with its purchase marked. */
function Sentence({ violation: { purchase, sentence } }: { violation: Violation }): ReactNode {
  const at = purchase === undefined ? -1 : sentence.indexOf(purchase)
  if (purchase === undefined) return sentence
  if (at < 0) return [<code key='purchase'>{purchase}</code>, `: ${sentence}`]
  return [sentence.slice(0, at), <code key='purchase'>{purchase}</code>, sentence.slice(at + purchase.length)]
}

function Broken({
  variant,
  invariant,
  most,
}: {
  variant: string
  invariant: InvariantResult
  most: number
}): ReactNode {
  const shown = invariant.samples.slice(0, most)
  const all = shown.length === invariant.violations
  const sampled = all ? 'all shown' : `first ${formatCount(shown.length)} of ${formatCount(invariant.violations)}`
  return (
    <details id={anchor('violations', variant, invariant.name)}>
      <summary>
        {invariant.name}: {formatCounted(invariant.violations, 'violation')} ({EXPECTED_WORDS[invariant.expected]}),{' '}
        {sampled}
      </summary>
      <ol className='story'>
        {shown.map((violation, at) => (
          <li
            key={`${violation.purchase}-${violation.sentence}`}
            id={anchor(variant, invariant.name, violation.purchase ?? String(at + 1))}
          >
            <p>
              <Sentence violation={violation} />
            </p>
            <Evidence violation={violation} />
          </li>
        ))}
      </ol>
    </details>
  )
}

function VariantViolations({ variant, most }: { variant: VariantResult; most: number }): ReactNode {
  const broken = variant.invariants.filter((invariant) => invariant.violations > 0)
  return (
    <>
      <h3 id={anchor('violations', variant.name)}>{variant.name}</h3>
      {broken.length === 0 ? <p>No violation.</p> : null}
      {broken.map((invariant) => (
        <Broken key={invariant.name} variant={variant.name} invariant={invariant} most={most} />
      ))}
    </>
  )
}

/** @param most how many samples of each invariant are shown */
export function Violations({ result, most }: { result: Result; most: number }): ReactNode {
  return (
    <Section id='violations-found' title='Violations'>
      <p>
        Each with the ledger rows that disagree and the strikes on its path. For one purchase’s whole story:{' '}
        <code>npx faultline order &lt;purchase&gt; &lt;run&gt;</code>.
      </p>
      {result.variants.map((variant) => (
        <VariantViolations key={variant.name} variant={variant} most={most} />
      ))}
    </Section>
  )
}
