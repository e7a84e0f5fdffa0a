/** Pictures over a run's time that need no script: gremlins' windows as shades, seconds below. */

import type { ReactNode } from 'react'
import type { Result, VariantResult } from '../../core/result.ts'
import { changesIn, changesOf } from '../changes.ts'
import { meetsGremlins, windowsOf } from '../charts/windows.ts'
import { formatSeconds } from '../format.ts'
import { ChangeLines, roomForChanges } from './change-lines.tsx'

const BAND_WIDTH = 1_000

/** A tenth of a unit is finer than anybody sees, and keeps the page small. */
export function tenths(length: number): number {
  return Math.round(length * 10) / 10
}

/** Shows `[0, spanMs]` from left to right. */
export function acrossAt(ms: number, spanMs: number): number {
  return tenths((Math.max(0, Math.min(ms, spanMs)) / spanMs) * BAND_WIDTH)
}

interface BandProps {
  readonly result: Result
  readonly variant: VariantResult
  readonly spanMs: number
  readonly height: number
  /** What it shows, for someone who cannot see it. */
  readonly label: string
  readonly children: ReactNode
}

export function TimeBand({ result, variant, spanMs, height, label, children }: BandProps): ReactNode {
  const changes = changesIn(changesOf(result), variant.name)
    .filter(({ atMs }) => atMs <= spanMs)
    .map(({ number, by, atMs }) => ({ number, by, x: acrossAt(atMs, spanMs) }))
  const above = roomForChanges(changes)
  const viewBox = `0 ${-above} ${BAND_WIDTH} ${above + height + 22}`
  return (
    <svg className='band' viewBox={viewBox} role='img' aria-label={label}>
      {(meetsGremlins(result, variant) ? windowsOf(result, spanMs) : []).map(({ fromMs, toMs, shade }, at) => (
        <rect
          key={at}
          x={acrossAt(fromMs, spanMs)}
          y='0'
          width={Math.max(1, tenths(acrossAt(toMs, spanMs) - acrossAt(fromMs, spanMs)))}
          height={height}
          fill={`rgb(${shade})`}
          fillOpacity='0.28'
        />
      ))}
      {children}
      <ChangeLines changes={changes} width={BAND_WIDTH} height={height} />
      <path d={`M0 ${height}h${BAND_WIDTH}`} stroke='currentColor' fill='none' />
      <text x='0' y={height + 17}>
        0 s
      </text>
      <text x={BAND_WIDTH} y={height + 17} textAnchor='end'>
        {formatSeconds(spanMs)}
      </text>
    </svg>
  )
}
