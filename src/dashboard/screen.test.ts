import { describe, expect, it } from 'vitest'
import {
  calmVariant,
  exampleSnapshot,
  exampleVariant,
  HOSTILE_TEXT,
  hostileSnapshot,
  twoVariants,
} from '../../test/support/example-snapshot.ts'
import type { Snapshot, VariantView } from '../core/live.ts'
import { AT_FIRST, type DeskState } from './desk.ts'
import { cellsOf } from './line.ts'
import { paint } from './paint.ts'
import { screenLines } from './screen.ts'

const PLAIN = { color: false, ascii: false }

function screen(snapshot: Snapshot | null, columns: number, rows: number, part: Partial<DeskState> = {}, how = PLAIN) {
  return screenLines({ ...AT_FIRST, snapshot, ...part }, { columns, rows }).map((line) => paint(line, how).trimEnd())
}

function small(snapshot: Snapshot, part: Partial<DeskState> = {}) {
  return screen(snapshot, 80, 24, part)
}

const withFirst = (part: Partial<VariantView>): Snapshot => ({
  ...exampleSnapshot,
  variants: [{ ...exampleVariant, ...part }],
})

describe('one variant in 80 columns and 24 rows', () => {
  const lines = small(exampleSnapshot)
  const text = lines.join('\n')

  it('says in its first lines what is run, what is broken and what is lost', () => {
    expect(lines[0]).toMatch(/Prime Day: the warehouse is slow +prime-day · real processes · seed 42$/)
    expect(lines[1]).toMatch(/^bulkhead\+breaker {2}● traffic 0:42 .*goodput 48\.2\/s {3}p50 24 ms {2}p99 3\.2 s$/)
    expect(lines[2]).toMatch(/^ ✗ 3 violations {3}112\.50 EUR lost {2}charged-at-most-once 2 {2}never-oversold 1/)
  })

  it('has each service with sign, word, rate, median and sparkline', () => {
    expect(text).toMatch(/● order +up +49\.8 +11 ms [▁-█]{8,} /)
    expect(text).toMatch(/✗ payment +down +0\.0 .* 3\n/)
    expect(text).toMatch(/◐ bank +slow +37\.8 +2\.5 s [▇█]+ /)
    expect(text).toMatch(/↻ fx +restarting .* - +▃··/)
  })

  it('has orders by state, in their columns', () => {
    expect(text).toMatch(/orders +open +confirmed +pending +cancelled +refused +failed/)
    expect(text).toMatch(/1,203\/2,400 +12 +1,100 +3 +40 +30 +18/)
  })

  it('has gremlins with number, state, chance and strikes, and policies with letters', () => {
    expect(text).toMatch(/▸1 ◷ plan slow-bank +0\.2 +81 /)
    expect(text).toMatch(/ 2 ○ off {2}lost-answers +0\.05 +0 /)
    expect(text).toMatch(/ 3 ● on {3}crash {2}13s left +1 +2 /)
    expect(text).toMatch(/a ● on {2}timeout/)
    expect(text).toMatch(/b ○ off retry/)
    expect(text).toMatch(/w workflow saga/)
  })

  it('tells what happened, the newest at the bottom, and of breakers that are not closed', () => {
    expect(text).toMatch(/0:41 ◐ the breaker .* opened\n +0:42 ✗ p-1187 was charged twice/)
    expect(text).toMatch(/What happened ─+ ✗ open, trial in 3\.2 s order→payment and 1 more {2}v calls/)
  })

  it('shows breakers and calls in the other view', () => {
    const calls = small(exampleSnapshot, { details: 'calls' }).join('\n')
    expect(calls).toMatch(/order→payment +✗ open, trial in 3\.2 s +█{8} 10\/10 full 3 waiting/)
    expect(calls).toMatch(/payment→bank +◐ half-open +█{4}░{4} 4\/10/)
    expect(calls).toMatch(/order→inventory +no breaker +2 calls out/)
    expect(calls).not.toContain('charged twice')
  })

  it('always ends with the line of keys', () => {
    expect(lines).toHaveLength(23)
    expect(lines.at(-1)).toBe('1-3 gremlin  +- chance  a-d policy  space pause  s save  v view  ? help  q end')
    expect(small(withFirst({ gremlins: [], policies: [] })).at(-1)).toMatch(/^w workflow {2}space pause/)
  })

  it('names every key on the page for help, with what it is for', () => {
    const help = small(exampleSnapshot, { help: true }).join('\n')
    for (const key of ['1-9', '+-', 'a-z', 'w', 'space', 'r', 's', 'v', '?', 'q']) expect(help).toContain(`${key}  `)
    expect(help).toMatch(/▸1 ◷ plan slow-bank/)
    expect(help).toMatch(/services ● up {2}◐ slow {2}✗ down {2}↻ restarting/)
    expect(help).toContain('latency')
  })

  it('says that nothing is broken where nothing is', () => {
    const calm = small({ ...exampleSnapshot, variants: [calmVariant] })
    expect(calm[2]).toBe('✓ nothing broken, nothing lost so far')
    expect(calm.join('\n')).toMatch(/What happened ─+ v calls\nnothing yet/)
  })

  it('tells money that is lost without a violation, and a verdict', () => {
    const soFar = { violations: [], lossCents: 5, latest: null }
    expect(small(withFirst({ soFar }))[2]).toBe('✓ nothing broken  0.05 EUR lost')
    expect(small(withFirst({ verdict: 'FAIL', phase: 'over' }))[1]).toContain('over   FAIL ')
    expect(small(withFirst({ verdict: 'PASS', phase: 'over', soFar: calmVariant.soFar }))[2]).toBe(
      '✓ nothing broken, nothing lost',
    )
  })

  it('tells a pause of the traffic and other phases', () => {
    expect(small(withFirst({ trafficOn: false }))[1]).toContain('○ traffic paused 0:42')
    expect(small(withFirst({ phase: 'waiting-for-quiet' }))[1]).toContain('◷ until quiet 0:42')
  })

  it('shows a caption in full, a notice, and what a key did', () => {
    const caption = 'Now the bank gets slow: watch how the calls of payment pile up, and who stops taking orders first.'
    const lines = small(
      { ...exampleSnapshot, caption, notice: 'naive is over' },
      { message: { text: 'done', bad: false } },
    )
    expect(`${lines[1]}${lines[2]}`.replaceAll(/ +/g, ' ')).toBe(` ${caption}`)
    expect(lines.at(-2)).toBe('done   ! naive is over')
    expect(lines).toHaveLength(23)
  })

  it('keeps the chosen gremlin in sight, says how many are not, and keeps a policy for each letter', () => {
    const gremlins = Array.from({ length: 9 }, (_, at) => ({
      ...exampleVariant.gremlins[0]!,
      name: `gremlin-${at + 1}`,
    }))
    const policies = Array.from({ length: 30 }, (_, at) => ({ ...exampleVariant.policies[0]!, policy: `policy-${at}` }))
    const text = small(withFirst({ gremlins, policies }), { chosen: 'gremlin-8' }).join('\n')
    expect(text).toContain('▸8 ◷ plan gremlin-8')
    expect(text).not.toContain('gremlin-1 ')
    expect(text).toContain('6 more, see ?')
    expect(text).toMatch(/… \d+ more/)
  })

  it('says that it waits, and that it ends', () => {
    expect(small(exampleSnapshot, { ending: true }).at(-1)).toMatch(/^ ending {3}.* q once more: do not wait$/)
    expect(screen(null, 80, 24)[0]).toBe('waiting for the services')
    expect(small({ ...exampleSnapshot, variants: [] })[1]).toBe('no variant has begun yet')
  })
})

describe('two variants', () => {
  it('stand beside each other in 80 columns, and a recording is called one', () => {
    const lines = small(twoVariants)
    expect(lines[1]).toMatch(/^bulkhead\+breaker +● traffic 0:42 │ naive \(ghost\) +◷ recording 0:42$/)
    expect(lines[3]).toMatch(/^ ✗ 3 violations {2}112\.50 EUR lost +│ ✓ nothing broken, nothing lost so far$/)
    expect(lines.join('\n')).toMatch(/✗ payment +down +0\.0 +28ms │ ● payment +[▁-█]+ +46\.8 +28ms/)
    expect(lines.join('\n')).toContain('What happened: bulkhead+breaker')
    expect(lines.at(-1)).toContain('q end')
  })

  it('show their calls beside each other', () => {
    const text = small(twoVariants, { details: 'calls' }).join('\n')
    expect(text).toMatch(/order→payment {3}✗ open, … 10\/10.* │ no breaker and no compartment/)
  })

  it('have a feed each where there is room', () => {
    expect(screen(twoVariants, 200, 60).join('\n')).toMatch(
      /What happened: bulkhead\+breaker ─+ │ What happened: naive/,
    )
  })
})

describe('the window', () => {
  it('is used as it is: with more room nothing is left out', () => {
    const text = screen(exampleSnapshot, 120, 36).join('\n')
    for (const part of ['Services', 'Breakers and calls', 'Gremlins', 'Policies', 'What happened']) {
      expect(text).toContain(part)
    }
    expect(text).toContain('last: p-1187')
    expect(text).toMatch(/d ● on {2}breaker on 2 edges/)
    expect(text).toContain('r restart')
  })

  it('is asked to be larger where it is too small', () => {
    const lines = screen(exampleSnapshot, 79, 24)
    expect(lines.join(' ')).toBe(
      'The dashboard needs a window of 80 columns and 24 rows. This one has 79 and 24: please make it larger. q ends the run.',
    )
    expect(screen(exampleSnapshot, 80, 23)[0]).toContain('80 columns and 24 rows')
    expect(screen(exampleSnapshot, 30, 3)).toHaveLength(2)
  })

  it('marks what it cuts', () => {
    const long = 'x'.repeat(300)
    const lines = small({ ...withFirst({ name: long }), title: long })
    expect(lines[0]).toMatch(/^faultline x+… prime-day/)
    expect(lines[1]).toMatch(/^x+… {2}● traffic 0:42 +goodput/)
  })

  it.each([
    [80, 24],
    [120, 36],
    [200, 60],
  ])('of %i columns and %i rows is never left', (columns, rows) => {
    for (const snapshot of [exampleSnapshot, twoVariants, hostileSnapshot, null]) {
      for (const part of [{}, { help: true }, { details: 'calls' as const }, { ending: true }]) {
        const lines = screenLines({ ...AT_FIRST, snapshot, ...part }, { columns, rows })
        expect(lines.length).toBe(rows - 1)
        for (const line of lines) expect(cellsOf(line)).toBeLessThanOrEqual(columns)
      }
    }
  })
})

describe('text from files and services', () => {
  it('cannot move the cursor, colour, or turn anything around', () => {
    expect(HOSTILE_TEXT).toContain('\u001b')
    for (const part of [
      {},
      { help: true },
      { details: 'calls' as const },
      { message: { text: HOSTILE_TEXT, bad: true } },
    ]) {
      const text = screen(hostileSnapshot, 120, 36, part).join('')
      expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e\u200b\u{1f600}]/u)
    }
  })

  it('is said in ASCII where the terminal has nothing else', () => {
    const lines = screenLines({ ...AT_FIRST, snapshot: hostileSnapshot }, { columns: 120, rows: 36 })
    for (const line of lines) {
      const text = paint(line, { color: false, ascii: true })
      expect(text).toMatch(/^[\u0020-\u007e]*$/)
      expect(text).toHaveLength(cellsOf(line))
    }
    const text = screen(exampleSnapshot, 80, 24, {}, { color: false, ascii: true }).join('\n')
    expect(text).toMatch(/x payment +down/)
  })
})

describe('colours', () => {
  it('are in addition: without them the same is said', () => {
    const colored = screen(exampleSnapshot, 80, 24, {}, { color: true, ascii: false })
    expect(colored.join('')).toContain('\u001b[1;97;41m ✗ 3 violations \u001b[0m')
    const bare = colored.map((line) => line.replaceAll(/\u001b\[[\d;]*m/g, '').trimEnd())
    expect(bare).toEqual(small(exampleSnapshot))
  })
})
