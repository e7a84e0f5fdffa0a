/** Whether stored runs and studies can be listed: only what a list says of them is looked at, since there are many. */

import { z } from 'zod'
import { INVARIANTS } from '../core/invariant.ts'
import { REQUEST_KINDS } from '../core/purchase.ts'
import { type Result, VERDICTS } from '../core/result.ts'
import { type Shown, shown } from './check-report.ts'

const count = z.int().min(0)
const verdict = z.enum(VERDICTS)
const mode = z.enum(['real', 'virtual'])
const names = { scenario: z.string(), title: z.string(), mode, verdict }

const variant = z.looseObject({
  name: z.string(),
  verdict,
  lossCents: z.number(),
  orders: z.looseObject({ arrived: count }),
  kinds: z.array(z.looseObject({ kind: z.enum(REQUEST_KINDS), arrived: count })),
  gremlins: z.array(z.looseObject({ strikes: count })),
  violations: z.partialRecord(z.enum(INVARIANTS), count),
  invariants: z.array(z.looseObject({ name: z.string(), expected: z.string() })),
})
const RUN = z.looseObject({
  schemaVersion: z.literal(1),
  ...names,
  seed: count,
  interrupted: z.string().nullable(),
  error: z.string().nullable(),
  baseCurrency: z.string(),
  variants: z.array(variant),
  configuration: z.looseObject({ gremlins: z.array(z.unknown()) }),
})

const STUDY = z.looseObject({
  schemaVersion: z.literal(1),
  ...names,
  seeds: z.object({ first: count, last: count }),
  runs: z.array(z.looseObject({ verdict })),
  reference: z.string(),
  comparisons: z.array(z.looseObject({ variant: z.string() })),
})

const listed = z.strictObject({
  what: z.enum(['run', 'study']),
  ...names,
  seeds: z.string(),
  sentence: z.string(),
  variants: z
    .array(z.strictObject({ name: z.string(), verdict: verdict.nullable(), lossCents: z.number(), loss: z.string() }))
    .readonly(),
})
const KEPT = z.strictObject({
  schemaVersion: z.literal(1),
  folders: z.record(
    z.string(),
    z.strictObject({ changedMs: z.number(), bytes: count, run: listed.nullable(), why: z.string() }),
  ),
})

/** What was read from each folder's document when a list was last made, and which state of the document it was. */
export type KeptList = z.infer<typeof KEPT>

/** Undefined: it is of another version, or was changed. */
export function readKeptList(found: unknown): KeptList | undefined {
  return KEPT.safeParse(found).data
}

/** A run as far as its headline reads it. */
export function checkListedRun(found: unknown): Shown<Result> {
  return shown(RUN, found, 'the result of a run')
}

export type ListedStudy = z.infer<typeof STUDY>

export function checkListedStudy(found: unknown): Shown<ListedStudy> {
  return shown(STUDY, found, 'a study')
}
