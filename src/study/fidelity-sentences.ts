/** What misses, and what could not be judged, in whole sentences. */

import type { VariantFidelity } from '../core/fidelity.ts'

type Judged = Pick<VariantFidelity, 'expectations' | 'wassersteinMs' | 'otherOutcome'>

export function missesOf({ expectations, wassersteinMs, otherOutcome }: Judged): string[] {
  const apart = [wassersteinMs.toReal, wassersteinMs.floor, wassersteinMs.limit].map(inMs)
  const other = [otherOutcome.toReal, otherOutcome.floor, otherOutcome.limit].map(inPercent)
  const [missed, differently] = [wassersteinMs.met === false, otherOutcome.met === false]
  return [
    ...expectations
      .filter(({ met }) => met === false)
      .map(({ expectation, holds }) => {
        const [here = null] = holds.real
        return `'${expectation}' ${wordFor(holds.virtual)} in the virtual world and ${wordFor(here)} in the real one.`
      }),
    ...(missed ? [`Latencies are ${apart[0]} apart; ${limits(apart)}`] : []),
    ...(differently ? [`${other[0]} of the purchases end in another way; ${limits(other)}`] : []),
  ]
}

export function notJudgedOf({ expectations, wassersteinMs, otherOutcome }: Judged): string[] {
  return [
    ...expectations
      .filter(({ met }) => met === null)
      .map(({ expectation }) => `'${expectation}' is not judged: the real runs disagree about it.`),
    ...(wassersteinMs.met === null ? [`Latencies are not judged: ${FLOORLESS} two real runs with answers.`] : []),
    ...(otherOutcome.met === null ? [`Outcomes are not judged: ${FLOORLESS} two real runs with purchases.`] : []),
  ]
}

const FLOORLESS = 'what real runs differ by is known only of'

function limits([, floor, limit]: readonly string[]): string {
  return `between real runs it is ${floor}, so at most ${limit}.`
}

function inMs(value: number | null): string {
  return value === null ? 'unknown' : `${value.toFixed(2)} ms`
}

function inPercent(value: number | null): string {
  return value === null ? 'unknown' : `${(100 * value).toFixed(1)} %`
}

function wordFor(holds: boolean | null): string {
  if (holds === null) return 'is undecided'
  return holds ? 'holds' : 'fails'
}
