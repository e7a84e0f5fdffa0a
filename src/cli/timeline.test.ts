import { describe, expect, it } from 'vitest'
import type { JournalLine, WorkflowStep } from '../core/event.ts'
import { tell } from './timeline.ts'

const stamp = { atMs: 0, node: 'order', incarnation: 1, purchase: 'p-1' }

describe('what a workflow does', () => {
  it.each<[WorkflowStep, string, string]>([
    ['decided', 'commit', 'has decided, and it is durable (commit)'],
    ['delivered', 'o-1', 'has told everybody at last what was decided (o-1)'],
    ['compensated', '', "has undone 'deduct'"],
    ['raised', 'o-1: timeout', "cannot undo 'deduct', and calls for a human (o-1: timeout)"],
    ['forgotten', 'o-1: timeout', "cannot undo 'deduct', and leaves it at that (o-1: timeout)"],
    ['recovered', 'o-1 is cancelled', 'has taken up what it left open when it died (o-1 is cancelled)'],
    ['answered', 'undecided', "answers what has become of 'deduct' (undecided)"],
    ['heuristic', '', "decides about 'deduct' by itself, without its coordinator"],
  ])('%s', (what, detail, told) => {
    const line: JournalLine = { ...stamp, type: 'workflow', what, effect: 'deduct', detail }
    expect(tell(line, 'p-1')).toBe(told)
  })

  it('says that an order was given up', () => {
    const line: JournalLine = { ...stamp, type: 'workflow', what: 'raised', effect: 'order', detail: 'o-1: undone' }
    expect(tell(line, 'p-1')).toBe('has given the order up, and calls for a human (o-1: undone)')
  })

  it('is named also where a later version knows more', () => {
    const line = {
      ...stamp,
      type: 'workflow',
      what: 'pondered',
      effect: 'deduct',
      detail: '',
    } as unknown as JournalLine
    expect(tell(line, 'p-1')).toBe('pondered')
  })
})
