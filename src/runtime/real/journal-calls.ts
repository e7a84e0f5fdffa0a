/** Reads calls out of a service's journal. They are most of its lines, so they are taken apart without being parsed. */

import type { Answer, CallWatch } from '../../core/dependency.ts'
import { type Block, numberAt, valueAt, wordAt } from './journal-lines.ts'

const TYPE = '"type":"'
/** Lines that are to be parsed whole: there are few of them, and their details are wanted. */
const STORIES = ['toss"', 'strike"', 'workflow"', 'policy"']
/** Buyers come to this service, through its door. */
const DOORKEEPER = 'order'
const DOOR = 'door'
/** Participants in doubt pass the door unseen. */
const INQUIRY = 'inquire'

export interface CallReader {
  /** Tells what a line says of a call. True: it says something else, and is worth parsing. */
  read(block: Block, from: number, to: number): boolean
  /** When the journal ends; undefined: nothing is in it. */
  lastAtMs(): number | undefined
}

/** @param message called for each request between services, and for each answer that came back */
export function readCalls(node: string, calls: CallWatch, message: () => void): CallReader {
  const edgeTo = nameEdges(node)
  let lastAtMs: number | undefined
  /** The latest line, whose time is wanted only if it is the last one. */
  let latest = { text: '', from: 0, to: 0 }

  function atMsOf(text: string, from: number, to: number): number {
    const at = valueAt(text, '"atMs":', from, to)
    const atMs = at < 0 ? Number.NaN : numberAt(text, at, to)
    if (atMs > (lastAtMs ?? 0)) lastAtMs = atMs
    return atMs
  }

  function sent(text: string, from: number, at: number, to: number): void {
    message()
    const name = valueAt(text, '"to":"', at, to)
    if (name >= 0) calls.sent(edgeTo(wordAt(text, name, to)), atMsOf(text, from, to))
  }

  function heard(text: string, from: number, at: number, to: number): void {
    const answer = answerOf(text, at, to)
    if (!answer) return
    if (answer.status !== 0) message()
    const name = valueAt(text, '"from":"', at, to)
    if (name >= 0) calls.heard(edgeTo(wordAt(text, name, to)), atMsOf(text, from, to), answer)
  }

  function atDoor(text: string, at: number, to: number): boolean {
    if (node !== DOORKEEPER) return false
    const operation = valueAt(text, '"operation":"', at, to)
    return operation >= 0 && !text.startsWith(INQUIRY, operation)
  }

  return {
    read({ text }, from, to) {
      latest = { text, from, to }
      const at = valueAt(text, TYPE, from, to)
      if (at < 0) return false
      const is = (type: string) => text.startsWith(type, at)
      if (is('sent"')) sent(text, from, at, to)
      else if (is('heard"')) heard(text, from, at, to)
      else if (is('received"')) {
        if (atDoor(text, at, to)) calls.sent(DOOR, atMsOf(text, from, to))
      } else if (is('answered"')) {
        const answer = atDoor(text, at, to) ? answerOf(text, at, to) : undefined
        if (answer) calls.heard(DOOR, atMsOf(text, from, to), answer)
      } else return STORIES.some(is)
      return false
    },
    lastAtMs() {
      atMsOf(latest.text, latest.from, latest.to)
      return lastAtMs
    },
  }
}

/** Names of the paths that begin here. The same few come a million times. */
function nameEdges(node: string): (service: string) => string {
  const edges = new Map<string, string>()
  return (service) => {
    let edge = edges.get(service)
    if (edge === undefined) {
      edge = `${node}→${service}`
      edges.set(service, edge)
    }
    return edge
  }
}

/** Undefined where the line is torn before it says what became of the call. */
function answerOf(text: string, at: number, to: number): Answer | undefined {
  const statusAt = valueAt(text, '"status":', at, to)
  const status = statusAt < 0 ? Number.NaN : numberAt(text, statusAt, to)
  if (Number.isNaN(status)) return undefined
  const reasonAt = valueAt(text, '"reason":', statusAt, to)
  const reason = reasonAt >= 0 && text[reasonAt] === '"' ? wordAt(text, reasonAt + 1, to) : null
  const afterAt = valueAt(text, '"afterMs":', statusAt, to)
  return { status, reason, afterMs: afterAt < 0 ? null : numberAt(text, afterAt, to) }
}
