/** The top of the report: verdict, headline, and the comparison. */

import type { ReactNode } from 'react'
import type { Details } from '../../core/details.ts'
import type { Result, VariantResult } from '../../core/result.ts'
import { brokenPromises, COLUMNS, EXPECTED_WORDS } from '../columns.ts'
import { formatCount } from '../format.ts'
import { ends, headline, runFacts, verdictSentence } from '../headline.ts'
import { storyOf, type ToldVariant } from './placed-stories.ts'
import { Section } from './section.tsx'
import { TitleAndVerdict, VerdictWord } from './verdict.tsx'

/** Said although the elements imply it: browsers forget it where a narrow screen shows rows as cards. */
const AS = {
  table: { role: 'table' },
  rowgroup: { role: 'rowgroup' },
  row: { role: 'row' },
  rowheader: { role: 'rowheader' },
  columnheader: { role: 'columnheader' },
  cell: { role: 'cell' },
}

export function Opening({ result }: { result: Result }): ReactNode {
  return (
    <>
      <TitleAndVerdict
        of={result}
        facts={runFacts(result)}
        headline={headline(result)}
        means={verdictSentence(result)}
      />
      {ends(result).map((end) => (
        <p key={end} className='note'>
          {end}. The figures below are of what was measured until then.
        </p>
      ))}
    </>
  )
}

/** Each kind leads to its story. */
function Kinds({ variant, told }: { variant: VariantResult; told: readonly ToldVariant[] }): ReactNode {
  const broken = brokenPromises(variant)
  if (broken.length === 0) return 'none'
  return (
    <ul>
      {broken.map(({ name, violations, expected }) => {
        const story = storyOf(told, variant.name, name)
        return (
          <li key={name}>
            {story ? <a href={`#${story.id}`}>{name}</a> : name} {formatCount(violations)}{' '}
            <span className={expected === 'holds' ? 'surprise' : 'soft'}>({EXPECTED_WORDS[expected]})</span>
          </li>
        )
      })}
    </ul>
  )
}

interface RowProps {
  readonly variant: VariantResult
  readonly currency: string
  readonly told: readonly ToldVariant[]
}

function Row({ variant, currency, told }: RowProps): ReactNode {
  const figures = COLUMNS.filter((column) => column.numeric)
  return (
    <tr {...AS.row}>
      <th scope='row' {...AS.rowheader}>
        {variant.name}
        <span className='summary'>{variant.summary}</span>
      </th>
      {figures.map((column) => (
        <td key={column.id} {...AS.cell} className='figure' data-label={column.header}>
          {column.text(variant, currency)}
        </td>
      ))}
      <td {...AS.cell} className='kinds' data-label='violations: '>
        <Kinds variant={variant} told={told} />
      </td>
      <td {...AS.cell} className='verdict'>
        <VerdictWord verdict={variant.verdict} />
      </td>
    </tr>
  )
}

interface ComparisonProps {
  readonly result: Result
  /** Empty where the run has no stories. */
  readonly told: readonly ToldVariant[]
}

export function Comparison({ result, told }: ComparisonProps): ReactNode {
  const figures = COLUMNS.filter((column) => column.numeric)
  return (
    <Section id='comparison' title='Side by side'>
      <section className='scroll' tabIndex={0} aria-label='Comparison of the variants'>
        <table className='comparison' {...AS.table}>
          <caption>
            The same orders and the same luck for every variant. Latency counts from the moment the buyer meant to ask;
            goodput is purchases confirmed truthfully within the buyer’s patience, per second.
          </caption>
          <thead {...AS.rowgroup}>
            <tr {...AS.row}>
              <th scope='col' {...AS.columnheader}>
                variant
              </th>
              {figures.map((column) => (
                <th key={column.id} scope='col' {...AS.columnheader} className='figure'>
                  {column.header}
                </th>
              ))}
              <th scope='col' {...AS.columnheader}>
                violations by kind
              </th>
              <th scope='col' {...AS.columnheader}>
                verdict
              </th>
            </tr>
          </thead>
          <tbody {...AS.rowgroup}>
            {result.variants.map((variant) => (
              <Row key={variant.name} variant={variant} currency={result.baseCurrency} told={told} />
            ))}
          </tbody>
        </table>
      </section>
    </Section>
  )
}

/** A line for runs that are older than the files that stories and matrix are made from. */
export function NoDetails({ details: { stories, outcomes } }: { details: Details }): ReactNode {
  const missing = [stories === null ? 'stories' : '', outcomes === null ? 'purchases side by side' : ''].filter(Boolean)
  if (missing.length === 0) return null
  return (
    <p className='note'>
      This run’s folder holds no {missing.join(' and no ')}: it is older than they are, or was cut short. Running it
      again writes them.
    </p>
  )
}
