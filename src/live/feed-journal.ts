/** What of the journals is worth telling: strikes, breakers, orders that go wrong. The rest is in the figures. */

import type { JournalLine, WorkflowStep } from '../core/event.ts'
import type { PolicyLine } from '../core/waiting.ts'
import type { News } from './feed.ts'
import { tellStrike } from './feed-strikes.ts'
import { effectInWords, msInWords } from './feed-words.ts'

type OrderLine = Extract<JournalLine, { readonly type: 'order' }>
type WorkflowLine = Extract<JournalLine, { readonly type: 'workflow' }>

/** Undefined: nothing that anybody needs to be told. */
export function tellLine(line: JournalLine): News | undefined {
  switch (line.type) {
    case 'strike':
      return tellStrike(line)
    case 'policy':
      return tellBreaker(line)
    case 'order':
      return tellOrder(line)
    case 'workflow':
      return tellWorkflow(line)
    default:
      return undefined
  }
}

function tellBreaker({ what, edge, atMs, detail, amount }: PolicyLine): News | undefined {
  const news = { kind: 'breaker', atMs, about: `${edge} ${what}` } as const
  const name = `the breaker of ${edge}`
  if (what === 'opened') {
    const long = amount === undefined ? '' : ` for ${msInWords(amount)}`
    const why = detail === '' ? '' : ` (${detail})`
    return { ...news, once: `${name} opened${why}: it refuses calls${long}`, again: `${name} opened` }
  }
  if (what === 'half-opened') {
    return { ...news, once: `${name} lets trials through`, again: `${name} let trials through` }
  }
  return what === 'closed' ? { ...news, once: `${name} closed`, again: `${name} closed` } : undefined
}

function tellOrder({ state, purchase, reason, atMs }: OrderLine): News | undefined {
  if (state !== 'failed') return undefined
  const why = reason === null ? '' : ` (${reason})`
  return {
    kind: 'order',
    atMs,
    about: state,
    once: `the order of ${purchase} has failed${why}`,
    again: 'orders have failed',
  }
}

const STEPS: Readonly<Partial<Record<WorkflowStep, (line: WorkflowLine) => Pick<News, 'once' | 'again'>>>> = {
  compensated: ({ effect, purchase }) => ({
    once: `${effectInWords(effect)} of ${purchase} was taken back`,
    again: `${effectInWords(effect)} was taken back`,
  }),
  raised: ({ effect, purchase }) => ({
    once: `${purchase} was raised to operations, over ${effectInWords(effect)}`,
    again: 'a purchase was raised to operations',
  }),
  forgotten: ({ effect, purchase }) => ({
    once: `${effectInWords(effect)} of ${purchase} could not be taken back, and nobody is told`,
    again: `${effectInWords(effect)} could not be taken back`,
  }),
  recovered: ({ purchase, node }) => ({
    once: `${node} took up the order of ${purchase} again, which a crash had left open`,
    again: `${node} took up an order again`,
  }),
  heuristic: ({ node, effect, purchase }) => ({
    once: `${node} was in doubt for too long and called ${effectInWords(effect)} of ${purchase} off by itself`,
    again: `${node} called off by itself what it was in doubt about`,
  }),
}

function tellWorkflow(line: WorkflowLine): News | undefined {
  const telling = STEPS[line.what]
  return (
    telling && { kind: 'order', atMs: line.atMs, about: `${line.what} ${line.node} ${line.effect}`, ...telling(line) }
  )
}
