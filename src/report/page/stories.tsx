/** Why each kind of violation came about, told once for all that have the same shape. */

import type { ReactNode } from 'react'
import { formatCounted } from '../format.ts'
import type { Anchors } from './anchors.ts'
import type { ToldVariant } from './placed-stories.ts'
import type { PartWays } from './room.ts'
import { Section } from './section.tsx'
import { Told } from './story.tsx'

interface StoriesProps {
  readonly variants: readonly ToldVariant[]
  readonly listed: number
  readonly ways: PartWays
  readonly anchors: Anchors
}

function OfVariant({ of, open, ...props }: { of: ToldVariant; open: boolean } & StoriesProps): ReactNode {
  const { variant, told, untold } = of
  return (
    <>
      <h3 id={props.anchors('stories', variant)}>{variant}</h3>
      {told.map((placed, at) => (
        <Told key={placed.id} placed={placed} listed={props.listed} ways={props.ways} open={open && at === 0} />
      ))}
      {untold > 0 ? (
        <p className='soft'>
          {formatCounted(untold, 'further violation')} of rarer shapes {untold === 1 ? 'is' : 'are'} not told here; see
          stories.json, and faultline order for one purchase.
        </p>
      ) : null}
    </>
  )
}

/** Lent to by the matrix: see story-script.ts. */
function Dialog(): ReactNode {
  return (
    <dialog id='story-dialog' aria-labelledby='story-dialog-words'>
      <div className='dialog-head'>
        <p id='story-dialog-words' />
        <button type='button' data-close=''>
          Close
        </button>
      </div>
      <div id='story-dialog-others' />
      <p id='story-dialog-told' className='soft' />
      <div id='story-dialog-body' />
    </dialog>
  )
}

export function StoriesSection(props: StoriesProps): ReactNode {
  const { variants } = props
  const broken = variants.filter(({ told, untold }) => told.length > 0 || untold > 0)
  const clean = variants.filter((variant) => !broken.includes(variant)).map(({ variant }) => variant)
  return (
    <Section id='stories' title='Why it happened'>
      <p>
        Violations of the same shape are told once, of one purchase: what was believed, what the ledgers say, which
        strike set it off, and the smallest change of this run that prevents it. Everything is cited from journals and
        ledgers.
      </p>
      {broken.map((of, at) => (
        <OfVariant key={of.variant} of={of} open={at === 0} {...props} />
      ))}
      {clean.length > 0 ? <p>No violation: {clean.join(', ')}.</p> : null}
      <Dialog />
    </Section>
  )
}
