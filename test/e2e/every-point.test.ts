/** Each named moment of two-phase commit and of sagas over real processes, once; `test/points.test.ts` has all of them at every service. */

import { beforeAll, describe, expect, it } from 'vitest'
import { type CellResult, runCells } from '../support/cells.ts'
import { violatedIn } from '../support/runs.ts'
import { cellOf, nameOf, STRIKES, type Strike } from '../support/strikes.ts'

/** The first of each moment of each workflow, and so each service that dies at some. */
const SAMPLE: readonly Strike[] = [
  ...new Map(
    STRIKES.toReversed().map((strike) => [`${strike.workflow} ${strike.point} ${strike.service === 'order'}`, strike]),
  ).values(),
]

let results: Map<string, CellResult>

beforeAll(async () => {
  results = await runCells(SAMPLE.map(cellOf), {
    childEntry: new URL('../planted/one-effect-child.ts', import.meta.url),
  })
}, 150_000)

describe.each(SAMPLE.map((strike) => [nameOf(strike), strike] as const))('%s', (name, strike) => {
  it('is struck once, and survived', () => {
    const result = results.get(name) as CellResult
    expect(result.gremlins.find((each) => each.name === 'the strike')?.strikes).toBe(1)
    expect(violatedIn(result)).toEqual([])
    expect(result).toMatchObject({ verdict: 'PASS', reasons: [], unexplainedDeaths: {} })
    expect(result.orders).toMatchObject({ arrived: 2, failed: 0, inDoubt: 0 })
    expect(result.restarts[strike.service]).toBeGreaterThan(0)
  })
})
