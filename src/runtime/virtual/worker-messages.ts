/** What a pool of worker threads and its workers tell each other; everything in it is plain data. */

export type ToWorker<Task> =
  | { readonly type: 'task'; readonly task: Task }
  /** The task at hand is to come to an early end, and to answer. */
  | { readonly type: 'stop'; readonly reason: string }

export type FromWorker<Answer, News> =
  | { readonly type: 'news'; readonly news: News }
  | { readonly type: 'answer'; readonly answer: Answer }
  /** The task threw. `lab`: what it threw was a `LabError`, whose message is for people. */
  | { readonly type: 'failed'; readonly lab: boolean; readonly message: string }
