import { beforeAll, describe, expect, it, vi } from 'vitest'
import { exampleSnapshot, exampleVariant } from '../../test/support/example-snapshot.ts'
import { openFakeTerminal } from '../../test/support/fake-terminal.ts'
import type { Change } from '../core/change.ts'
import type { Snapshot } from '../core/live.ts'
import { showDashboard } from './show.ts'
import type { DashboardSource } from './source.ts'

/** The whole dashboard in a terminal of this size. */
function open(columns: number, rows: number, over: Partial<DashboardSource> = {}) {
  const terminal = openFakeTerminal(columns, rows)
  const end = Promise.withResolvers<void>()
  const done: (Change | string)[] = []
  let seer: ((snapshot: Snapshot) => void) | undefined
  const source: DashboardSource = {
    watch(see) {
      seer = see
      see(exampleSnapshot)
      return () => void done.push('watched no more')
    },
    change: async (changes) => void done.push(...changes),
    restart: async () => undefined,
    save: async () => 'saved.yaml',
    end: () => void done.push('end'),
    abort: () => void done.push('abort'),
    ended: end.promise,
    ...over,
  }
  const { stdin, stdout } = terminal
  const ended = showDashboard(source, { stdin, stdout, color: true, ascii: false })
  // Some tests look at a failure only later.
  ended.catch(() => undefined)
  const shows = (pattern: RegExp) =>
    vi.waitFor(async () => expect((await terminal.screen()).join('\n')).toMatch(pattern), 25_000)
  const restored = async () => {
    expect(await terminal.which()).toBe('normal')
    expect(terminal.raw()).toBe(false)
    expect(terminal.written().lastIndexOf('\u001b[?25h')).toBeGreaterThan(terminal.written().lastIndexOf('\u001b[?25l'))
    expect(terminal.written().lastIndexOf('\u001b[?2004l')).toBeGreaterThan(
      terminal.written().lastIndexOf('\u001b[?2004h'),
    )
    expect(stdout.listenerCount('resize')).toBe(0)
  }
  return { terminal, ended, end, done, shows, restored, see: (snapshot: Snapshot) => seer?.(snapshot) }
}

// What is loaded for the first screen takes a while on a busy machine, and is not what is tested.
beforeAll(async () => void (await import('./dashboard.tsx')), 120_000)

describe('the dashboard in a terminal', () => {
  it('shows snapshots on a screen of its own, one line short of the window', async () => {
    const { terminal, ended, end, shows, restored, see, done } = open(80, 24)
    await shows(/^faultline Prime Day.*\n(.*\n)+.*q end\n$/)
    expect(await terminal.which()).toBe('alternate')
    see({ ...exampleSnapshot, notice: 'naive is over' })
    await shows(/! naive is over\n.*q end\n$/)
    end.resolve()
    expect(await ended).toBe('over')
    await restored()
    expect(done).toEqual(['watched no more'])
  })

  it('draws the newest of many snapshots, and none of those between', async () => {
    const { terminal, ended, end, shows, see } = open(80, 24)
    await shows(/q end/)
    for (let at = 1; at <= 50; at++) see({ ...exampleSnapshot, notice: `notice ${at}.` })
    await shows(/! notice 50\./)
    expect(terminal.written()).not.toContain('notice 25.')
    end.resolve()
    await ended
  })

  it('takes keys one by one, also those that come together, and nothing that is pasted', async () => {
    const { terminal, ended, end, shows, done } = open(120, 36)
    await shows(/q end/)
    terminal.press('a')
    await shows(/a ○ off timeout/)
    terminal.press('2+')
    await shows(/▸2 ● on {3}lost-answers +0\.1 /)
    terminal.press('\u001b[200~abcq\u001b[201~')
    terminal.press('\u001b[A')
    await shows(/▸2 ● on {3}lost-answers +0\.2 /)
    terminal.press('q')
    await shows(/ending/)
    end.resolve()
    expect(await ended).toBe('asked')
    expect(done).toEqual([
      { policy: 'timeout', edge: null, on: false },
      { gremlin: 'lost-answers', on: true },
      { gremlin: 'lost-answers', on: true, probability: 0.1 },
      { gremlin: 'lost-answers', on: true, probability: 0.2 },
      'end',
      'watched no more',
    ])
  })

  it('lays itself out anew when the window changes, however small it becomes', async () => {
    const { terminal, ended, end, shows } = open(120, 36)
    await shows(/Breakers and calls/)
    terminal.resize(80, 24)
    await shows(/^faultline(.*\n)+.*v view {2}\? help {2}q end\n$/)
    expect((await terminal.screen()).join('\n')).not.toContain('Breakers and calls')
    terminal.resize(40, 10)
    await shows(/^The dashboard needs a window of 80/)
    terminal.resize(200, 60)
    await shows(/^faultline(.*\n)+.*Breakers and calls(.*\n)+.*q end\n$/)
    end.resolve()
    await ended
  })

  it('ends in a window that is too small, too, and does not wait at the second Ctrl-C', async () => {
    const { terminal, ended, shows, restored, done } = open(40, 10)
    await shows(/q ends the run/)
    terminal.press('\u0003')
    await shows(/ending/)
    terminal.press('\u0003')
    expect(await ended).toBe('aborted')
    expect(done).toEqual(['end', 'abort', 'watched no more'])
    await restored()
  })
})

describe('the screen is restored', () => {
  it('when the run breaks', async () => {
    const { ended, end, shows, restored } = open(80, 24)
    await shows(/q end/)
    end.reject(new Error('a service does not start'))
    await expect(ended).rejects.toThrow('a service does not start')
    await restored()
  })

  it('when drawing throws', async () => {
    const { ended, shows, restored, see } = open(80, 24)
    await shows(/q end/)
    see({ ...exampleSnapshot, variants: [{ ...exampleVariant, orders: null as never }] })
    await expect(ended).rejects.toThrow(/null/)
    await restored()
  })

  it('and stays so when an answer comes after the end', async () => {
    const answer = Promise.withResolvers<undefined>()
    const { terminal, ended, end, shows, restored, see } = open(80, 24, { change: () => answer.promise })
    await shows(/q end/)
    terminal.press('a')
    await shows(/asked: timeout off/)
    end.resolve()
    await ended
    const before = terminal.written()
    answer.resolve(undefined)
    see({ ...exampleSnapshot, notice: 'too late' })
    terminal.resize(100, 30)
    await answer.promise
    expect(await terminal.which()).toBe('normal')
    expect(terminal.written()).toBe(before)
    await restored()
  })

  it('when a key throws', async () => {
    const { terminal, ended, shows, restored } = open(80, 24, {
      end: () => {
        throw new Error('nobody listens')
      },
    })
    await shows(/q end/)
    terminal.press('q')
    await expect(ended).rejects.toThrow('nobody listens')
    await restored()
  })
})
