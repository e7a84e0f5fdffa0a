/** How each kind of request fared, kind by kind. */

import type { ReactNode } from 'react'
import type { Result } from '../../core/result.ts'
import { focusText, kindLines, kindsToCompare } from '../kinds.ts'
import { Section } from './section.tsx'
import { Figures } from './table.tsx'

/** Nothing where only orders came: the comparison says it all. */
export function Kinds({ result }: { result: Result }): ReactNode {
  const lines = kindsToCompare(result).flatMap(kindLines)
  if (lines.length === 0) return null
  return (
    <Section id='kinds' title='Requests by kind'>
      <p>
        Buyers come for more than orders: a look at the stock, a message, a payment by itself. What one dependency does
        to its own requests is one thing; what it does to the others shows how well they are kept apart. In focus:{' '}
        {focusText(result)}.
      </p>
      <Figures
        caption='Each kind of request, in each variant'
        columns={['what', ...result.variants.map((variant) => variant.name)]}
        notes={lines.map(({ about }) => about)}
        rows={lines.map(({ name, text }) => [name, ...result.variants.map(text)])}
      />
    </Section>
  )
}
