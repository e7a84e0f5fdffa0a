import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keyedDraw } from '../../core/draw.ts'
import { virtualClock } from './clock.ts'
import { startKernel } from './kernel.ts'
import { layNetwork } from './network.ts'
import { startProcessor, startProcessors } from './processor.ts'

interface Turn {
  readonly n: number
  readonly atMicros: number
}

/** Messages that come at these times and take so long; tells when each had its turn, and when the node was done with all. */
async function runAll(messages: readonly { readonly atMicros: number; readonly micros: number }[]) {
  const kernel = startKernel()
  const processor = startProcessor(kernel, 'node')
  const turns: Turn[] = []
  let doneMicros = 0
  for (const [n, { atMicros, micros }] of messages.entries()) {
    kernel.after(atMicros, 'test', () =>
      processor.take(micros, () => {
        turns.push({ n, atMicros: kernel.nowMicros() })
        doneMicros = kernel.nowMicros() + micros
        return true
      }),
    )
  }
  await kernel.settle(1e9)
  return { turns, doneMicros, waiting: processor.waiting() }
}

const arbitraryMessages = fc
  .array(fc.record({ atMicros: fc.nat(2_000), micros: fc.nat(300) }), { minLength: 1, maxLength: 60 })
  .map((messages) => messages.sort((a, b) => a.atMicros - b.atMicros))

describe('a node', () => {
  it('takes messages in the order in which they come, each after the one before it, and none too late', () =>
    fc.assert(
      fc.asyncProperty(arbitraryMessages, async (messages) => {
        const { turns, waiting } = await runAll(messages)
        // The textbook: a turn begins when the message is there and the one before is done.
        let freeMicros = 0
        const expected = messages.map(({ atMicros, micros }, n) => {
          const begins = Math.max(atMicros, freeMicros)
          freeMicros = begins + micros
          return { n, atMicros: begins }
        })
        expect(turns).toEqual(expected)
        expect(waiting).toBe(0)
      }),
    ))

  it('that is never idle takes as long as all of its work', async () => {
    const messages = Array.from({ length: 3_000 }, (_, n) => ({ atMicros: 0, micros: 1 + (n % 7) }))
    const { doneMicros } = await runAll(messages)
    expect(doneMicros).toBe(messages.reduce((sum, { micros }) => sum + micros, 0))
  })

  it('that is idle takes a message at once, without an event of its own', async () => {
    const kernel = startKernel()
    const processor = startProcessor(kernel, 'node')
    let begun = false
    processor.take(50, () => {
      begun = true
      return true
    })
    expect(begun).toBe(true)
    expect(kernel.pending()).toBe(0)
    expect(processor.busyMicros()).toBe(50)
  })

  it('spends no time on what nobody wants any more', async () => {
    const kernel = startKernel()
    const processor = startProcessor(kernel, 'node')
    const begins: number[] = []
    const take = (wanted: boolean) =>
      processor.take(100, () => {
        if (wanted) begins.push(kernel.nowMicros())
        return wanted
      })
    for (const wanted of [true, false, false, true]) take(wanted)
    await kernel.settle(1e6)
    expect(begins).toEqual([0, 100])
  })

  it('takes what comes during its last turn, too', async () => {
    const kernel = startKernel()
    const processor = startProcessor(kernel, 'node')
    const begins: number[] = []
    const begin = () => begins.push(kernel.nowMicros()) > 0
    processor.take(10, begin)
    processor.take(10, () => {
      processor.take(10, begin)
      return begin()
    })
    await kernel.settle(1e6)
    expect(begins).toEqual([0, 10, 20])
  })

  it('loses its line when it crashes, and its next life begins without one', async () => {
    const kernel = startKernel()
    const processors = startProcessors(kernel)
    const done: string[] = []
    const take = (what: string) => processors.of('bank').take(100, () => done.push(what) > 0)
    processors.begin('bank', 'bank-1')
    for (const what of ['first', 'second', 'third']) take(what)
    kernel.cancelAll('bank-1')
    processors.begin('bank', 'bank-2')
    take('fourth')
    expect(processors.of('bank').waiting()).toBe(0)
    await kernel.settle(1e6)
    expect(done).toEqual(['first', 'fourth'])
  })
})

describe('on a network', () => {
  const OK = { status: 200, body: {} }
  const WORK_MICROS = 1_000
  const pace = () => ({ thereMicros: 200, backMicros: 300, requestMicros: WORK_MICROS, answerMicros: 0 })

  async function answersOf(calls: number, { crashAtMicros, cold }: { crashAtMicros?: number; cold?: number[] } = {}) {
    const kernel = startKernel()
    const clock = virtualClock(kernel, 'test')
    const processors = startProcessors(kernel)
    processors.begin('order', 'order-1')
    processors.begin('bank', 'bank-1', cold)
    const fail = (error: Error) => {
      throw error
    }
    const network = layNetwork({ kernel, draw: keyedDraw(1), nowMs: clock.nowMs, fail, processors, pace })
    let handled = 0
    network.listen('bank', async () => {
      handled += 1
      return OK
    })
    const carry = network.connect({ name: 'order', owner: 'order-1', isAlive: () => true }, 'bank', 100)
    if (crashAtMicros !== undefined)
      kernel.after(crashAtMicros, 'test', () => {
        network.hangUp('bank')
        kernel.cancelAll('bank-1')
      })
    const ask = async (n: number) => {
      const request = { operation: 'do', purchase: `p-${n}`, effect: 'charge', attempt: 1, body: {} } as const
      const end = await carry(request, new AbortController().signal).then(
        () => 'answered',
        (error) => String(error.kind),
      )
      return `${end} ${kernel.nowMicros()}`
    }
    const ends = await kernel.run(() => Promise.all(Array.from({ length: calls }, (_, n) => ask(n))))
    return { ends, handled }
  }

  it('requests wait for each other, and answers leave when the work is done', async () => {
    expect((await answersOf(3)).ends).toEqual(['answered 1500', 'answered 2500', 'answered 3500'])
  })

  it('the first requests of a new life take longer', async () => {
    const { ends } = await answersOf(4, { cold: [700, 50] })
    expect(ends).toEqual(['answered 2200', 'answered 3250', 'answered 4250', 'answered 5250'])
  })

  it('a crash takes along what waits, which nobody has read', async () => {
    // The first has been read; its answer was to leave at 1,200. At 1,700 the second is at work.
    const { ends, handled } = await answersOf(4, { crashAtMicros: 1_700 })
    expect(ends).toEqual(['answered 1500', 'answered 2500', 'reset 2000', 'reset 2000'])
    expect(handled).toBe(2)
  })
})
