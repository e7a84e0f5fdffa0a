/** Each violation with its evidence: ledger rows and strikes. */

import type { ReactNode } from 'react'
import type { Strike, Violation } from '../../core/invariant.ts'
import type { InvariantResult, Result, VariantResult } from '../../core/result.ts'
import { EXPECTED_WORDS } from '../columns.ts'
import { formatAmount, formatCount, formatCounted, formatMs } from '../format.ts'
import type { Anchors } from './anchors.ts'
import { storyOf, type ToldVariant } from './placed-stories.ts'
import { Section } from './section.tsx'

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

interface EvidenceProps {
  /** How many samples of each invariant are shown. */
  readonly most: number
  readonly told: readonly ToldVariant[]
  readonly anchors: Anchors
}

interface BrokenProps extends EvidenceProps {
  readonly variant: string
  readonly invariant: InvariantResult
}

/** Its purchase; its number, too, where there is no purchase or not only this one. */
function nameOf(shown: readonly Violation[], at: number): string[] {
  const purchase = shown[at]?.purchase
  const first = shown.findIndex((violation) => violation.purchase === purchase) === at
  return purchase === undefined ? [String(at + 1)] : first ? [purchase] : [purchase, String(at + 1)]
}

function Broken({ variant, invariant, most, told, anchors }: BrokenProps): ReactNode {
  const story = storyOf(told, variant, invariant.name)
  const shown = invariant.samples.slice(0, most)
  const all = shown.length === invariant.violations
  const first = `first ${formatCount(shown.length)} of ${formatCount(invariant.violations)}`
  const sampled = all ? 'all shown' : shown.length === 0 ? 'evidence in result.json' : first
  return (
    <details id={anchors('violations', variant, invariant.name)}>
      <summary>
        {invariant.name}: {formatCounted(invariant.violations, 'violation')} ({EXPECTED_WORDS[invariant.expected]}),{' '}
        {sampled}
      </summary>
      {story ? (
        <p>
          Why: <a href={`#${story.id}`}>{story.group.story.title}</a>
        </p>
      ) : null}
      <ol className='story'>
        {shown.map((violation, at) => (
          <li
            key={`${violation.purchase}-${violation.sentence}`}
            id={anchors('violation', variant, invariant.name, ...nameOf(shown, at))}
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

function VariantViolations({ variant, ...props }: { variant: VariantResult } & EvidenceProps): ReactNode {
  const broken = variant.invariants.filter((invariant) => invariant.violations > 0)
  return (
    <>
      <h3 id={props.anchors('violations', variant.name)}>{variant.name}</h3>
      {broken.length === 0 ? <p>No violation.</p> : null}
      {broken.map((invariant) => (
        <Broken key={invariant.name} variant={variant.name} invariant={invariant} {...props} />
      ))}
    </>
  )
}

export function Violations({ result, ...props }: { result: Result } & EvidenceProps): ReactNode {
  return (
    <Section id='violations-found' title='Violations, with their evidence'>
      <p>
        Each with the ledger rows that disagree and the strikes on its path. For one purchase’s whole story:{' '}
        <code>npx faultline order &lt;purchase&gt; &lt;run&gt;</code>.
      </p>
      {result.variants.map((variant) => (
        <VariantViolations key={variant.name} variant={variant} {...props} />
      ))}
    </Section>
  )
}
