import { join } from 'node:path'
import { expect, it } from 'vitest'
import { makeEvidenceFolder } from '../../../test/support/evidence-folder.ts'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import { readOrderEnds } from './order-ends.ts'

const folder = temporaryFolder('order-ends')

function placesOf(bits: Uint8Array): number[] {
  return [...bits].flatMap((byte, at) =>
    [...Array(8).keys()].flatMap((bit) => (byte & (1 << bit) ? [8 * at + bit] : [])),
  )
}

it('has a bit for each order by its place in the traffic, whatever the order of the names', () => {
  const purchases = Array.from({ length: 11 }, (_, index) => `p-${index + 1}`)
  const order = ['p-10', 'p-2', 'p-2', 'p-99', 'p-0', 'p-11'].map((purchase) => ({
    purchase,
    kind: 'confirmed' as const,
  }))
  const others = [{ purchase: 'p-3', kind: 'cancelled' as const }]
  makeEvidenceFolder(join(folder, 'some'), { purchases, ledgers: { order: [...order, ...others] } })
  const ends = readOrderEnds(join(folder, 'some'))
  expect(placesOf(ends.arrived)).toEqual([...Array(11).keys()])
  expect(placesOf(ends.confirmed)).toEqual([1, 9, 10])
  expect(ends.arrived).toHaveLength(2)
})

it('is empty where nobody came', () => {
  makeEvidenceFolder(join(folder, 'none'), {})
  expect(readOrderEnds(join(folder, 'none'))).toEqual({ arrived: new Uint8Array(), confirmed: new Uint8Array() })
})

it('cannot be read where there are no files', () => {
  expect(() => readOrderEnds(join(folder, 'missing'))).toThrow()
})
