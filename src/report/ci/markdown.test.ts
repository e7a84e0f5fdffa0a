import { describe, expect, it } from 'vitest'
import { emptyResult, exampleResult } from '../../../test/support/example-result.ts'
import { exampleOutcomes, exampleStories } from '../../../test/support/example-stories.ts'
import { HOSTILE, hostileRun } from '../../../test/support/hostile-run.ts'
import { NO_DETAILS } from '../../core/details.ts'
import { renderMarkdown } from './markdown.ts'
import { fenced, inline } from './markdown-text.ts'

const DETAILS = { stories: exampleStories(), outcomes: exampleOutcomes() }
const MIB = 1024 * 1024
const bytesOf = (text: string) => Buffer.byteLength(text)

/** Without what stands between fences, where everything is text. */
const withoutCode = (markdown: string) => markdown.replace(/^(`{3,})\w*\n[\s\S]*?\n\1$/gm, '')

describe('the summary', () => {
  const markdown = renderMarkdown(exampleResult(), DETAILS)

  it('begins with the verdict and what to remember', () => {
    const [heading, , sentence] = markdown.split('\n')
    expect(heading).toBe('## FAIL: Schrödinger’s warehouse: it both shipped and did not')
    expect(sentence).toMatch(/^\*\*retry charged 23 .*\$11,500\.00/)
  })

  it('has the figures of the terminal', () => {
    const row = markdown.split('\n').find((line) => line.startsWith('| retry |'))
    expect(row).toBe(
      '| retry | 289 | 0 | 9 | 2 | 0 | 20 | 1,891 | 28.9 | $11,500.00 | 7.0 | FAIL | charged-at-most-once 23 (expected), deducted-at-most-once 57 (expected), history-complete 3 (NOT EXPECTED) |',
    )
  })

  it('lists what did not hold and what was not decided, and nothing else', () => {
    const [, after = ''] = markdown.split('### What kept it from passing\n\n')
    expect(after.split('\n\n')[0]?.split('\n')).toEqual([
      '- **retry**: FAIL: history-complete was violated 3 times, and was expected to hold.',
      '- **retry+key-as-taught**: INCONCLUSIVE: charged-at-most-once is violated (only 7 purchases at risk, and 10 are needed)',
    ])
  })

  it('tells first what nobody expected, with its proof and how to see it', () => {
    const [, first = ''] = markdown.split('#### ')
    expect(first).toMatch(/^retry: p-1 was deducted twice\n\nhistory-complete, 3 times: p-1, p-8, p-15\n/)
    expect(first).toContain('- Because: It heard a reset after 0.9 ms and asked again.')
    expect(first).toContain('Prevented by retry+key: it sends an idempotency key')
    expect(first).toContain('inventory → order: connection lost (lost: dropped-answer@inventory)')
    expect(first).toContain('\nnpx faultline order p-1 schrodingers-warehouse --variant retry\n')
  })

  it('has the steps in their order: what happened at a moment before what is said of it', () => {
    const { stories } = DETAILS
    const diagram = {
      lanes: ['order', 'inventory'],
      messages: [
        { from: 'inventory', to: 'order', kind: 'answer', label: '200', sentMs: 12, arrivedMs: 13, lost: null },
        { from: 'order', to: 'inventory', kind: 'request', label: 'do deduct', sentMs: 0, arrivedMs: 1, lost: null },
      ],
      marks: [{ lane: 'inventory', kind: 'commit', atMs: 12, text: 'durable' }],
      absences: [],
      leftOut: 3,
    } as const
    const variants = stories.variants.map((each) => ({
      ...each,
      groups: each.groups.map((group) => ({ ...group, story: { ...group.story, diagram } })),
    }))
    const found = renderMarkdown(exampleResult(), { stories: { ...stories, variants }, outcomes: null })
    expect(found).toContain(
      [
        '```text',
        '   0.0 ms  order → inventory: do deduct',
        '    12 ms  inventory [commit] durable',
        '    12 ms  inventory → order: 200',
        'and 3 more steps',
        '```',
      ].join('\n'),
    )
  })

  it('says how many purchases ended otherwise elsewhere, and how to have the run again', () => {
    expect(markdown).toContain(`${DETAILS.outcomes.differing} of 40 purchases broke something in some variant`)
    expect(markdown).toMatch(/### See it again\n\n```sh\nnpx faultline run schrodingers-warehouse --seed 42\n```\n$/)
  })

  it('is there for a run without stories, and for one without orders', () => {
    const bare = renderMarkdown(exampleResult(), NO_DETAILS)
    expect(bare).toContain('No stories were kept with this run')
    expect(bare).toContain('- p-1 was charged 2 times (USD 500.00 each) for one purchase')
    const empty = renderMarkdown(emptyResult(), NO_DETAILS)
    expect(empty).toContain('**Cut short: Ctrl-C before the first order**')
    expect(empty).toContain('- **naive**: INCONCLUSIVE: No purchase arrived.')
    expect(empty).not.toContain('### Why')
  })
})

describe('its size', () => {
  it('lets it into one comment, with the stories that fit', () => {
    const stories = exampleStories()
    const claim = { role: 'fact', sentence: 'x'.repeat(1_900), cites: [] } as const
    const long = stories.variants.map((variant) => ({
      ...variant,
      groups: variant.groups.map((group) => ({
        ...group,
        story: { ...group.story, proof: Array.from({ length: 6 }, () => claim) },
      })),
    }))
    const markdown = renderMarkdown(exampleResult(), { stories: { ...stories, variants: long }, outcomes: null })
    expect(bytesOf(markdown)).toBeLessThan(65_536)
    expect(bytesOf(markdown)).toBeGreaterThan(40_000)
    expect(markdown).toMatch(/\n\d+ more stories in report\.html\.\n/)
  })

  it('is eight stories at most', () => {
    const stories = exampleStories()
    const many = stories.variants.map((each) => ({ ...each, groups: [...each.groups, ...each.groups] }))
    const markdown = renderMarkdown(exampleResult(), { stories: { ...stories, variants: many }, outcomes: null })
    expect(markdown.match(/^#### /gm)).toHaveLength(8)
    expect(markdown).toContain('\n6 more stories in report.html.\n')
  })

  it('stays under 1 MiB whatever is in the run, and says what was cut', () => {
    const result = emptyResult()
    const name = (at: number) => `${at} ${'<'.repeat(3_000)}`
    const variants = Array.from({ length: 400 }, (_, at) => ({ ...result.variants[0]!, name: name(at) }))
    const markdown = renderMarkdown({ ...result, variants }, DETAILS)
    expect(bytesOf(markdown)).toBeLessThan(MIB)
    expect(markdown).toMatch(/\nCut here: a summary has at most 1 MiB\. The rest is in report\.html\.\n$/)
  })
})

describe('hostile text', () => {
  it.each(HOSTILE)('stays text: %j', (hostile) => {
    const run = hostileRun(hostile)
    const markdown = renderMarkdown(run.result, run.details)
    const calm = renderMarkdown(hostileRun('x').result, hostileRun('x').details)
    const text = withoutCode(markdown)
    // What is ours is the same, whatever they are called.
    const structure = (whole: string) => withoutCode(whole).match(/^(?:#+ |- |\| |<details>|<\/details>)/gm)
    expect(structure(markdown)).toEqual(structure(calm))
    for (const line of text.split('\n').filter((each) => each.startsWith('|'))) {
      expect(line.match(/\|/g)?.length).toBe(14)
    }
    expect(text.replaceAll(/<\/?(?:details|summary)>/g, '')).not.toMatch(/<|(?<!^|\n)>/)
    expect(text).not.toMatch(/(?<!\\)[[\]~]|`/)
    expect(text).not.toMatch(/@(?!&#8203;)|:\/\/|www\.|(?<!&|^#*)#\d|GH-\d/)
    expect(markdown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/)
    expect(markdown.isWellFormed()).toBe(true)
  })

  it.each([
    ['| pipes |', '&#124; pipes &#124;'],
    ['`code`', '&#96;code&#96;'],
    ['<b> & "c"', '&lt;b&gt; &amp; "c"'],
    ['<!-- x -->', '&lt;!-- x --&gt;'],
    ['back\\slash \\*', 'back&#92;slash &#92;\\*'],
    ['@octocat', '@&#8203;octocat'],
    ['see #12, GH-3', 'see #&#8203;12, GH&#8203;-3'],
    ['[x](http://y)', '\\[x\\](http:&#8203;//y)'],
    ['*a* _b_ snake_case', '\\*a\\* \\_b\\_ snake_case'],
    ['# no heading', '\\# no heading'],
    ['- no item', '\\- no item'],
    ['1. no item', '1\\. no item'],
    ['/close', '\\/close'],
    ['a formula: $x$', 'a formula: $&#8203;x$'],
    ['two\nlines', 'two lines'],
    ['$11,500.00 22.6 -5 retry+key p-1', '$11,500.00 22.6 -5 retry+key p-1'],
    ['22.6', '22.6'],
    ['-5', '-5'],
  ])('%j is written %j', (text, written) => {
    expect(inline(text)).toBe(written)
  })

  it('closes no fence', () => {
    expect(fenced(['a ```` b'], 'sh')).toBe('`````sh\na ```` b\n`````')
  })
})
