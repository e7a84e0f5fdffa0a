/** The charts, each with its figures in a table beside it. */

import type { ReactNode } from 'react'
import type { ChartSpec } from '../charts/spec.ts'
import { formatCount } from '../format.ts'
import { Section } from './section.tsx'
import { Figures } from './table.tsx'

const USUAL_ROWS = 200
/** Charts that need the whole width. */
const WIDE = new Set(['goodput-over-time', 'latency-over-time', 'money-lost', 'latency-quantiles'])

function Chart({ spec, most }: { spec: ChartSpec; most: number }): ReactNode {
  const { columns, rows } = spec.table
  const cut =
    rows.length > most
      ? `, first ${formatCount(most)} of ${formatCount(rows.length)} rows; the JSON file beside this page has all`
      : ''
  return (
    <figure className={WIDE.has(spec.id) ? 'chart whole' : 'chart'} id={spec.id}>
      <h3>{spec.title}</h3>
      <p>{spec.about}</p>
      <div className='canvas'>
        <canvas id={`canvas-${spec.id}`} role='img' aria-label={spec.label} />
      </div>
      <p className='undrawn'>{spec.label} The picture needs scripts; the figures are here:</p>
      <details>
        <summary>Figures of “{spec.title}”</summary>
        <Figures columns={columns} rows={rows.slice(0, most)} caption={`${spec.title}${cut}`} />
      </details>
    </figure>
  )
}

interface ChartsProps {
  readonly specs: readonly ChartSpec[]
  /** Rows of the table beside each. */
  readonly most?: number
}

export function ChartGrid({ specs, most = USUAL_ROWS }: ChartsProps): ReactNode {
  return (
    <div className='charts'>
      {specs.map((spec) => (
        <Chart key={spec.id} spec={spec} most={most} />
      ))}
    </div>
  )
}

export function Charts(props: ChartsProps): ReactNode {
  return (
    <Section id='charts' title='Pictures'>
      <ChartGrid {...props} />
    </Section>
  )
}
