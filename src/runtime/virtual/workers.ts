/** A small pool of worker threads: each task is a message in and a message out. A virtual world needs no more than a thread. */

import { LabError } from '../real/lab-error.ts'
import { runAtFullSpeed } from './full-speed.ts'
import { startThread, type TaskOptions, type WorkerThread } from './worker-thread.ts'

export interface Workers<Task, Answer, News> {
  readonly count: number
  /**
   * Has the task done by the next thread that is free; those that wait are taken in the order in which they came.
   * @throws LabError when it throws, its thread dies, or the pool ends before
   */
  work(task: Task, options: TaskOptions<News>): Promise<Answer>
  /** Asks every task at work to come to an early end and to answer. */
  stop(reason: string): void
  /** Ends all threads at once, whatever they do. Idempotent. */
  end(): Promise<void>
}

/**
 * Threads begin with their first task; one that died is followed by another.
 * @param entry a module that calls `hostTasks`
 */
export function openWorkers<Task, Answer, News = never>(entry: URL, count: number): Workers<Task, Answer, News> {
  type Thread = WorkerThread<Task, Answer, News>
  const threads = new Set<Thread>()
  const idle: Thread[] = []
  const waiting: ((thread: Thread) => void)[] = []
  let ended = false
  runAtFullSpeed()

  function start(): Thread {
    const thread = startThread<Task, Answer, News>(entry)
    threads.add(thread)
    return thread
  }

  function free(): Promise<Thread> | Thread {
    for (let thread = idle.shift(); thread; thread = idle.shift()) {
      if (!thread.gone()) return thread
      threads.delete(thread)
    }
    if (threads.size < count) return start()
    return new Promise((resolve) => waiting.push(resolve))
  }

  function release(thread: Thread): void {
    if (thread.gone()) threads.delete(thread)
    const next = waiting.shift()
    if (next) next(thread.gone() && !ended ? start() : thread)
    else if (!thread.gone()) idle.push(thread)
  }

  return {
    count,
    async work(task, options) {
      const thread = await free()
      try {
        if (ended) throw new LabError(`${options.place}: stopped`)
        return await thread.work(task, options)
      } finally {
        release(thread)
      }
    },
    stop(reason) {
      for (const thread of threads) thread.stop(reason)
    },
    async end() {
      ended = true
      await Promise.all([...threads].map((thread) => thread.end()))
      // Whoever waits in vain hears of it.
      for (const thread of threads) release(thread)
    },
  }
}
