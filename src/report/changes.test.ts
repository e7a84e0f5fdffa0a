import { expect, test } from 'vitest'
import { changedResult, EVIL_GREMLIN, manyChanges } from '../../test/support/example-changes.ts'
import { exampleResult } from '../../test/support/example-result.ts'
import { NO_DETAILS } from '../core/details.ts'
import { againWords, changeRows, changesIn, changesOf } from './changes.ts'
import { renderJunit } from './ci/junit.ts'
import { renderMarkdown } from './ci/markdown.ts'
import { renderTable } from './terminal/table.ts'

const WIDE = { width: 120, color: false }

test('every change is told once, by time, with who made it and where', () => {
  const result = changedResult()
  expect(changeRows(result, changesOf(result))).toEqual([
    ['1', '1,204 ms', 'retry, naive', 'by hand', 'till-dies let loose, with probability 0.5'],
    ['2', '2,500 ms', 'retry, retry+key-as-taught, retry+key', 'by the scenario', 'timeout off, on order→payment'],
    ['3', '3,050 ms', 'retry', 'by hand', 'retry off, wherever it stands'],
    ['4', '4,000 ms', 'retry', 'by hand', 'nobody comes'],
    ['5', '4,750 ms', 'retry', 'by hand', 'buyers come again'],
    ['6', '6,000 ms', 'retry', 'by hand', 'new orders go by saga'],
    ['7', '7,000 ms', 'retry', 'by hand', 'till-dies goes by its own times again'],
  ])
})

test('what was made in two variants as somebody watched both is one change, at a time of its own in each', () => {
  const changes = changesOf(changedResult())
  expect(changesIn(changes, 'retry')[0]).toEqual({ number: 1, by: 'hand', atMs: 1_204 })
  expect(changesIn(changes, 'naive')).toEqual([{ number: 1, by: 'hand', atMs: 1_230 }])
})

test('the same change later, or again in the same variant, is another one', () => {
  const result = changedResult()
  const on = (atMs: number) => ({ atMs, gremlin: 'till-dies', on: true })
  const changesByName = { naive: [on(10), on(20)], retry: [on(550)] } as const
  const variants = result.variants.flatMap((variant) => {
    if (variant.name !== 'naive' && variant.name !== 'retry') return []
    return [{ ...variant, changes: changesByName[variant.name] }]
  })
  expect(changesOf({ ...result, variants }).filter(({ by }) => by === 'hand')).toHaveLength(3)
})

test('a control arm is not touched by what the scenario does to gremlins, nor a variant by policies that it has not', () => {
  const result = changedResult()
  const configuration = {
    ...result.configuration,
    variants: result.configuration.variants.map((each) =>
      each.name === 'retry' ? { ...each, gremlins: 'none' as const } : each,
    ),
    switches: [
      { atMs: 1, gremlin: 'till-dies', on: false },
      { atMs: 2, policy: 'breaker', edge: null, on: false },
    ],
  }
  const plain = { ...result, configuration, variants: exampleResult().variants }
  expect(changesOf(plain).map(({ made }) => made.map(({ variant }) => variant))).toEqual([
    ['naive', 'retry+key-as-taught', 'retry+key'],
  ])
})

test('a terminal says how many were made by hand, of each variant, and nothing where there was none', () => {
  const text = renderTable(changedResult(), WIDE)
  expect(text).toContain('Changed by hand while it went on')
  expect(text).toContain('  retry: 6 changes, the first after 1,204 ms: till-dies let loose, with probability 0.5')
  expect(text).toContain('  naive: 1 change, the first after 1,230 ms')
  expect(renderTable(exampleResult(), WIDE)).not.toContain('by hand')
})

test('Markdown lists them, and says that the command does not make them', () => {
  const text = renderMarkdown(changedResult(), NO_DETAILS)
  expect(text).toContain('### What was changed while it went on')
  expect(text).toContain('| 3 | 3,050 ms | retry | by hand | retry off, wherever it stands |')
  expect(text).toContain('7 changes made by hand are not in this command: npx faultline replay makes them again')
  expect(renderMarkdown(manyChanges(70), NO_DETAILS)).toContain('And 20 more changes.')
  expect(renderMarkdown(exampleResult(), NO_DETAILS)).not.toContain('by hand')
  expect(againWords(exampleResult())).toBe('')
})

test('JUnit has their number as a property, and the first with each verdict', () => {
  const xml = renderJunit([{ result: changedResult(), details: NO_DETAILS }])
  expect(xml).toContain('<property name="changedByHand" value="7"/>')
  expect(xml).toContain('by hand: 6 changes, the first after 1,204 ms')
  expect(renderJunit([{ result: exampleResult(), details: NO_DETAILS }])).not.toContain('by hand')
})

test('a gremlin’s name is text and nothing else', () => {
  const result = manyChanges(4)
  const markdown = renderMarkdown(result, NO_DETAILS)
  expect(markdown).toContain('&lt;img src=x onerror=alert')
  expect(markdown).not.toMatch(/<img|@you/)
  for (const text of [markdown, renderTable(result, WIDE), renderJunit([{ result, details: NO_DETAILS }])])
    expect(text).not.toContain('\u001b')
  expect(EVIL_GREMLIN).toContain('\u001b')
})
