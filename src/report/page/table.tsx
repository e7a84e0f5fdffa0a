/** A plain table with headers for both directions. */

import type { ReactNode } from 'react'
import type { DataTable } from '../charts/spec.ts'

export interface FiguresProps extends DataTable {
  readonly caption: string
  /** Columns, from this one on, that hold figures. */
  readonly figuresFrom?: number
  /** What stands in small letters under the name of each row. */
  readonly notes?: readonly string[]
}

/** The first column names the rows. Scrolls sideways, also by keyboard, where it does not fit. */
export function Figures({ columns, rows, caption, figuresFrom = 1, notes = [] }: FiguresProps): ReactNode {
  // Said once for a table that is all figures: pages hold thousands of cells.
  const all = figuresFrom === 1
  const className = (at: number) => (!all && at >= figuresFrom ? 'figure' : undefined)
  return (
    <section className='scroll' tabIndex={0} aria-label={caption}>
      <table className={all ? 'figures' : undefined}>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {columns.map((column, at) => (
              <th key={column} scope='col' className={className(at)}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, line) => (
            <tr key={line}>
              {row.map((cell, at) => {
                const key = columns[at]
                return at === 0 ? (
                  <th key={key} scope='row'>
                    {cell}
                    {notes[line] ? <span className='summary'>{notes[line]}</span> : null}
                  </th>
                ) : (
                  <td key={key} className={className(at)}>
                    {cell}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
