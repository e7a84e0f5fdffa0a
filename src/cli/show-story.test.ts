import { describe, expect, it } from 'vitest'
import { exampleStories } from '../../test/support/example-stories.ts'
import type { Stories, StoryGroup } from '../core/story.ts'
import { showStories } from './show-story.ts'

const GROUP: StoryGroup = {
  invariant: 'charged-at-most-once',
  shape: '# was charged # times (# each) for one purchase; after dropped-answer on payment (charge)',
  count: 23,
  purchases: ['p-137', 'p-200'],
  story: {
    purchase: 'p-137',
    title: 'p-137 was charged twice',
    proof: [
      { role: 'believed', sentence: 'The order service heard a reset.', cites: [] },
      { role: 'fact', sentence: 'The bank has two entries.', cites: [] },
      { role: 'therefore', sentence: 'It paid twice.', cites: [] },
    ],
    diagram: null,
  },
  prevention: { variant: 'retry+key', change: 'it sends an idempotency key with each request', diagram: null },
}

const shown = (stories: Stories, variant: string, purchase: string) =>
  showStories(stories, { variant, purchase, run: 'calm/first' })

function storiesWith(...groups: readonly StoryGroup[]): Stories {
  return { ...exampleStories(), variants: [{ variant: 'retry', groups, untold: 0 }] }
}

describe('the story of a purchase', () => {
  it('is one claim a line with its role, and what prevents it', () => {
    expect(shown(storiesWith(GROUP), 'retry', 'p-137')).toBe(
      [
        'p-137 was charged twice (charged-at-most-once, told for all 23 of its shape)',
        '  believed   The order service heard a reset.',
        '  fact       The bank has two entries.',
        '  therefore  It paid twice.',
        '  It does not happen under retry+key: it sends an idempotency key with each request.',
        '',
        '',
      ].join('\n'),
    )
  })

  it('says where nothing of this run prevents it', () => {
    const text = shown(storiesWith({ ...GROUP, count: 1, prevention: null }), 'retry', 'p-137')
    expect(text).toContain('the only one of its shape')
    expect(text).toContain('No variant of this run has this purchase without a violation.')
  })

  it('is that of another one of its group, where that one is told', () => {
    expect(shown(storiesWith(GROUP), 'retry', 'p-200')).toBe(
      [
        `p-200 broke charged-at-most-once, as 23 did in this way: ${GROUP.shape}`,
        '  Told of p-137 (faultline order p-137 calm/first --variant retry).',
        '',
        '',
      ].join('\n'),
    )
  })

  it('is told once for each promise that it broke', () => {
    const lost: StoryGroup = { ...GROUP, invariant: 'no-order-lost' }
    expect(shown(storiesWith(GROUP, lost), 'retry', 'p-137').match(/was charged twice/g)).toHaveLength(2)
  })

  it('is none where it broke nothing, or the variant has no stories', () => {
    expect(shown(storiesWith(GROUP), 'retry', 'p-1')).toBe('')
    expect(shown(storiesWith(GROUP), 'saga', 'p-137')).toBe('')
  })

  it('is safe to print', () => {
    const [red, line] = ['\u001b[31m', 'a\nb']
    const odd: StoryGroup = {
      ...GROUP,
      shape: red,
      story: { ...GROUP.story, title: red, proof: [{ role: 'fact', sentence: line, cites: [] }] },
      prevention: { variant: red, change: line, diagram: null },
    }
    const text = shown(storiesWith(odd), 'retry', 'p-137') + shown(storiesWith(odd), 'retry', 'p-200')
    expect(text).not.toContain('\u001b')
    expect(text).not.toContain(line)
  })
})
