import { describe, expect, it } from 'vitest'
import { exampleSnapshot, exampleVariant, twoVariants } from '../../test/support/example-snapshot.ts'
import type { Change } from '../core/change.ts'
import type { Snapshot } from '../core/live.ts'
import { createDesk } from './desk.ts'
import { KEYS, policyKey } from './keys.ts'
import type { DashboardSource } from './source.ts'

/** A source that only remembers, and a desk before it. */
function sitDown(snapshot: Snapshot | null = exampleSnapshot, over: Partial<DashboardSource> = {}) {
  const done: (Change | string)[] = []
  const source: DashboardSource = {
    watch: () => () => undefined,
    change: async (changes) => void done.push(...changes),
    restart: async () => void done.push('restart'),
    save: async () => {
      done.push('save')
      return 'saved.yaml'
    },
    end: () => void done.push('end'),
    abort: () => void done.push('abort'),
    ended: Promise.resolve(),
    ...over,
  }
  let aborted = false
  const desk = createDesk(
    source,
    () => undefined,
    () => {
      aborted = true
    },
  )
  if (snapshot) desk.see(snapshot)
  const type = async (keys: string) => {
    for (const input of keys) desk.press({ input })
    // Longer than any chain of promises here.
    for (let turn = 0; turn < 200; turn++) await Promise.resolve()
  }
  return { desk, done, type, aborted: () => aborted, message: () => desk.state().message?.text }
}

const withFirst = (part: Partial<typeof exampleVariant>): Snapshot => ({
  ...exampleSnapshot,
  variants: [{ ...exampleVariant, ...part }],
})

describe('numbers', () => {
  it('hold back a gremlin that is on or scheduled, let loose one that is off, and choose it', async () => {
    const { desk, done, type, message } = sitDown()
    await type('1')
    await type('2')
    await type('3')
    expect(done).toEqual([
      { gremlin: 'slow-bank', on: false },
      { gremlin: 'lost-answers', on: true },
      { gremlin: 'crash', on: false },
    ])
    expect(desk.state().chosen).toBe('crash')
    expect(message()).toBe('crash held back')
  })

  it('without a gremlin say so and ask for nothing', async () => {
    const { done, type, message } = sitDown()
    await type('9')
    expect(done).toEqual([])
    expect(message()).toBe('there is no gremlin 9')
  })
})

describe('strength', () => {
  it('is stepped through the chances, up and down, of the first gremlin before one is chosen', async () => {
    const { done, type } = sitDown()
    await type('+=')
    await type('-_-')
    expect(done.map((change) => (change as { probability: number }).probability)).toEqual([0.3, 0.5, 0.3, 0.2, 0.1])
    expect(done[0]).toEqual({ gremlin: 'slow-bank', on: true, probability: 0.3 })
  })

  it('has arrows, too, and goes for the chosen one', async () => {
    const { desk, done, type } = sitDown()
    await type('2')
    desk.press({ input: '', upArrow: true })
    desk.press({ input: '', downArrow: true })
    await type('')
    expect(done.slice(1)).toEqual([
      { gremlin: 'lost-answers', on: true, probability: 0.1 },
      { gremlin: 'lost-answers', on: true, probability: 0.05 },
    ])
  })

  it('ends at 1 and at 0.01', async () => {
    const { done, type, message } = sitDown()
    await type('++++')
    await type('+')
    expect(done).toHaveLength(4)
    expect(message()).toBe('slow-bank is as strong as it gets')
    await type('-'.repeat(8))
    await type('-')
    expect(done.at(-1)).toEqual({ gremlin: 'slow-bank', on: true, probability: 0.01 })
    expect(message()).toBe('slow-bank is as weak as it gets')
  })
})

describe('letters', () => {
  it('take a policy out wherever it stands, and put it back', async () => {
    const { done, type } = sitDown()
    await type('ab')
    expect(done).toEqual([
      { policy: 'timeout', edge: null, on: false },
      { policy: 'retry', edge: null, on: true },
    ])
  })

  it('are those without another meaning, and there are no more of them', async () => {
    const keys = Array.from({ length: 26 }, (_, nth) => policyKey(nth)).join('')
    expect(keys.trim()).toBe('abcdefghijklmnoptuxyz')
    expect(KEYS.some(({ letters }) => [...letters].some((letter) => keys.trim().includes(letter)))).toBe(false)
    const { done, type, message } = sitDown()
    await type('z')
    expect(done).toEqual([])
    expect(message()).toBe('no policy has this letter')
  })

  it('with Ctrl or Alt mean nothing', () => {
    const { desk, done } = sitDown()
    desk.press({ input: 'a', ctrl: true })
    desk.press({ input: 'a', meta: true })
    desk.press({ input: 'q', ctrl: true })
    expect(done).toEqual([])
    expect(desk.state().ending).toBe(false)
  })
})

describe('other keys', () => {
  it('w takes the next workflow, and the first after the last', async () => {
    const { done, type } = sitDown()
    await type('www')
    expect(done.map((change) => (change as { workflow: object }).workflow)).toEqual([
      { workflow: 'sequential', options: {} },
      { workflow: '2pc', options: {} },
      { workflow: 'saga', options: {} },
    ])
    const alone = sitDown(withFirst({ workflow: { current: 'saga', choices: ['saga'] } }))
    await alone.type('w')
    expect(alone.done).toEqual([])
    expect(alone.message()).toBe('there is no other workflow than saga')
  })

  it('space pauses the traffic and lets it go on', async () => {
    const { done, type } = sitDown()
    await type('  ')
    expect(done).toEqual([{ traffic: 'off' }, { traffic: 'on' }])
  })

  it('r restarts, s saves and says where', async () => {
    const { done, type, message } = sitDown()
    await type('r')
    expect(message()).toBe('restarted with the same seed')
    await type('s')
    expect(message()).toBe('saved as saved.yaml')
    expect(done).toEqual(['restart', 'save'])
  })

  it('Tab and v change the view, ? and Esc the page', () => {
    const { desk } = sitDown()
    desk.press({ input: '', tab: true })
    expect(desk.state().details).toBe('calls')
    desk.press({ input: 'v' })
    expect(desk.state().details).toBe('feed')
    desk.press({ input: '?' })
    expect(desk.state().help).toBe(true)
    desk.press({ input: '', escape: true, meta: true })
    expect(desk.state().help).toBe(false)
  })

  it('have no meaning where they have none, or before there is a variant', async () => {
    const { desk, done, type } = sitDown(null)
    await type('1a+w !X')
    desk.press({ input: '' })
    expect(done).toEqual([])
  })
})

describe('the end', () => {
  it.each([{ input: 'q' }, { input: 'c', ctrl: true }])(
    'is asked for once with %o, and not waited for the second time',
    (press) => {
      const { desk, done, aborted } = sitDown()
      desk.press(press)
      expect(done).toEqual(['end'])
      expect(desk.state().ending).toBe(true)
      expect(aborted()).toBe(false)
      desk.press(press)
      expect(done).toEqual(['end', 'abort'])
      expect(aborted()).toBe(true)
    },
  )

  it('is waited for where nothing can be aborted', () => {
    const { desk, aborted } = sitDown(exampleSnapshot, { abort: undefined as never })
    desk.press({ input: 'q' })
    desk.press({ input: 'q' })
    expect(aborted()).toBe(false)
  })

  it('takes no more changes', async () => {
    const { done, type } = sitDown()
    await type('q1arsw ')
    expect(done).toEqual(['end'])
  })
})

describe('what was asked for', () => {
  it('is shown at once, and until a snapshot knows of it', async () => {
    const { desk, type } = sitDown()
    const stateOf = () => desk.state().snapshot?.variants[0]?.gremlins[0]?.state
    desk.press({ input: '1' })
    expect(stateOf()).toBe('off')
    await type('')
    desk.see(exampleSnapshot)
    expect(stateOf()).toBe('off')
    desk.see(exampleSnapshot)
    expect(stateOf()).toBe('scheduled')
  })

  it('is taken back where it is refused, and the reason is said for ten seconds', async () => {
    const { desk, type, message } = sitDown(exampleSnapshot, { change: async () => 'naive is over' })
    await type('1')
    expect(desk.state().message).toEqual({ text: 'naive is over', bad: true })
    expect(desk.state().snapshot).toBe(exampleSnapshot)
    for (let snapshots = 0; snapshots < 39; snapshots++) desk.see(exampleSnapshot)
    expect(message()).toBe('naive is over')
    desk.see(exampleSnapshot)
    expect(message()).toBeUndefined()
  })

  it('is said to have failed where it failed, and the next key works', async () => {
    const { done, type, message } = sitDown(exampleSnapshot, {
      save: async () => {
        throw new Error('the disk is full')
      },
    })
    await type('s')
    expect(message()).toBe('the disk is full')
    await type('r')
    expect(done).toEqual(['restart'])
  })

  it('comes in the order of the keys, and no more than sixteen at once', async () => {
    const waiting: (() => void)[] = []
    const changes: Change[] = []
    const change = (some: readonly Change[]) => {
      changes.push(...some)
      return new Promise<undefined>((resolve) => waiting.push(() => resolve(undefined)))
    }
    const { type, message } = sitDown(exampleSnapshot, { change })
    await type(' '.repeat(17))
    expect(changes).toHaveLength(1)
    expect(message()).toBe('too many changes at once')
    for (let answered = 0; answered < 16; answered++) {
      waiting.shift()?.()
      await type('')
    }
    expect(changes).toHaveLength(16)
    expect(changes.slice(0, 2)).toEqual([{ traffic: 'off' }, { traffic: 'on' }])
  })

  it('is not asked of a recording', async () => {
    const [live, ghost] = twoVariants.variants
    const { done, type, message } = sitDown({ ...twoVariants, variants: [ghost!, live!] })
    await type('a')
    expect(done).toEqual([])
    expect(message()).toBe('naive is a recording and cannot be changed')
  })
})
