/** The pool, over a worker that does small things. */

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { LabError } from '../real/lab-error.ts'
import { openWorkers, type Workers } from './workers.ts'

let folder: string
let entry: URL
const HOST = new URL('./worker-host.ts', import.meta.url).href
const LAB_ERROR = new URL('../real/lab-error.ts', import.meta.url).href

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-workers-'))
  writeFileSync(
    join(folder, 'entry.mjs'),
    `import { hostTasks } from '${HOST}'
     import { LabError } from '${LAB_ERROR}'
     import { threadId } from 'node:worker_threads'
     hostTasks(async (task, { tell, signal }) => {
       if (task === 'throw') throw new TypeError('no such thing')
       if (task === 'lab') throw new LabError('idle but pending')
       if (task === 'die') process.exit(3)
       if (task === 'crash') setImmediate(() => { throw new Error('from nowhere') })
       if (task === 'spin') for (;;);
       if (task === 'wait' || task === 'crash') await new Promise((resolve) => {
         const held = setInterval(() => {}, 1_000)
         signal.addEventListener('abort', () => { clearInterval(held); resolve() })
         tell('waiting')
       })
       return task === 'thread' ? threadId : [task, signal.reason ?? null]
     })`,
  )
  entry = pathToFileURL(join(folder, 'entry.mjs'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let workers: Workers<string, unknown, string>
afterEach(() => workers.end())
const open = (count: number) => {
  workers = openWorkers(entry, count)
  return (task: string, onNews?: (news: string) => void) =>
    workers.work(task, { place: `at ${task}`, ...(onNews ? { onNews } : {}) })
}

it('does more tasks than there are threads, and no thread more than it was given', async () => {
  const work = open(2)
  const threads = await Promise.all(Array.from({ length: 20 }, () => work('thread')))
  expect(new Set(threads).size).toBeLessThanOrEqual(2)
  expect(await work('hello')).toEqual(['hello', null])
})

it('says what a task threw and where, and goes on', async () => {
  const work = open(1)
  await expect(work('throw')).rejects.toThrow(/^at throw: TypeError: no such thing/)
  await expect(work('throw')).rejects.toBeInstanceOf(LabError)
  await expect(work('lab')).rejects.toThrow(/^idle but pending$/)
  expect(await work('hello')).toEqual(['hello', null])
})

it('a thread that dies fails its task alone, and is followed by another', async () => {
  const work = open(1)
  const [died, crashed, next] = await Promise.allSettled([work('die'), work('crash'), work('hello')])
  expect(died).toMatchObject({ reason: { message: 'at die: the worker thread died: it ended' } })
  expect(String((crashed as PromiseRejectedResult).reason)).toMatch(
    /at crash: the worker thread died: Error: from nowhere/,
  )
  expect(next).toEqual({ status: 'fulfilled', value: ['hello', null] })
})

it('asks the tasks at work to come to an end, which answer', async () => {
  const work = open(2)
  const stop = () => workers.stop('enough')
  expect(await work('wait', stop)).toEqual(['wait', 'enough'])
})

it('ends whatever a thread does, and who waits hears of it', async () => {
  const work = open(1)
  const all = Promise.allSettled([work('spin'), work('hello'), work('hello')])
  await new Promise((resolve) => setTimeout(resolve, 200))
  await workers.end()
  for (const each of await all) expect(each).toMatchObject({ status: 'rejected', reason: { name: 'LabError' } })
  await expect(work('hello')).rejects.toThrow(/stopped/)
})

it('keeps the process until its threads have ended, also when an answer comes meanwhile', () => {
  const pool = new URL('./workers.ts', import.meta.url).href
  const script = `
    import { openWorkers } from '${pool}'
    for (let round = 0; round < 20; round++) {
      const workers = openWorkers(new URL('${entry.href}'), 1)
      await workers.work('warm', { place: 'warm' })
      const answers = Array.from({ length: 50 }, () => workers.work('hello', { place: 'hello' }).catch(() => {}))
      await Promise.race(answers)
      await workers.end()
    }
    console.log('ended')`
  const file = join(folder, 'ends.mjs')
  writeFileSync(file, script)
  const { stdout, stderr } = spawnSync(process.execPath, [file], { encoding: 'utf8' })
  expect(stderr).toBe('')
  expect(stdout).toBe('ended\n')
})
