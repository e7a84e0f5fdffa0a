/** What became of the calls on each path, and what policies did there, in figures and pictures. */

import type { ReactNode } from 'react'
import type { Result, VariantResult } from '../../core/result.ts'
import { dependencyRows, filledUp, pendingInWords, total, variantsWithPolicies } from '../dependencies.ts'
import { BreakerBand } from './breaker.tsx'
import { anyChanges } from './changes.tsx'
import { Occupancy } from './occupancy.tsx'
import { Section } from './section.tsx'
import { Figures } from './table.tsx'

function notDrawn(most: number): string {
  if (most === 0) return 'To keep the page small, no path is drawn here'
  return most === 1 ? 'Drawn is the path with the most refusals' : `Drawn are the ${most} paths with the most refusals`
}

interface PathsProps {
  readonly result: Result
  readonly variant: VariantResult
  /** How many paths are drawn: those with the most refusals. */
  readonly most: number
}

function Paths({ result, variant, most }: PathsProps): ReactNode {
  const { name, dependencies } = variant
  const rows = dependencyRows(dependencies)
  const spanMs = Math.max(
    1_000,
    variant.arrivalWindowMs,
    ...dependencies.map(({ series }) => series.bucketMs * series.calls.length),
  )
  const worthDrawing = dependencies
    .filter((each) => each.breaker !== null || filledUp(each))
    .sort((a, b) => total(b.refusals) - total(a.refusals))
  const drawn = worthDrawing.slice(0, most)
  return (
    <>
      <h3>{name}</h3>
      {variant.toldPending > 0 ? (
        <p>
          {pendingInWords(variant)}: they came to their end later, without the buyer. How all orders ended is told
          above.
        </p>
      ) : null}
      <div className='paths'>
        <Figures
          caption={`Each call path of ${name}, as its caller saw it`}
          columns={['what', ...dependencies.map(({ edge }) => edge)]}
          notes={rows.map(({ about }) => about)}
          rows={rows.map(({ row }) => row)}
        />
      </div>
      {drawn.map((dependency) => (
        <div key={dependency.edge}>
          <BreakerBand {...{ result, variant, dependency, spanMs }} />
          {filledUp(dependency) ? <Occupancy {...{ result, variant, dependency, spanMs }} /> : null}
        </div>
      ))}
      {drawn.length < worthDrawing.length ? <p className='soft'>{notDrawn(most)}; all are in result.json.</p> : null}
    </>
  )
}

/** Nothing where no policy had anything to say. @param most how many paths of each variant are drawn */
export function Dependencies({ result, most }: { result: Result; most: number }): ReactNode {
  const variants = variantsWithPolicies(result)
  if (variants.length === 0) return null
  return (
    <Section id='dependencies' title='Dependencies, path by path'>
      <p>
        What callers asked of others, what came of it, and what their policies did: calls that were not made, made
        again, or answered by something else. A dash stands where nothing of the kind happened. Shaded: a gremlin’s
        window.{anyChanges(result) ? <> Numbered lines: what was changed.</> : null} <code>faultline rejections</code>{' '}
        lists every refusal.
      </p>
      {variants.map((variant) => (
        <Paths key={variant.name} result={result} variant={variant} most={most} />
      ))}
    </Section>
  )
}
