/** A strike in a sentence. */

import type { JournalLine } from '../core/event.ts'
import type { News } from './feed.ts'
import { callInWords, countInWords } from './feed-words.ts'

type StrikeLine = Extract<JournalLine, { readonly type: 'strike' }>

interface Telling {
  /** Behind the gremlin's name. */
  once(call: string, line: StrikeLine): string
  readonly again: (line: StrikeLine) => string
}

/** The others that a crash takes along. */
function companyOf({ takes }: StrikeLine): string {
  return takes.length === 0 ? '' : `, and ${countInWords(takes.length, 'other call')} with it`
}

const killed = (when: string): Telling => ({
  once: (call, line) => `killed ${line.node} ${when} ${call}${companyOf(line)}`,
  again: ({ node }) => `killed ${node}`,
})

const says = (once: string, again: string): Telling => ({ once: (call) => `${once} ${call}`, again: () => again })

const TELLINGS: Readonly<Record<string, Telling>> = {
  'crash-before-work': killed('before it began with'),
  'crash-after-commit': killed('after the commit, before it could answer about'),
  crash: {
    once: (call, line) => `killed ${line.node}${line.at ? ` ${momentOf(line.at)}` : ''} in ${call}${companyOf(line)}`,
    again: ({ node }) => `killed ${node}`,
  },
  pause: says('holds up the work on', 'held up the work'),
  latency: says('delays', 'delayed a call'),
  'dropped-answer': says('took away the answer about', 'took away the answer'),
  'dropped-request': says('took away the request for', 'took away the request'),
  'error-answer': says('put an error in place of the answer about', 'answered with an error'),
  'duplicate-delivery': says('delivered twice the request for', 'delivered a request twice'),
  outage: {
    once: (_, { node }) => `has ${node} accept no connections`,
    again: ({ node }) => `had ${node} accept no connections`,
  },
  kill: { once: (_, line) => `killed ${line.node}${companyOf(line)}`, again: ({ node }) => `killed ${node}` },
  partition: { once: (_, { node }) => `cuts ${node} off from everybody`, again: ({ node }) => `cut ${node} off` },
}

const OTHER = says('struck at', 'struck')

/** `after-decision` gives `after decision`. */
function momentOf(point: string): string {
  return point.replaceAll('-', ' ')
}

/** A name of one's own does not say where the gremlin sits. */
function nameOf({ gremlin, node }: StrikeLine): string {
  return gremlin.includes(`@${node}`) ? gremlin : `${gremlin} at ${node}`
}

export function tellStrike(line: StrikeLine): News {
  const { kind, operation, effect, purchase, atMs, gremlin, node } = line
  const telling = (Object.hasOwn(TELLINGS, kind) ? TELLINGS[kind] : undefined) ?? OTHER
  const name = nameOf(line)
  return {
    kind: 'strike',
    atMs,
    about: `${gremlin} ${node}`,
    once: `${name} ${telling.once(callInWords(operation, effect, purchase), line)}`,
    again: `${name} ${telling.again(line)}`,
  }
}
