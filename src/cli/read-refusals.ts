/** Reads out of journals, which may be far larger than memory, whom policies refused: in the order of time. */

import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import type { JournalLine, PolicyWord } from '../core/event.ts'
import { Failure, reasonOf } from './failure.ts'

export type Refusal = JournalLine & { readonly type: 'policy' }

/** Words that say of a call that it was not made. */
const REFUSALS: readonly PolicyWord[] = ['refused', 'budget-exhausted']
const POLICY = '"type":"policy"'

/** @param journals the files of one variant */
export async function* findRefusals(journals: readonly string[]): AsyncGenerator<Refusal> {
  const lives = new Map<string, string[]>()
  for (const file of [...journals].sort(byLife)) {
    const node = nodeOf(file)
    lives.set(node, [...(lives.get(node) ?? []), file])
  }
  yield* merge([...lives.values()].map(refusalsIn))
}

function nodeOf(file: string): string {
  return basename(file).replace(/-\d+\.ndjson$/, '')
}

const lifeOf = (file: string) => Number(/-(\d+)\.ndjson$/.exec(file)?.[1] ?? 0)
const byLife = (a: string, b: string) => lifeOf(a) - lifeOf(b)

/** The earliest of what comes next, again and again; each source is in the order of time. */
async function* merge(sources: readonly AsyncGenerator<Refusal>[]): AsyncGenerator<Refusal> {
  const heads: { next: Refusal; source: AsyncGenerator<Refusal> }[] = []
  try {
    for (const source of sources) {
      const { value } = await source.next()
      if (value) heads.push({ next: value, source })
    }
    for (;;) {
      let first = heads[0]
      if (!first) return
      for (const head of heads) if (head.next.atMs < first.next.atMs) first = head
      yield first.next
      const { value } = await first.source.next()
      if (value) first.next = value
      else heads.splice(heads.indexOf(first), 1)
    }
  } finally {
    // Whoever has seen enough leaves files open otherwise.
    for (const source of sources) await source.return(undefined)
  }
}

async function* refusalsIn(files: readonly string[]): AsyncGenerator<Refusal> {
  for (const file of files) {
    for await (const text of policyLines(file)) {
      const line = parseRefusal(text)
      if (line) yield line
    }
  }
}

/** Lines of policies only: most others are not even taken out of their block. */
async function* policyLines(file: string): AsyncGenerator<string> {
  const input = createReadStream(file, 'utf8')
  let rest = ''
  try {
    for await (const read of input) {
      const text = rest + String(read)
      const end = text.lastIndexOf('\n') + 1
      rest = text.slice(end)
      yield* policiesAmong(text.slice(0, end))
    }
    yield* policiesAmong(rest)
  } catch (error) {
    throw new Failure('labFailed', `cannot read ${file}: ${reasonOf(error)}`)
  } finally {
    input.destroy()
  }
}

function* policiesAmong(text: string): Generator<string> {
  for (let at = text.indexOf(POLICY); at >= 0; ) {
    const newline = text.indexOf('\n', at)
    const end = newline < 0 ? text.length : newline
    yield text.slice(text.lastIndexOf('\n', at) + 1, end)
    at = text.indexOf(POLICY, end)
  }
}

/** Undefined for any other word, and for a line that a killed process wrote only half of. */
function parseRefusal(text: string): Refusal | undefined {
  try {
    const line = JSON.parse(text) as Partial<Refusal> | null
    const told = line?.type === 'policy' && REFUSALS.includes(line.what as PolicyWord)
    const whole = [line?.policy, line?.edge, line?.detail].every((part) => typeof part === 'string')
    return told && whole && typeof line.atMs === 'number' ? (line as Refusal) : undefined
  } catch {
    return undefined
  }
}
