/** One story: the proof, what happened as a diagram, and the smallest change that prevents it. */

import type { ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import type { Cite, Claim, Diagram, StoryGroup } from '../core/story.ts'
import { formatCount, formatCounted, formatMs } from './format.ts'
import type { Weighed } from './page-room.ts'
import type { PlacedStory, ToldVariant } from './page-stories.ts'
import { Sequence } from './sequence.tsx'

function momentOf(cite: Cite): number | null {
  return 'atMs' in cite ? cite.atMs : null
}

/** Where a claim can be looked up, in few words; times count from the first moment that the story cites. */
function citeText(cite: Cite, beganAtMs: number): string {
  switch (cite.source) {
    case 'ledger':
      return `${cite.service} ledger, row ${formatCount(cite.seq)}`
    case 'buyer':
      return `what the buyer was told, attempt ${formatCount(cite.attempt)}`
    case 'strike':
      return `strike of ${cite.gremlin} on ${cite.node}, life ${formatCount(cite.incarnation)}, +${formatMs(cite.atMs - beganAtMs)}`
    case 'journal':
      return `${cite.node} journal, life ${formatCount(cite.incarnation)}, ${cite.type} +${formatMs(cite.atMs - beganAtMs)}`
  }
}

function Proof({ proof }: { proof: readonly Claim[] }): ReactNode {
  const moments = proof.flatMap(({ cites }) => cites.flatMap((cite) => momentOf(cite) ?? []))
  const began = Math.min(...moments)
  return (
    <ol className='proof'>
      {proof.map(({ role, sentence, cites }, at) => (
        <li key={at} className={`claim role-${role}`}>
          <span className='role'>{role}</span>
          <span className='claim-words'>
            {sentence}
            {cites.length === 0 ? null : (
              <span className='cites'>{cites.map((cite) => citeText(cite, began)).join(' · ')}</span>
            )}
          </span>
        </li>
      ))}
    </ol>
  )
}

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

function DiagramOf({ id, title, diagram, side }: Drawn): ReactNode {
  return (
    <div className={`diagram ${side}`}>
      <Sequence diagram={diagram} id={id} title={title} />
    </div>
  )
}

/** What the choice between two diagrams weighs, rounded up. */
const VIEWS_BYTES = 800
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
function diagramsOf({ id, variant, group: { invariant, story, prevention } }: PlacedStory): Drawn[] {
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

function Diagrams({ placed, drawn }: { placed: PlacedStory; drawn: ReadonlySet<string> }): ReactNode {
  const { id, variant, group } = placed
  const { prevention } = group
  const all = diagramsOf(placed)
  const shown = all.filter((each) => drawn.has(each.id))
  const left = all.length - shown.length
  return (
    <>
      <div className='diagrams'>
        {shown.length === 2 && prevention ? <Views id={id} names={[variant, prevention.variant]} /> : null}
        <div className='pair'>
          {shown.map((each) => (
            <DiagramOf key={each.id} {...each} />
          ))}
        </div>
      </div>
      {left > 0 ? (
        <p className='soft'>
          To keep the page small, {formatCounted(left, 'diagram')} of this story is only in stories.json.
        </p>
      ) : null}
    </>
  )
}

interface ToldProps {
  readonly placed: PlacedStory
  readonly listed: number
  readonly drawn: ReadonlySet<string>
  readonly open: boolean
}

export function Told({ placed, listed, drawn, open }: ToldProps): ReactNode {
  const { id, variant, group } = placed
  const { story, prevention, invariant, count } = group
  return (
    <details className='told' id={id} data-variant={variant} data-invariant={invariant} open={open}>
      <summary>
        <h4>{story.title}</h4>
        <span className='tag'>{invariant}</span>
        <span className='times'>{formatCounted(count, 'violation')}</span>
      </summary>
      <Purchases group={group} most={listed} />
      {story.proof.length > 0 ? (
        <>
          <h5>The proof</h5>
          <Proof proof={story.proof} />
        </>
      ) : null}
      {prevention ? (
        <>
          <h5>The smallest change that prevents it</h5>
          <p className='prevention'>
            In <strong>{prevention.variant}</strong> this purchase, with the same luck, broke nothing:{' '}
            {prevention.change.replace(/[.]$/, '')}.
          </p>
        </>
      ) : (
        <p className='soft'>No variant of this run is known to prevent it.</p>
      )}
      {story.diagram || prevention?.diagram ? (
        <>
          <h5>What happened</h5>
          <Diagrams placed={placed} drawn={drawn} />
        </>
      ) : null}
      <p className='ways'>
        <a href={`#${id}`}>Link to this story</a>
      </p>
    </details>
  )
}

/** What each diagram weighs: those of the most frequent shape of every promise first, then those of the next. */
export function weighDiagrams(variants: readonly ToldVariant[]): Weighed[] {
  const firsts = new Set(
    variants.flatMap(({ told }) =>
      told.filter(
        ({ group: { invariant } }, at) => told.findIndex(({ group }) => group.invariant === invariant) === at,
      ),
    ),
  )
  const all = variants.flatMap(({ told }) => told)
  const ordered = [...all.filter((placed) => firsts.has(placed)), ...all.filter((placed) => !firsts.has(placed))]
  return ordered.flatMap((placed) =>
    diagramsOf(placed).map((drawn) => ({
      id: drawn.id,
      bytes: Buffer.byteLength(renderToStaticMarkup(<DiagramOf {...drawn} />)) + VIEWS_BYTES,
    })),
  )
}
