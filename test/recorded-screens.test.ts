/** Screens and cast of the dashboard in docs/: what scripts/record-dashboard.mjs has recorded, and that it is whole. */

import { readdirSync, readFileSync } from 'node:fs'
import xterm from '@xterm/headless'
import { describe, expect, it } from 'vitest'
import { CAST, MOST_CAST_BYTES, MOST_CAST_SECONDS, nameOfSize, SCREENS, SIZES } from '../scripts/record-scenes.mjs'
import { openTape } from '../scripts/record-tape.mjs'

const textOf = (file: string) => readFileSync(new URL(`../docs/${file}`, import.meta.url), 'utf8')
/** Where somebody keeps their files is nobody's business. */
const MACHINE_PATH = /\/(home|root|tmp|work|Users|private)\//

describe('docs/screens/', () => {
  it('has each scene in each size, and nothing else', () => {
    const wanted = SCREENS.flatMap(({ name }) => SIZES.map((size) => `${name}-${nameOfSize(size)}.txt`))
    const found = readdirSync(new URL('../docs/screens/', import.meta.url)).filter((name) => name !== 'README.md')
    expect(found.toSorted()).toEqual(wanted.toSorted())
    expect(SCREENS.length).toBeGreaterThanOrEqual(3)
    for (const file of wanted) expect(textOf('screens/README.md')).toContain(`(${file})`)
  })

  it.each(SCREENS.flatMap(({ name }) => SIZES.map((size) => ({ name, ...size }))))(
    '$name is a whole screen of $columns columns and $rows rows',
    ({ name, columns, rows }) => {
      const text = textOf(`screens/${name}-${nameOfSize({ columns, rows })}.txt`)
      const lines = text.split('\n')
      expect(lines.pop()).toBe('')
      expect(lines).toHaveLength(rows)
      const widths = lines.map((line) => [...line].length)
      expect(Math.max(...widths)).toBeLessThanOrEqual(columns)
      // It reaches from side to side, and to the last line but one: the last stays empty.
      expect(Math.max(...widths)).toBeGreaterThan(columns - 4)
      expect(lines[0]).toMatch(/^faultline .* seed 42$/)
      expect(lines[rows - 2]).toMatch(/help {2}q end$/)
      expect(lines[rows - 1]).toBe('')
      expect(text).not.toMatch(MACHINE_PATH)
    },
  )

  it('shows what each scene waits for', () => {
    for (const { name, steps } of SCREENS) {
      for (const size of SIZES.map(nameOfSize)) {
        for (const pattern of steps.at(-1)?.on ?? []) expect(textOf(`screens/${name}-${size}.txt`)).toMatch(pattern)
      }
    }
  })
})

describe('docs/cast/dashboard.cast', () => {
  const text = textOf('cast/dashboard.cast')
  const [header, ...events] = text
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line)) as [Record<string, unknown>, ...[number, string, string][]]

  it('is an asciicast of version 2, no longer and no larger than it may be', () => {
    const [size] = SIZES
    expect(header).toMatchObject({ version: 2, width: size?.columns, height: size?.rows, title: CAST.title })
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MOST_CAST_BYTES)
    const times = events.map(([seconds]) => seconds)
    expect(times).toEqual(times.toSorted((one, other) => one - other))
    expect(times[0]).toBe(0)
    expect(times.at(-1)).toBeLessThanOrEqual(MOST_CAST_SECONDS)
    for (const [, kind, data] of events) {
      expect(['o', 'm']).toContain(kind)
      expect(data.length).toBeGreaterThan(0)
    }
    expect(text).not.toMatch(MACHINE_PATH)
  })

  it('says at which moments which keys were pressed', () => {
    const marks = events.flatMap(([, kind, data]) => (kind === 'm' ? [data] : []))
    expect(marks).toEqual(CAST.steps.flatMap(({ says }) => (says === undefined ? [] : [says])))
  })

  it('shows both variants to their ends when it is played', async () => {
    const { width, height } = header as { width: number; height: number }
    const terminal = new xterm.Terminal({ cols: width, rows: height, allowProposedApi: true })
    const output = events.flatMap(([, kind, data]) => (kind === 'o' ? [data] : [])).join('')
    await new Promise<void>((resolve) => terminal.write(output, resolve))
    const { active } = terminal.buffer
    expect(active.type).toBe('alternate')
    const rows = Array.from({ length: height }, (_, row) => active.getLine(row)?.translateToString().trimEnd() ?? '')
    expect(rows[0]).toMatch(/^faultline /)
    for (const pattern of CAST.steps.at(-1)?.on ?? []) expect(rows.join('\n')).toMatch(pattern)
  })
})

describe('a tape', () => {
  it('begins when the dashboard is there, and ends when the screen is as it was', () => {
    let nowMs = 1_000
    const tape = openTape(() => nowMs)
    tape.pressed('too early')
    tape.heard('building\r\n')
    tape.heard('more\u001b[?1049hfirst')
    nowMs += 1_250
    tape.pressed('q: the end')
    tape.heard('last\u001b[?1049lshell')
    tape.heard('and what comes then')
    expect(tape.events()).toEqual([
      [0, 'o', '\u001b[?1049hfirst'],
      [1.25, 'm', 'q: the end'],
      [1.25, 'o', 'last'],
    ])
  })
})
