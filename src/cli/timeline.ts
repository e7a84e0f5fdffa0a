/** A purchase's story in plain words. */

import type { JournalLine } from '../core/event.ts'
import { plain } from '../scenarios/file/plain.ts'
import type { Story } from './read-journals.ts'

/** One block: the variant, then a line for each thing that happened, with milliseconds since the first. Safe to print. */
export function showTimeline(variant: string, { purchase, lines, cut }: Story): string {
  const [first] = lines
  const startMs = first?.atMs ?? 0
  const incarnations = new Set(lines.map(({ node, incarnation }) => `${node} ${incarnation}`))
  const nameOf = ({ node, incarnation }: JournalLine) => {
    // Only a service that was restarted needs a number.
    const several = incarnation > 1 || incarnations.has(`${node} 2`)
    return several ? `${node}#${incarnation}` : node
  }
  const width = Math.max(0, ...lines.map((line) => nameOf(line).length))
  const told = lines.map((line) => {
    const offset = `+${(line.atMs - startMs).toFixed(1)}`.padStart(10)
    return plain(`${offset} ms  ${nameOf(line).padEnd(width)}  ${tell(line, purchase)}`)
  })
  const more = cut ? ['           … and more; --json prints them no further either'] : []
  return `${[plain(`${variant}: ${purchase}`), ...told, ...more, ''].join('\n')}\n`
}

/** What one line of a journal says about a purchase. */
export function tell(line: JournalLine, purchase: string): string {
  switch (line.type) {
    case 'asked':
      return `the buyer asks for it${tries(line.attempt)}${keyed(line.key)}`
    case 'told':
      return `the buyer is told '${line.status}'${because(line.reason)}`
    case 'left':
      return `the buyer has waited long enough and leaves${tries(line.attempt)}`
    case 'order':
      return `order ${line.order} is ${line.state}${because(line.reason)}`
    case 'sent':
      return `asks ${line.to} to ${work(line)}${tries(line.attempt)}${keyed(line.key)}`
    case 'heard':
      return hear(line)
    case 'received':
      return `is asked to ${work(line)}${tries(line.attempt)}${keyed(line.key)}`
    case 'committed':
      return `has committed: ${work(line)}`
    case 'answered':
      if (line.status === 0) return `ends the connection without an answer to: ${work(line)}${because(line.reason)}`
      return `answers ${line.status} to: ${work(line)}${because(line.reason)}`
    case 'toss':
      return `${line.gremlin} tosses its coin over ${work(line)}${moment(line)}${tries(line.attempt)}: ${line.struck ? 'it strikes' : 'nothing'}`
    case 'strike':
      return strike(line, purchase)
    case 'policy':
      return `${line.policy} on ${line.edge}: ${line.what}${line.detail === '' ? '' : ` (${line.detail})`}`
    case 'workflow':
      return `${step(line)}${line.detail === '' ? '' : ` (${line.detail})`}`
    case 'background':
      return `background work '${line.name}' ${line.state}${line.detail === '' ? '' : ` (${line.detail})`}`
    case 'started':
    case 'stopped':
      return line.type
    default:
      // A journal of a later version may hold more.
      return String((line as { type: unknown }).type)
  }
}

function step({ what, effect }: Extract<JournalLine, { type: 'workflow' }>): string {
  switch (what) {
    case 'decided':
      return 'has decided, and it is durable'
    case 'delivered':
      return 'has told everybody at last what was decided'
    case 'compensated':
      return `has undone '${effect}'`
    case 'raised':
      if (effect === 'order') return 'has given the order up, and calls for a human'
      return `cannot undo '${effect}', and calls for a human`
    case 'forgotten':
      return `cannot undo '${effect}', and leaves it at that`
    case 'recovered':
      return 'has taken up what it left open when it died'
    case 'answered':
      return `answers what has become of '${effect}'`
    case 'heuristic':
      return `decides about '${effect}' by itself, without its coordinator`
    default:
      return what satisfies never
  }
}

function work({ operation, effect }: { operation: string; effect: string }): string {
  return `${operation} '${effect}'`
}

function tries(attempt: number): string {
  return attempt > 1 ? ` (try ${attempt})` : ''
}

function keyed(key: string | null): string {
  return key === null ? '' : ` [key ${key}]`
}

function because(reason: string | null): string {
  return reason === null ? '' : ` (${reason})`
}

function hear(line: Extract<JournalLine, { type: 'heard' }>): string {
  const after = `after ${line.afterMs.toFixed(1)} ms${tries(line.attempt)}`
  if (line.reason === null) return `hears ${line.status} from ${line.from} about ${work(line)}, ${after}`
  const sure = line.definite ? 'it certainly did not happen' : 'perhaps it happened'
  return `hears '${line.reason}' from ${line.from} about ${work(line)}, ${after}: ${sure}`
}

function strike(line: Extract<JournalLine, { type: 'strike' }>, purchase: string): string {
  const what = line.fatal ? 'KILLS the service' : 'STRIKES'
  const taken = line.takes.filter((call) => call.purchase === purchase).map(({ effect }) => `'${effect}'`)
  if (line.purchase !== purchase) {
    return `${line.gremlin} ${what} over ${line.purchase}'s ${work(line)}${moment(line)}, and takes ${taken.join(', ')} of ${purchase} along`
  }
  const { length } = line.takes
  const others = length > 0 ? `, with ${length} other ${length === 1 ? 'call' : 'calls'} in flight` : ''
  return `${line.gremlin} ${what} at ${work(line)}${moment(line)}${tries(line.attempt)}${others}`
}

function moment({ at }: { readonly at?: string }): string {
  return at === undefined ? '' : `, ${at}`
}
