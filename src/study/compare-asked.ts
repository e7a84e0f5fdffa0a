/** In what two were not asked the same: world, calibration, seeds, flags, and each place of the configuration. */

import type { Measured } from '../core/measured.ts'
import type { AskedDifference } from '../core/run-comparison.ts'
import type { Scenario } from '../core/scenario.ts'

export interface AskedDifferences {
  readonly differences: readonly AskedDifference[]
  /** World, calibration, configuration and what was changed by hand are the same. */
  readonly askedTheSame: boolean
  readonly sameSeeds: boolean
}

const ABSENT = 'not there'
const LONGEST_VALUE = 80

/** @param common variants of both; what else a side has is said elsewhere */
export function askedDifferences(before: Measured, after: Measured, common: readonly string[]): AskedDifferences {
  const modes = differ('world', before.mode, after.mode)
  const calibrations = differ('calibration', before.calibration ?? 'none', after.calibration ?? 'none')
  const [was, is] = [seedsText(before), seedsText(after)]
  const seeds = differ('seed', was, is)
  const flags = differ('flags', before.flags.join(' ') || 'none', after.flags.join(' ') || 'none')
  const byHand = common.flatMap((name) =>
    differ(`${name}, changed by hand`, byHandText(before, name), byHandText(after, name)),
  )
  const places = differIn('', withoutOthers(before.configuration, common), withoutOthers(after.configuration, common))
  return {
    differences: [...modes, ...calibrations, ...seeds, ...byHand, ...places, ...flags],
    askedTheSame: modes.length + calibrations.length + byHand.length + places.length === 0,
    sameSeeds: seeds.length === 0,
  }
}

/** What somebody changed in a variant while it went on, over all seeds. */
function byHandText({ runs }: Measured, name: string): string {
  const found = runs.flatMap(({ variants }) => variants.filter((variant) => variant.name === name))
  return found.flatMap(({ changedByHand = [] }) => changedByHand).join('; ') || 'nothing'
}

function differ(what: string, before: string, after: string): AskedDifference[] {
  return before === after ? [] : [{ what, before: shorten(before), after: shorten(after) }]
}

function shorten(text: string): string {
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE - 1)}…` : text
}

/** `1..20`, or `1, 3, 4` where some are missing. */
function seedsText({ runs }: Measured): string {
  const seeds = runs.map(({ seed }) => seed).sort((one, other) => one - other)
  const [first = 0, last = 0] = [seeds[0], seeds.at(-1)]
  if (seeds.length > 1 && last - first === seeds.length - 1) return `${first}..${last}`
  return seeds.join(', ')
}

function withoutOthers(scenario: Scenario, common: readonly string[]): unknown {
  return { ...scenario, variants: scenario.variants.filter(({ name }) => common.includes(name)) }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Lists whose members have names are compared by name, so that one that was put in front moves no other. */
function byName(list: readonly unknown[]): Readonly<Record<string, unknown>> | undefined {
  const named = list.flatMap((each): [string, unknown][] => {
    const name = isObject(each) ? each.name : undefined
    return typeof name === 'string' ? [[name, each]] : []
  })
  const members = new Map(named)
  return members.size === list.length ? Object.fromEntries(members) : undefined
}

function differIn(place: string, before: unknown, after: unknown): AskedDifference[] {
  if (Array.isArray(before) && Array.isArray(after)) {
    const [was, is] = [byName(before), byName(after)]
    if (was && is) return differIn(place, was, is)
    const most = Math.max(before.length, after.length)
    return Array.from({ length: most }, (_, at) => differIn(`${place}[${at}]`, before[at], after[at])).flat()
  }
  if (isObject(before) && isObject(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)])
    const at = (side: Readonly<Record<string, unknown>>, key: string) =>
      Object.hasOwn(side, key) ? side[key] : undefined
    return [...keys].flatMap((key) => differIn(place === '' ? key : `${place}.${key}`, at(before, key), at(after, key)))
  }
  return differ(place, valueText(before), valueText(after))
}

function valueText(value: unknown): string {
  if (value === undefined) return ABSENT
  return typeof value === 'string' ? `'${value}'` : JSON.stringify(value)
}
