/** What agreement costs: locks, steps and messages, in figures and pictures. */

import type { ReactNode } from 'react'
import type { Result, VariantResult } from '../../core/result.ts'
import { AGREEMENT_STEPS, anyAgreement, LOCK_TIMES, MESSAGES } from '../agreement.ts'
import type { ChartSpec } from '../charts/spec.ts'
import { formatCount, formatMs } from '../format.ts'
import { ChartGrid } from './charts.tsx'
import { Section } from './section.tsx'
import { Figures } from './table.tsx'

interface Line {
  readonly name: string
  readonly about: string
  readonly text: (variant: VariantResult) => string
}

const COSTS: readonly Line[] = [
  ...LOCK_TIMES.flatMap(({ name, about, of }) => [
    { name: `${name}, p50`, about, text: (variant: VariantResult) => formatMs(of(variant).p50) },
    { name: `${name}, p99`, about: '', text: (variant: VariantResult) => formatMs(of(variant).p99) },
  ]),
  ...AGREEMENT_STEPS.map(({ name, about, of }) => ({
    name,
    about,
    text: (variant: VariantResult) => formatCount(of(variant)),
  })),
]

interface AgreementProps {
  readonly result: Result
  readonly specs: readonly ChartSpec[]
  /** Rows of the table beside each chart. */
  readonly most: number
}

export function Agreement({ result, specs, most }: AgreementProps): ReactNode {
  const { variants, baseCurrency } = result
  const messages: Line = {
    name: MESSAGES.header,
    about: 'Requests and answers between the services, over the orders that arrived.',
    text: (variant) => MESSAGES.text(variant, baseCurrency),
  }
  const agreed = anyAgreement(result)
  const lines = agreed ? [...COSTS, messages] : [messages]
  return (
    <Section id='agreement' title='What agreement costs'>
      {agreed ? (
        <p>
          To do all of a purchase or nothing of it, services lock, ask, wait and undo. This is what it took; a dash
          stands where nothing was locked.
        </p>
      ) : (
        <p>No variant voted, undid anything, or had an order to recover.</p>
      )}
      <Figures
        caption={agreed ? 'Locks, steps and messages, in each variant' : 'Messages, in each variant'}
        columns={['what', ...variants.map((variant) => variant.name)]}
        notes={lines.map(({ about }) => about)}
        rows={lines.map(({ name, text }) => [name, ...variants.map(text)])}
      />
      <ChartGrid specs={specs} most={most} />
    </Section>
  )
}
