/** A worker thread's side of a pool: does one task after the other. */

import { parentPort } from 'node:worker_threads'
import { describeFailure } from '../real/describe-failure.ts'
import { LabError } from '../real/lab-error.ts'
import type { FromWorker, ToWorker } from './worker-messages.ts'

export interface TaskTools<News> {
  /** Tells the pool how it goes. */
  tell(news: News): void
  /** Aborted when the task is to come to an early end; its reason is a text. */
  readonly signal: AbortSignal
}

/** @param work what it throws fails the task, and leaves the thread to the next one */
export function hostTasks<Task, Answer, News>(work: (task: Task, tools: TaskTools<News>) => Promise<Answer>): void {
  const port = parentPort
  if (!port) throw new Error('this is the entry of a worker thread, and runs nowhere else')
  const post = (message: FromWorker<Answer, News>) => port.postMessage(message)
  let stop = new AbortController()

  async function carryOut(task: Task): Promise<void> {
    stop = new AbortController()
    try {
      post({
        type: 'answer',
        answer: await work(task, { signal: stop.signal, tell: (news) => post({ type: 'news', news }) }),
      })
    } catch (error) {
      const lab = error instanceof LabError
      post({ type: 'failed', lab, message: lab ? error.message : describeFailure(error) })
    }
  }

  port.on('message', (message: ToWorker<Task>) => {
    if (message.type === 'stop') stop.abort(message.reason)
    else carryOut(message.task).catch(failThread)
  })
}

/** An answer that cannot be sent, for one: nobody could be told otherwise. */
function failThread(error: unknown): void {
  queueMicrotask(() => {
    throw error
  })
}
