import { expect, it } from 'vitest'
import { exampleSnapshot } from '../../test/support/fake-live-control.ts'
import type { VariantView } from '../core/live.ts'
import { openFrames } from './live-frames.ts'

const [view] = exampleSnapshot().variants
const at = (elapsedMs: number, changes: Partial<VariantView> = {}): VariantView => ({ ...view!, elapsedMs, ...changes })

it('shows what was last seen up to that time after the start', () => {
  const frames = openFrames()
  expect(frames.at(100)).toBeUndefined()
  for (const elapsedMs of [0, 250, 500]) frames.keep(at(elapsedMs))
  expect([0, 100, 250, 499, 500, 9_000].map((ms) => frames.at(ms)?.elapsedMs)).toEqual([0, 0, 250, 250, 500, 500])
})

it('is a recording, and keeps only a few of the latest lines', () => {
  const frames = openFrames()
  const feed = Array.from({ length: 50 }, (_, n) => ({ atMs: n, kind: 'strike', text: `${n}` }) as const)
  frames.keep(at(0, { feed, ghost: false }))
  expect(frames.at(0)).toMatchObject({ ghost: true, feed: feed.slice(-5) })
})

it('has the last word of a time: how it was judged, when it is over', () => {
  const frames = openFrames()
  frames.keep(at(0))
  frames.keep(at(800, { verdict: null }))
  frames.keep(at(800, { verdict: 'FAIL', phase: 'over' }))
  expect(frames.at(800)).toMatchObject({ verdict: 'FAIL', phase: 'over' })
  expect(frames.at(799)?.elapsedMs).toBe(0)
})

it('begins again when the variant does', () => {
  const frames = openFrames()
  for (const elapsedMs of [0, 250, 500, 0, 250]) frames.keep(at(elapsedMs, { summary: `${elapsedMs}` }))
  expect(frames.at(9_000)?.elapsedMs).toBe(250)
})

it('keeps ten minutes, and the rest is not seen again', () => {
  const frames = openFrames()
  for (let n = 0; n < 3_000; n++) frames.keep(at(n * 250))
  expect(frames.at(10_000_000)?.elapsedMs).toBe(2_399 * 250)
})
