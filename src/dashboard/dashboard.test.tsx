import { render } from 'ink-testing-library'
import { describe, expect, it } from 'vitest'
import { exampleSnapshot, HOSTILE_TEXT, hostileSnapshot, twoVariants } from '../../test/support/example-snapshot.ts'
import type { Snapshot } from '../core/live.ts'
import { Dashboard } from './dashboard.tsx'
import { AT_FIRST } from './desk.ts'
import type { Press } from './keys.ts'
import { paint } from './paint.ts'
import { screenLines } from './screen.ts'

const SIZE = { columns: 100, rows: 30 }

function show(snapshot: Snapshot, how = { color: false, ascii: false }) {
  const presses: Press[] = []
  const lines = screenLines({ ...AT_FIRST, snapshot }, SIZE).map((line) => paint(line, how))
  const shown = render(<Dashboard lines={lines} press={(press) => void presses.push(press)} />)
  return { ...shown, presses, frame: () => shown.lastFrame() ?? '' }
}

describe('the component', () => {
  it.each([
    ['one variant', exampleSnapshot],
    ['two variants', twoVariants],
    ['hostile text', hostileSnapshot],
  ])('draws %s line by line as it was laid out, blank lines included', (_, snapshot) => {
    const { frame, unmount } = show(snapshot)
    expect(frame().split('\n')).toHaveLength(SIZE.rows - 1)
    expect(frame()).toMatch(/q end\s*$/)
    unmount()
  })

  it('has no colour without colour, and colours that end where they should with it', () => {
    const bare = show(exampleSnapshot)
    expect(bare.frame()).not.toContain('\u001b')
    bare.unmount()
    const { frame, unmount } = show(exampleSnapshot, { color: true, ascii: false })
    expect(frame()).toMatch(/\u001b\[[\d;]*m ✗ 3 violations \u001b\[/)
    unmount()
  })

  it('hands on no control character of anybody', () => {
    const { frame, unmount } = show(hostileSnapshot)
    expect(HOSTILE_TEXT).toMatch(/[\u0007\u001b\u202e]/)
    expect(frame()).not.toMatch(/[\u0007\u001b\u202e]/)
    unmount()
  })

  it('hands on keys, each by itself, and nothing that is too long to be typed', async () => {
    const { stdin, presses, unmount } = show(exampleSnapshot)
    // Effects come in a later turn.
    for (let turn = 0; turn < 20; turn++) await Promise.resolve()
    stdin.write('1')
    stdin.write('+-')
    stdin.write('abcdefghijk')
    stdin.write('\t')
    expect(presses.map(({ input }) => input)).toEqual(['1', '+', '-', ''])
    expect(presses.at(-1)).toMatchObject({ tab: true })
    unmount()
  })
})
