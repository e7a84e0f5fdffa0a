import { expect, it } from 'vitest'
import { refusalReason } from './refusal-reason.ts'

it.each([
  ['order→payment: full', 'full'],
  ['pool of order: waited too long', 'waited too long'],
  ['try again in 812 ms', 'try again in … ms'],
  ['12 calls at once', '… calls at once'],
  ['forced open', 'forced open'],
  ['', ''],
])('%s is refused because of: %s', (detail, reason) => expect(refusalReason(detail)).toBe(reason))
