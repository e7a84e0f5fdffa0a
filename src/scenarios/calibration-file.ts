/** A calibration as a file: checked when it is read, and named by its digest. */

import { createHash } from 'node:crypto'
import { z } from 'zod'
import { type Calibration, QUANTILE_POINTS } from '../core/calibration.ts'
import { cut, unknownNames } from './calibration-names.ts'
import { isMapping } from './file/check.ts'

/** Requests of a life that may take longer than later ones. */
const MOST_COLD = 100
const LONGEST_MICROS = 3_600_000_000

const table = z
  .array(z.number().min(0).max(LONGEST_MICROS))
  .length(QUANTILE_POINTS.length)
  .refine((micros) => micros.every((each, n) => n === 0 || each >= (micros[n - 1] as number)), 'must not fall')
const cold = z.array(z.number().min(0).max(LONGEST_MICROS)).max(MOST_COLD)
const workName = z.templateLiteral([z.enum(['request', 'answer']), ' ', z.string()])

const calibration = z.strictObject({
  kind: z.literal('faultline-calibration'),
  schemaVersion: z.literal(1),
  machine: z.record(z.string(), z.union([z.string(), z.number()])),
  orders: z.number().int().min(1),
  calls: z.record(z.string(), table).refine((calls) => Object.keys(calls).length > 0, 'must name a path'),
  work: z.record(z.string(), z.record(workName, table)),
  setOut: table,
  boot: table,
  cold: z.strictObject({ calling: cold, serving: cold }).optional(),
})

export type ReadCalibration =
  | { readonly calibration: Calibration; readonly wrong?: undefined }
  | { readonly calibration?: undefined; readonly wrong: readonly string[] }

/** Of the mistakes of one file; nobody reads more of them. */
const MOST_MISTAKES = 20

/** Every mistake in a sentence of its own, with its place; one sentence where the text is no calibration at all. */
export function readCalibration(text: string): ReadCalibration {
  const value = parse(text)
  if (!isMapping(value) || value.kind !== 'faultline-calibration')
    return { wrong: ["it is no calibration of Faultline; 'faultline fidelity --calibrate' makes one"] }
  if (value.schemaVersion !== 1)
    return { wrong: [`its schemaVersion is ${JSON.stringify(value.schemaVersion)}, and this Faultline reads 1`] }
  const read = calibration.safeParse(value)
  const issues = read.error?.issues ?? []
  const wrong = [...issues.map(sentenceOf), ...unknownNames(value)]
  if (read.success && wrong.length === 0) return { calibration: read.data }
  const more = wrong.length - MOST_MISTAKES
  return { wrong: more > 0 ? [...wrong.slice(0, MOST_MISTAKES), `and ${more} more of the kind`] : wrong }
}

function sentenceOf({ code, path, message }: z.core.$ZodIssue): string {
  const place = path.map((part) => cut(String(part))).join('.') || 'it'
  const remedy = code === 'invalid_key' ? "must be such as 'request do:charge' or 'answer do:charge'" : message
  return `${place}: ${cut(remedy)}`
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function writeCalibration(measured: Calibration): string {
  return `${JSON.stringify(measured, null, 2)}\n`
}

/** What is different here, where it was measured elsewhere; undefined: nothing. */
export function strangerTo(here: Calibration['machine'], { machine }: Calibration): string | undefined {
  const other = ['model', 'cores', 'arch', 'platform'].filter((what) => machine[what] !== here[what])
  if (other.length === 0) return undefined
  return other.map((what) => `${what} ${machine[what] ?? 'unknown'}, here ${here[what]}`).join('; ')
}

/** What a result says of the times it was drawn from. */
export function digestOf(measured: Calibration): string {
  return `sha256:${createHash('sha256').update(writeCalibration(measured)).digest('hex')}`
}
