/** A sequence diagram that needs no script: an SVG in a box of its own, lanes' names always in sight, and the same in words below. */

import type { ReactNode } from 'react'
import type { Diagram, MarkKind } from '../../core/story.ts'
import { cleanAll } from '../clean-result.ts'
import type { Label } from './labels.ts'
import { layoutOf } from './layout.ts'
import { eventsInWords, leftOutInWords, summaryOf } from './list.ts'
import type { PlacedMark, SequenceLayout } from './placed.ts'
import { relativePath } from './relative.ts'
import {
  arrowsOf,
  awayOf,
  boxesOf,
  breakOffsOf,
  crossesOf,
  hangersOf,
  headsOf,
  lifelinesOf,
  signsOf,
} from './shapes.ts'
import { clipped, LINE_HEIGHT } from './text.ts'

/** From a line's upper edge to its base. */
const BASE = 14
const HEAD_HEIGHT = 30
/** Bold text is so much wider. */
const BOLD = 1.12
const ANCHORS = [
  ['start', ''],
  ['middle', 'seq-c'],
  ['end', 'seq-l'],
] as const

function Path({ look, d }: { look: string; d: string }): ReactNode {
  return d === '' ? null : <path className={look} d={relativePath(d)} />
}

/** Lines one below the other. */
function Words({ label }: { label: Label }): ReactNode {
  const x = Math.round(label.x)
  const [first, ...more] = label.lines
  return (
    <text x={x} y={label.top + BASE}>
      {first}
      {more.map((line, at) => (
        <tspan key={at} x={x} dy={LINE_HEIGHT}>
          {line}
        </tspan>
      ))}
    </text>
  )
}

/** Labels of one look. Their anchors are said once for all. */
function Labels({ labels, look = '' }: { labels: readonly Label[]; look?: string }): ReactNode {
  return ANCHORS.map(([anchor, style]) => {
    const anchored = labels.filter((label) => label.anchor === anchor)
    const looks = [style, look].filter((name) => name !== '').join(' ')
    if (anchored.length === 0) return null
    return (
      <g key={anchor} {...(looks === '' ? {} : { className: looks })}>
        {anchored.map((label, at) => (
          <Words key={at} label={label} />
        ))}
      </g>
    )
  })
}

const BOXED: readonly MarkKind[] = ['belief', 'fact']

function labelsOf(marks: readonly PlacedMark[], wanted: (kind: MarkKind) => boolean): Label[] {
  return marks.filter(({ mark }) => wanted(mark.kind)).map(({ label }) => label)
}

/** Units of the drawing in the page's `1em`. */
function emOf(units: number): string {
  return `${Math.round((units / 16) * 100) / 100}em`
}

/** Names of lanes: they stay in sight while the rest scrolls. */
function Head({ width, gutter, lanes }: SequenceLayout): ReactNode {
  const [one, two] = lanes
  const gap = two && one ? two.x - one.x : width - gutter
  return (
    <svg className='seq-head' width={emOf(width)} viewBox={`0 0 ${width} ${HEAD_HEIGHT}`} aria-hidden='true'>
      <text className='seq-soft seq-l' x={gutter - 10} y='20'>
        ms
      </text>
      {lanes.map(({ name, x }) => (
        <text key={name} className='seq-c seq-name' x={x} y='20'>
          {clipped(name, (gap - 4) / BOLD)}
        </text>
      ))}
    </svg>
  )
}

const SIGNED: readonly MarkKind[] = ['belief', 'policy', 'commit', 'restart', 'strike', 'crash']

function Lines({ layout }: { layout: SequenceLayout }): ReactNode {
  const { lanes, messages, marks, breaks, endY, width } = layout
  const requests = messages.filter(({ message }) => message.kind === 'request')
  const answers = messages.filter(({ message }) => message.kind === 'answer')
  return (
    <>
      <Path look='seq-life' d={lifelinesOf(lanes, endY)} />
      <Path look='seq-gone' d={awayOf(lanes)} />
      <Path look='seq-skip' d={breaks.map(({ top, bottom }) => `M-2 ${top}H${width + 2}V${bottom}H-2z`).join('')} />
      <Path look='seq-off' d={breakOffsOf(lanes, endY)} />
      <Path look='seq-rq' d={arrowsOf(requests)} />
      <Path look='seq-tip' d={headsOf(requests, false)} />
      <Path look='seq-an' d={arrowsOf(answers)} />
      <Path look='seq-open' d={headsOf(answers, true)} />
      <Path look='seq-x' d={crossesOf(messages)} />
      <Path look='seq-note' d={boxesOf('belief', marks)} />
      <Path look='seq-fact' d={hangersOf(marks, endY)} />
      <Path look='seq-book' d={boxesOf('fact', marks)} />
      {SIGNED.map((kind) => (
        <Path key={kind} look={`seq-${kind}`} d={signsOf(kind, marks)} />
      ))}
    </>
  )
}

function Drawing({ layout, label }: { layout: SequenceLayout; label: string }): ReactNode {
  const { width, height, gutter, times, breaks, messages, marks, ledgers, endY } = layout
  return (
    <svg width={emOf(width)} viewBox={`0 0 ${width} ${height}`} role='img' aria-label={label}>
      <Lines layout={layout} />
      {ledgers && <Path look='seq-life' d={`M0 ${endY}H${width}`} />}
      <g className='seq-soft seq-l' transform={`translate(${gutter - 10})`}>
        {times.map(({ lines, top }, at) => (
          <text key={at} y={top + BASE}>
            {lines}
          </text>
        ))}
      </g>
      <Labels labels={breaks.map(({ label: skipped }) => skipped)} look='seq-skipped' />
      <Labels labels={messages.map(({ label: said }) => said)} />
      <Labels labels={labelsOf(marks, (kind) => kind !== 'policy' && !BOXED.includes(kind))} />
      <Labels labels={labelsOf(marks, (kind) => kind === 'policy')} look='seq-soft' />
      <Labels labels={labelsOf(marks, (kind) => BOXED.includes(kind))} look='seq-plain' />
      {ledgers && <Labels labels={[ledgers]} look='seq-soft' />}
    </svg>
  )
}

interface OfDiagram {
  readonly diagram: Diagram
}

/** What stands in the figure's box. It says nothing of where it stands: the same diagram may be shown in many stories. */
export function Picture({ diagram: raw }: OfDiagram): ReactNode {
  const diagram = cleanAll(raw)
  const layout = layoutOf(diagram)
  return (
    <>
      <Head {...layout} />
      <Drawing layout={layout} label={`${summaryOf(diagram)}; in words below.`} />
    </>
  )
}

/** What stands below the box. It says nothing of where it stands, either. */
export function InWords({ diagram: raw }: OfDiagram): ReactNode {
  const diagram = cleanAll(raw)
  const leftOut = leftOutInWords(diagram)
  return (
    <>
      {leftOut && <p className='seq-more'>{leftOut}</p>}
      <details>
        <summary>The same in words</summary>
        <ol>
          {eventsInWords(diagram).map((words, at) => (
            <li key={at}>{words}</li>
          ))}
        </ol>
      </details>
    </>
  )
}

interface FrameProps {
  /** The figure's own; it must be the page's only one of this name. */
  readonly id: string
  /** What the diagram is of: it stands above it. */
  readonly title: string
  readonly picture: ReactNode
  readonly words: ReactNode
}

/** What is around a diagram, and its own in every story. */
export function SequenceFrame({ id, title, picture, words }: FrameProps): ReactNode {
  return (
    <figure className='seq' id={id}>
      <figcaption>{cleanAll(title)}</figcaption>
      <section className='seq-box' tabIndex={0} aria-label={`${cleanAll(title)}: diagram`}>
        <div className='seq-in'>{picture}</div>
      </section>
      {words}
    </figure>
  )
}

export function Sequence({ diagram, ...frame }: OfDiagram & Pick<FrameProps, 'id' | 'title'>): ReactNode {
  return <SequenceFrame {...frame} picture={<Picture diagram={diagram} />} words={<InWords diagram={diagram} />} />
}
