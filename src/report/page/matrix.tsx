/** The paired matrix: what stands around the rows, which the page's script draws, and what can be read without it. */

import type { CSSProperties, ReactNode } from 'react'
import { INVARIANTS } from '../../core/invariant.ts'
import type { Outcomes } from '../../core/outcomes.ts'
import { formatCount } from '../format.ts'
import { Name } from './name.tsx'
import { OUTCOME_SIGNS, outcomeOf } from './outcomes.ts'
import { Section } from './section.tsx'
import { outcomeCounts, Strips } from './strips.tsx'
import { Figures } from './table.tsx'

interface ChoiceProps {
  readonly name: string
  readonly label: string
  readonly options: readonly (readonly [value: string, text: string])[]
}

/** The names are those that matrix-choice.ts puts into links. */
function Choice({ name, label, options }: ChoiceProps): ReactNode {
  return (
    <label>
      {label}
      <select name={name} id={`matrix-${name}`}>
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  )
}

function Filter({ outcomes: { variants, rows } }: { outcomes: Outcomes }): ReactNode {
  const broken = new Set(rows.flatMap(({ cells }) => cells.flatMap((cell) => cell?.broken ?? [])))
  const named = (name: string) => [name, name] as const
  return (
    <form id='matrix-filter' aria-label='Which purchases to show'>
      <Choice
        name='show'
        label='Show'
        options={[
          ['all', 'all purchases'],
          ['differing', 'those that differ'],
          ['broken', 'those that broke a promise'],
        ]}
      />
      <Choice
        name='invariant'
        label='Promise'
        options={[['', 'any'], ...INVARIANTS.filter((name) => broken.has(name)).map(named)]}
      />
      <Choice name='variant' label='In variant' options={[['', 'any'], ...variants.map(named)]} />
      <label>
        Purchase
        <input type='search' name='text' id='matrix-text' placeholder='p-17' autoComplete='off' spellCheck={false} />
      </label>
      <Choice
        name='sort'
        label='Sort by'
        options={[
          ['order', 'order of arrival'],
          ['difference', 'how much it differs'],
          ['latency', 'latency, slowest first'],
        ]}
      />
      <button type='button' id='matrix-all'>
        Show all
      </button>
    </form>
  )
}

function Legend({ outcomes: { rows } }: { outcomes: Outcomes }): ReactNode {
  const cells = rows.flatMap((row) => row.cells)
  const found = new Set(cells.flatMap((cell) => (cell === null ? [] : outcomeOf(cell))))
  const signs = Object.entries(OUTCOME_SIGNS).filter(([outcome]) => found.has(outcome as keyof typeof OUTCOME_SIGNS))
  return (
    <ul className='legend' aria-label='What the cells mean'>
      {signs.map(([outcome, { letter, words }]) => (
        <li key={outcome}>
          <b className={`cell ${outcome}`}>{letter}</b> {words}
        </li>
      ))}
      <li>
        <b className='cell broken'>C✕</b> broke a promise
      </li>
      <li>
        <b className='cell confirmed struck'>C</b> a gremlin struck on its path
      </li>
      <li className='of-figures'>
        <span className='ms'>1,234</span> milliseconds until it was answered
      </li>
      {cells.includes(null) ? (
        <li>
          <b className='cell none'>·</b> never arrived
        </li>
      ) : null}
    </ul>
  )
}

/** It is walked by arrow keys, as its cells can be acted on. */
const GRID = { role: 'grid', 'aria-label': 'How each purchase ended under each variant' }

function Live({ outcomes }: { outcomes: Outcomes }): ReactNode {
  return (
    <div id='matrix-live' hidden>
      <Filter outcomes={outcomes} />
      <p id='matrix-count' role='status' />
      <div id='matrix-box' tabIndex={-1}>
        <div id='matrix-inner'>
          <table id='matrix-table' style={{ '--columns': outcomes.variants.length } as CSSProperties} {...GRID}>
            <thead>
              <tr aria-rowindex={1}>
                <th scope='col'>purchase</th>
                {outcomes.variants.map((variant) => (
                  <th key={variant} scope='col'>
                    <Name of={variant} />
                  </th>
                ))}
              </tr>
            </thead>
            <tbody id='matrix-body' />
          </table>
        </div>
      </div>
      <p id='matrix-said' role='status'>
        Arrow keys walk the cells; Enter, or a click, tells the story of one.
      </p>
    </div>
  )
}

export function Matrix({ outcomes }: { outcomes: Outcomes }): ReactNode {
  const { total, rows, differing, rule, variants } = outcomes
  const sampled = rows.length < total ? `, of the ${formatCount(rows.length)} that are shown` : ''
  return (
    <Section id='matrix' title='Purchase by purchase'>
      <p>
        Every purchase came to every variant, with the same luck: what differs within a row is what the variants did
        with it. {formatCount(differing)} of {formatCount(total)} purchases broke a promise somewhere, or did not end
        alike. {rule}
      </p>
      <Strips outcomes={outcomes} />
      <Legend outcomes={outcomes} />
      <Live outcomes={outcomes} />
      <p className='matrix-undrawn'>
        The purchases one by one need scripts here; all of them are in outcomes.json beside this page. Their sums:
      </p>
      <Figures
        caption={`How purchases ended in each variant${sampled}`}
        columns={['purchases that', ...variants]}
        rows={outcomeCounts(outcomes)}
      />
    </Section>
  )
}
