import { fork } from 'node:child_process'
import type { Study } from '../report/study/study.ts'

export type Drawing =
  /** Of the run in this folder. Its documents are read where they are drawn: they may be a few MB. */
  | { readonly what: 'html' | 'png'; readonly folder: string }
  | { readonly what: 'study-html'; readonly study: Study; readonly reports: Readonly<Record<number, string>> }
  | { readonly what: 'study-png'; readonly study: Study }

export interface Drawn {
  readonly files: readonly (readonly [name: string, bytes: Uint8Array])[]
  /** Why nothing could be drawn, in one sentence. */
  readonly error: string | null
}

const DRAWN_WITHIN_MS = 120_000

/** Draws a part of the report in a process of its own, which ends with it. Gives the files by name; rejects with one sentence. */
export async function drawApart(drawing: Drawing): Promise<ReadonlyMap<string, Uint8Array>> {
  const child = fork(new URL('./draw.js', import.meta.url), [], {
    serialization: 'advanced',
    timeout: DRAWN_WITHIN_MS,
    // React's development build checks what our tests have checked.
    env: { ...process.env, NODE_ENV: 'production' },
  })
  try {
    const { files, error } = await new Promise<Drawn>((resolve, reject) => {
      child.once('message', (message) => resolve(message as Drawn))
      child.once('error', reject)
      child.once('exit', (code, signal) =>
        reject(new Error(`the process that draws ended early (${signal ?? `exit code ${code}`})`)),
      )
      child.send(drawing, (error) => error && reject(error))
    })
    if (error !== null) throw new Error(error)
    return new Map(files)
  } finally {
    child.kill('SIGKILL')
  }
}
