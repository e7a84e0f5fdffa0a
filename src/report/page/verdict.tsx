/** A verdict as a word, and as the stamp at the top of a page. */

import type { ReactNode } from 'react'
import type { Verdict } from '../../core/result.ts'

const SIGNS: Record<Verdict, string> = { PASS: '✓', FAIL: '✕', INCONCLUSIVE: '?', ERROR: '!' }

/** A verdict as a word, with a sign and a colour that only repeat it. */
export function VerdictWord({ verdict }: { verdict: Verdict }): ReactNode {
  return (
    <span className={`word verdict-${verdict}`}>
      <span aria-hidden='true'>{SIGNS[verdict]} </span>
      {verdict}
    </span>
  )
}

function VerdictStamp({ verdict }: { verdict: Verdict }): ReactNode {
  return (
    <p className='stamp'>
      <span aria-hidden='true'>{SIGNS[verdict]}</span>
      {verdict}
    </p>
  )
}

interface TitleProps {
  readonly of: { readonly scenario: string; readonly title: string; readonly about: string; readonly verdict: Verdict }
  readonly facts: string
  readonly headline: string
  /** What the verdict means. */
  readonly means: string
}

/** What was run, and its verdict. */
export function TitleAndVerdict({
  of: { scenario, title, about, verdict },
  facts,
  headline,
  means,
}: TitleProps): ReactNode {
  return (
    <>
      <p className='eyebrow'>
        {scenario} · {facts}
      </p>
      <h1>{title}</h1>
      <p className='soft'>{about}</p>
      <section className={`banner verdict-${verdict}`} aria-label='Verdict'>
        <VerdictStamp verdict={verdict} />
        <div>
          <p className='headline'>{headline}</p>
          <p className='means'>{means}</p>
        </div>
      </section>
    </>
  )
}
