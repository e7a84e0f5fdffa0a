/** One story: the proof, what happened as a diagram, and the smallest change that prevents it. */

import type { ReactNode } from 'react'
import type { Diagram, Prevention, StoryGroup } from '../../core/story.ts'
import { formatCount, formatCounted } from '../format.ts'
import { InWords, Picture, SequenceFrame } from '../sequence/sequence.tsx'
import type { Drawings } from './drawings.tsx'
import type { PlacedStory } from './placed-stories.ts'
import { Proof } from './proof.tsx'
import type { PartWays } from './room.ts'

/** All whose list fits stand there; a longer list says how long it is. */
function Purchases({ group: { count, purchases }, most }: { group: StoryGroup; most: number }): ReactNode {
  if (purchases.length === 0) return null
  const listed = purchases.slice(0, most)
  const cut = listed.length < count ? `, ${formatCount(listed.length)} of them listed` : ''
  return (
    <p className='same'>
      {count === 1 ? 'Only this purchase: ' : `${formatCounted(count, 'violation')} of this shape${cut}: `}
      <span data-orders=''>{listed.join(',\n')}</span>
    </p>
  )
}

interface Drawn {
  readonly id: string
  readonly title: string
  readonly diagram: Diagram
  readonly side: 'first' | 'second'
}

/** Stands for a part until it is unpacked; see `fill` of story-script.ts. */
function Packed({ of }: { of: string }): ReactNode {
  return <i data-packed={of} />
}

interface Packing {
  /** Of a packed story the diagrams are packed by themselves; it only refers to them. */
  readonly packedAs?: Drawings | undefined
}

function DiagramOf({ id, title, diagram, side, packedAs }: Drawn & Packing): ReactNode {
  const keys = packedAs?.(diagram).keys
  return (
    <div className={`diagram ${side}`}>
      <SequenceFrame
        id={id}
        title={title}
        picture={keys ? <Packed of={keys.picture} /> : <Picture diagram={diagram} />}
        words={keys ? <Packed of={keys.words} /> : <InWords diagram={diagram} />}
      />
    </div>
  )
}

const VIEWS = ['both', 'first', 'second'] as const

/** Radio buttons and a style sheet: they work without scripts, and by arrow keys. */
function Views({ id, names }: { id: string; names: readonly [string, string] }): ReactNode {
  const words = { both: 'Side by side', first: names[0], second: names[1] }
  return (
    <fieldset className='views'>
      <legend>Show</legend>
      {VIEWS.map((view) => (
        <label key={view}>
          <input type='radio' name={`${id}-view`} className={`view-${view}`} defaultChecked={view === 'both'} />
          <span>{words[view]}</span>
        </label>
      ))}
    </fieldset>
  )
}

/** A story's diagrams: its own, and that of the variant that prevents it. Their titles are the page's only ones of these words. */
export function diagramsOf({ id, variant, group: { invariant, story, prevention } }: PlacedStory): Drawn[] {
  const drawn: Drawn[] = []
  const { diagram, title } = story
  if (diagram)
    drawn.push({ id: `${id}-happened`, title: `${variant}: ${title} (${invariant})`, diagram, side: 'first' })
  if (prevention?.diagram) {
    const calm = `${prevention.variant}: ${story.purchase ?? 'the same'} broke nothing (against ${invariant} in ${variant})`
    drawn.push({ id: `${id}-prevented`, title: calm, diagram: prevention.diagram, side: 'second' })
  }
  return drawn
}

/** What happened, and what happened where nothing went wrong. */
export function Shown({ placed, packedAs }: { placed: PlacedStory } & Packing): ReactNode {
  const { id, variant, group } = placed
  const { prevention } = group
  const drawn = diagramsOf(placed)
  return (
    <div className='diagrams'>
      <h5>What happened</h5>
      {drawn.length === 2 && prevention ? <Views id={id} names={[variant, prevention.variant]} /> : null}
      <div className='pair'>
        {drawn.map((each) => (
          <DiagramOf key={each.id} {...each} packedAs={packedAs} />
        ))}
      </div>
    </div>
  )
}

function Prevented({ prevention }: { prevention: Prevention | null }): ReactNode {
  if (prevention === null) return <p className='soft'>No variant of this run is known to prevent it.</p>
  return (
    <>
      <h5>The smallest change that prevents it</h5>
      <p className='prevention'>
        In <strong>{prevention.variant}</strong> this purchase, with the same luck, broke nothing:{' '}
        {prevention.change.replace(/[.]$/, '')}.
      </p>
    </>
  )
}

/** What a story says. */
export function Said({ group: { story, prevention } }: { group: StoryGroup }): ReactNode {
  return (
    <>
      {story.proof.length > 0 ? <h5>The proof</h5> : null}
      <Proof proof={story.proof} />
      <Prevented prevention={prevention} />
    </>
  )
}

/** What a story says, and what it shows: a page may hold either packed, until a reader opens the story. */
export function saidKey({ id }: PlacedStory): string {
  return `${id}-said`
}

export function shownKey({ id }: PlacedStory): string {
  return `${id}-shown`
}

interface PartProps {
  readonly of: string
  readonly ways: PartWays
  /** Where the page has no room for it. */
  readonly missing: string
  readonly children: ReactNode
}

function PartOf({ of, ways, missing, children }: PartProps): ReactNode {
  if (ways.plain.has(of)) return children
  if (ways.packed.has(of))
    return (
      <p className='soft' data-packed={of}>
        Packed: needs scripts. See stories.json.
      </p>
    )
  return <p className='soft'>{missing}</p>
}

function undrawnWords(diagrams: number): string {
  return `To keep this page small, ${diagrams === 1 ? 'its diagram is' : 'its diagrams are'} only in stories.json.`
}

interface ToldProps {
  readonly placed: PlacedStory
  /** Purchases listed. */
  readonly listed: number
  readonly ways: PartWays
  readonly open: boolean
}

export function Told({ placed, listed, ways, open }: ToldProps): ReactNode {
  const { id, variant, group } = placed
  const { story, invariant, count } = group
  const drawn = diagramsOf(placed).length
  return (
    <details className='told' id={id} data-variant={variant} data-invariant={invariant} open={open}>
      <summary>
        <h4>{story.title}</h4>
        <span className='tag'>{invariant}</span>
        <span className='times'>{formatCounted(count, 'violation')}</span>
      </summary>
      <Purchases group={group} most={listed} />
      <PartOf of={saidKey(placed)} ways={ways} missing='To keep this page small, its proof is only in stories.json.'>
        <Said group={group} />
      </PartOf>
      {drawn > 0 ? (
        <PartOf of={shownKey(placed)} ways={ways} missing={undrawnWords(drawn)}>
          <Shown placed={placed} />
        </PartOf>
      ) : null}
      <p className='ways'>
        <a href={`#${id}`}>Link to this story</a>
      </p>
    </details>
  )
}
