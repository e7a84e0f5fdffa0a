/** One worker thread of a pool, and the task that it is at. */

import { Worker } from 'node:worker_threads'
import { LabError } from '../real/lab-error.ts'
import type { FromWorker, ToWorker } from './worker-messages.ts'

export interface TaskOptions<News> {
  /** What the task is about, for whoever reads that it failed: `2pc, seed 7`. */
  readonly place: string
  /** Told what the worker tells while it is at work. */
  onNews?(news: News): void
}

export interface WorkerThread<Task, Answer, News> {
  /** One task at a time. @throws LabError when the task throws, or the thread dies */
  work(task: Task, options: TaskOptions<News>): Promise<Answer>
  /** Asks the task at work to come to an early end and to answer. */
  stop(reason: string): void
  /** Whether it is no more. */
  gone(): boolean
  /** Ends it at once, whatever it does. */
  end(): Promise<unknown>
}

interface Job<Answer, News> extends TaskOptions<News> {
  resolve(answer: Answer): void
  reject(error: LabError): void
}

/** @param entry a module that calls `hostTasks` */
export function startThread<Task, Answer, News>(entry: URL): WorkerThread<Task, Answer, News> {
  const thread = new Worker(entry)
  // One that has nothing to do keeps no process alive.
  thread.unref()
  let job: Job<Answer, News> | undefined
  let gone = false
  let ending = false
  // What a thread dies of is told before it is told that it is gone.
  let cause = 'it ended'

  function leave(): Job<Answer, News> | undefined {
    const left = job
    job = undefined
    // An answer may still be on its way while the thread ends, and whoever waits for that end must not be left waiting.
    if (!ending) thread.unref()
    return left
  }

  thread.on('error', (error) => {
    cause = error instanceof Error ? (error.stack ?? error.message) : String(error)
  })
  thread.once('exit', () => {
    gone = true
    const left = leave()
    left?.reject(new LabError(`${left.place}: the worker thread died: ${cause}`))
  })
  thread.on('message', (message: FromWorker<Answer, News>) => {
    if (message.type === 'news') return job?.onNews?.(message.news)
    const left = leave()
    if (message.type === 'answer') left?.resolve(message.answer)
    else left?.reject(new LabError(message.lab ? message.message : `${left.place}: ${message.message}`))
  })
  const post = (message: ToWorker<Task>) => thread.postMessage(message)
  return {
    work: (task, options) =>
      new Promise((resolve, reject) => {
        job = { ...options, resolve, reject }
        thread.ref()
        post({ type: 'task', task })
      }),
    stop: (reason) => post({ type: 'stop', reason }),
    gone: () => gone,
    end() {
      ending = true
      thread.ref()
      return thread.terminate()
    },
  }
}
