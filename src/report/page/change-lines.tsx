/** Changes in a picture over time that needs no script: a line each, and its number above. */

import type { ReactNode } from 'react'
import type { MadeChange } from '../changes.ts'
import { spreadLabels } from '../charts/change-marks.ts'

export interface DrawnChange extends Pick<MadeChange, 'number' | 'by'> {
  /** In the band's own units. */
  readonly x: number
}

const LABEL = { height: 16, digit: 9, around: 8 }
const ROWS = 2

/** Above the band, where there is something to show. */
export function roomForChanges(changes: readonly DrawnChange[]): number {
  return changes.length === 0 ? 0 : ROWS * (LABEL.height + 2) + 4
}

interface LinesProps {
  readonly changes: readonly DrawnChange[]
  readonly width: number
  readonly height: number
}

/** Whole and filled: by hand; dashed and framed: by the scenario. */
export function ChangeLines({ changes, width, height }: LinesProps): ReactNode {
  const digits = Math.max(0, ...changes.map(({ number }) => String(number).length))
  const wide = digits * LABEL.digit + LABEL.around
  const room = { width: wide + 3, from: 0, to: width, rows: ROWS }
  const labels = spreadLabels(
    changes.map(({ x }) => x),
    room,
  )
  return changes.map(({ number, by, x }, at) => {
    const label = labels[at]
    const top = label ? -roomForChanges(changes) + label.row * (LABEL.height + 2) : 0
    const leader = label ? `M${round(label.x)} ${top + LABEL.height}L${x} -2` : `M${x} -2`
    return (
      <g key={number} className={`change change-${by}`}>
        <path d={`${leader}V${height}`} />
        {label ? (
          <>
            <rect x={round(label.x - wide / 2)} y={top} width={wide} height={LABEL.height} />
            <text x={round(label.x)} y={top + 13} textAnchor='middle'>
              {number}
            </text>
          </>
        ) : null}
      </g>
    )
  })
}

function round(length: number): number {
  return Math.round(length * 10) / 10
}
