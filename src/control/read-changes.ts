/** Bodies as changes, or every reason why they are none. */

import type { z } from 'zod'
import type { Change, GremlinChange } from '../core/change.ts'
import { isGremlinChange } from '../core/change.ts'
import type { GremlinSetting } from '../core/gremlin.ts'
import { CHANGE_FORMS, CHANGES_FORM, GREMLIN_SETTING_FORM, GREMLIN_SWITCH_FORM, SETTING_KEYS } from './bodies.ts'
import { check, inside } from './check.ts'
import type { ControlOptions } from './options.ts'
import { Refused } from './refused.ts'

type CheckGremlin = ControlOptions['checkGremlin']
type Kind = keyof typeof CHANGE_FORMS
const KINDS = Object.keys(CHANGE_FORMS) as readonly Kind[]

export interface Wanted {
  readonly changes: readonly Change[]
  readonly ttlMs: number | undefined
}

/** A list of them: `POST /changes`. @throws Refused with everything that is wrong */
export function readChanges(body: unknown, checkGremlin: CheckGremlin): Wanted {
  const reasons: string[] = []
  const top = check(CHANGES_FORM, body, '', reasons)
  const listed = top?.changes ?? listIn(body)
  const changes = listed.flatMap((value, index) => {
    const change = readChange(value, inside('changes', index), checkGremlin, reasons)
    return change ? [change] : []
  })
  if (reasons.length === 0 && top?.ttlMs !== undefined && !changes.some(letsLoose))
    reasons.push('ttlMs: none of the changes lets a gremlin loose')
  if (reasons.length > 0) throw new Refused(400, reasons)
  return { changes, ttlMs: top?.ttlMs }
}

/** Where something else is wrong with the body its changes are looked at all the same: all reasons at once. */
function listIn(body: unknown): readonly unknown[] {
  const listed = typeof body === 'object' && body !== null && 'changes' in body ? body.changes : undefined
  return Array.isArray(listed) ? listed : []
}

function readChange(value: unknown, place: string, checkGremlin: CheckGremlin, reasons: string[]): Change | undefined {
  const named = typeof value === 'object' && value !== null ? KINDS.filter((kind) => Object.hasOwn(value, kind)) : []
  const [kind] = named
  if (kind === undefined || named.length > 1) {
    reasons.push(`${place}: must be an object with one of ${KINDS.join(', ')}`)
    return undefined
  }
  if (kind !== 'gremlin') return check<Change>(CHANGE_FORMS[kind], value, place, reasons)
  const fields = check(CHANGE_FORMS.gremlin, value, place, reasons)
  return fields && withCheckedSetting(fields, place, checkGremlin, reasons)
}

function withCheckedSetting(
  { gremlin, on, probability, setting }: z.infer<typeof CHANGE_FORMS.gremlin>,
  place: string,
  checkGremlin: CheckGremlin,
  reasons: string[],
): GremlinChange | undefined {
  const change = { gremlin, on, ...(probability === undefined ? {} : { probability }) }
  if (!setting) return change
  const at = inside(place, 'setting')
  if (setting.name !== undefined && setting.name !== gremlin)
    reasons.push(`${at}.name: must be ${gremlin}, as the change has it, or be left out`)
  const checked = checkSetting({ ...setting, name: gremlin }, at, checkGremlin, reasons)
  return checked && { ...change, setting: checked }
}

/** One gremlin: `PUT /gremlins/{name}`. @throws Refused with everything that is wrong */
export function readGremlin(name: string, body: unknown, checkGremlin: CheckGremlin): Wanted {
  const reasons: string[] = []
  const change = isWhole(body)
    ? readWhole(name, body, checkGremlin, reasons)
    : readSwitch(name, body === undefined ? {} : body, reasons)
  if (change?.ttlMs !== undefined && !change.on)
    reasons.push('ttlMs: only for a gremlin that is let loose, and enabled is false')
  if (!change || reasons.length > 0) throw new Refused(400, reasons)
  const { ttlMs, ...rest } = change
  return { changes: [rest], ttlMs }
}

type GremlinWanted = GremlinChange & { readonly ttlMs: number | undefined }

function isWhole(body: unknown): boolean {
  return typeof body === 'object' && body !== null && SETTING_KEYS.some((key) => Object.hasOwn(body, key))
}

function readWhole(name: string, body: unknown, checkGremlin: CheckGremlin, reasons: string[]) {
  const fields = check(GREMLIN_SETTING_FORM, body, '', reasons)
  if (!fields) return undefined
  const { enabled, ttlMs, ...rest } = fields
  const setting = checkSetting({ ...rest, name, fromMs: 0, toMs: null }, '', checkGremlin, reasons)
  return setting && ({ gremlin: name, on: enabled, setting, ttlMs } satisfies GremlinWanted)
}

function readSwitch(name: string, body: unknown, reasons: string[]): GremlinWanted | undefined {
  const fields = check(GREMLIN_SWITCH_FORM, body, '', reasons)
  if (!fields) return undefined
  const { enabled, ttlMs, probability } = fields
  return { gremlin: name, on: enabled, ...(probability === undefined ? {} : { probability }), ttlMs }
}

function checkSetting(
  setting: GremlinSetting,
  place: string,
  checkGremlin: CheckGremlin,
  reasons: string[],
): GremlinSetting | undefined {
  const checked = checkGremlin(setting)
  if ('setting' in checked) return checked.setting
  reasons.push(...checked.reasons.map((reason) => (place === '' ? reason : `${place}: ${reason}`)))
  return undefined
}

function letsLoose(change: Change): boolean {
  return isGremlinChange(change) && change.on
}
