/** Whether stored documents can be compared with others by this version: results, studies, and baselines. */

import { z } from 'zod'
import type { Baseline } from '../core/baseline.ts'
import type { Measured } from '../core/measured.ts'
import { REQUEST_KINDS } from '../core/purchase.ts'
import { type Result, VERDICTS } from '../core/result.ts'
import { shown } from './check-report.ts'
import { NAME, NAME_RULE } from './file/schema.ts'
import { RESULT_SHAPE, VARIANT_SHAPE } from './result-shape.ts'

/** A study has at most as many seeds; a scenario has fewer variants, and a variant fewer figures. */
const MOST_SEEDS = 1_000
const MOST_VARIANTS = 100
const MOST_VALUES = 500
/** Of one variant; what is watched takes no more. */
const MOST_CHANGES = 1_000

const text = z.string()
/** It becomes the name of a file. */
const scenario = text.regex(NAME, { message: NAME_RULE })
const maybe = z.number().nullable()
const quantiles = z.looseObject({ p50: maybe, p90: maybe, p99: maybe, max: maybe })
/** Of what another version of Faultline ran only the names are needed: places that differ are told, whatever they mean. */
const configuration = z.looseObject({ variants: z.array(z.looseObject({ name: text })).max(MOST_VARIANTS) })

const variant = VARIANT_SHAPE.extend({
  transactions: z.looseObject({
    inDoubtMs: quantiles,
    lockedStockMs: quantiles,
    lockedAccountMs: quantiles,
    refusedByLock: z.number(),
    compensations: z.number(),
    recoveries: z.number(),
    heuristics: z.number(),
    messagesPerOrder: maybe,
  }),
  kinds: z.array(
    z.looseObject({
      kind: z.enum(REQUEST_KINDS),
      focus: z.looseObject({ arrived: z.number(), good: z.number(), latencyMs: quantiles }),
    }),
  ),
})
const COMPARED_RESULT = RESULT_SHAPE.extend({ scenario, configuration, variants: z.array(variant).max(MOST_VARIANTS) })

const verdict = z.enum(VERDICTS)
const MEASURED = z.looseObject({
  scenario,
  title: text,
  baseCurrency: text,
  faultline: text.nullable(),
  mode: z.enum(['real', 'virtual']),
  flags: z.array(text),
  calibration: text.nullable(),
  configuration,
  runs: z
    .array(
      z.looseObject({
        seed: z.int().min(0),
        verdict,
        cutShort: text.nullable(),
        variants: z
          .array(
            z.looseObject({
              name: text,
              verdict,
              changedByHand: z.array(text).max(MOST_CHANGES).exactOptional(),
              values: z
                .record(text, z.number())
                .refine((values) => Object.keys(values).length <= MOST_VALUES, { message: 'has too many figures' }),
            }),
          )
          .max(MOST_VARIANTS),
      }),
    )
    .min(1)
    .max(MOST_SEEDS),
})
const STUDY = z.looseObject({ schemaVersion: z.literal(1), measured: MEASURED.optional() })
const BASELINE = z.looseObject({
  schemaVersion: z.literal(1),
  baseline: text,
  savedAt: text,
  from: text,
  measured: MEASURED,
})

/** What a document is, or why it cannot be compared, as the rest of a sentence that begins with its path. */
type Checked<Document> =
  | { readonly ok: true; readonly document: Document }
  | { readonly ok: false; readonly why: string }

export function checkComparedResult(found: unknown): Checked<Result> {
  return shown(COMPARED_RESULT, found, 'the result of a run')
}

export function checkComparedStudy(found: unknown): Checked<Measured> {
  const study = shown<{ readonly measured?: Measured }>(STUDY, found, 'a study')
  if (!study.ok) return study
  const { measured } = study.document
  if (measured) return withEachSeedOnce(measured)
  return { ok: false, why: 'has no figures of single seeds: it was made by an earlier version of Faultline' }
}

export function checkBaseline(found: unknown): Checked<Baseline> {
  const baseline = shown<Baseline>(BASELINE, found, 'a baseline')
  if (!baseline.ok) return baseline
  const once = withEachSeedOnce(baseline.document.measured)
  return once.ok ? baseline : once
}

function withEachSeedOnce(measured: Measured): Checked<Measured> {
  const seeds = measured.runs.map(({ seed }) => seed)
  const twice = seeds.find((seed, at) => seeds.indexOf(seed) < at)
  if (twice === undefined) return { ok: true, document: measured }
  return { ok: false, why: `is broken: seed ${twice} is there twice` }
}
