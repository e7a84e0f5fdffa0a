/** Whether what an old `result.json` says of its scenario is a scenario of this version. */

import { z } from 'zod'
import type { Scenario } from '../core/scenario.ts'
import { SERVICES } from '../core/topology.ts'
import { GREMLINS } from '../gremlins/catalogue.ts'
import { POLICIES } from '../patterns/policies/catalogue.ts'
import { WORKFLOWS } from '../patterns/workflows/catalogue.ts'
import { NAME, NAME_RULE } from './file/schema.ts'

/** It becomes a folder's name: `../x` would be written outside. */
const folderName = z.string().regex(NAME, { message: NAME_RULE })
const options = z.record(z.string(), z.unknown())
const named = z.looseObject({ name: z.string() })
const policies = z.array(z.looseObject({ policy: z.string(), options }))

const gremlin = z.looseObject({
  name: z.string(),
  gremlin: z.string(),
  on: z.enum(SERVICES),
  operations: z.array(z.string()),
  purchases: z.array(z.string()),
  attempts: z.array(z.number()),
  at: z.array(z.string()),
  probability: z.number(),
  fromMs: z.number(),
  toMs: z.number().nullable(),
  options,
})
const variant = z.looseObject({
  name: folderName,
  summary: z.string(),
  workflow: z.looseObject({ workflow: z.string(), options }),
  edges: z.record(z.string(), policies),
  door: policies,
  participants: z.looseObject({
    keys: z.string(),
    history: z.string(),
    holds: z.string(),
    reservationMs: z.number().nullable(),
  }),
  buyer: z.looseObject({ key: z.string() }),
  gremlins: z.enum(['all', 'none']),
})
const configuration = z.looseObject({
  name: folderName,
  title: z.string(),
  about: z.string(),
  baseCurrency: z.string(),
  products: z.array(named).min(1),
  accounts: z.array(named).min(1),
  ratesMicro: z.record(z.string(), z.number()),
  traffic: z.looseObject({
    orders: z.number(),
    arrivals: z.enum(['poisson', 'paced']),
    ratePerSecond: z.number(),
    shape: z.looseObject({ kind: z.enum(['constant', 'ramp', 'spike']) }),
    mostUnits: z.number(),
    mix: z.record(z.string(), z.number()),
  }),
  buyers: z.looseObject({ patienceMs: z.number(), refreshes: z.number(), pauseMs: z.number() }),
  deadlineMs: z.number(),
  restartAfterMs: z.number(),
  quietWithinMs: z.number(),
  capacity: z.record(z.string(), z.unknown()),
  focus: z.looseObject({ fromMs: z.number(), toMs: z.number().nullable() }),
  switches: z.array(z.looseObject({ policy: z.string() })),
  gremlins: z.array(gremlin),
  variants: z.array(variant).min(1),
  expectations: z.record(z.string(), z.looseObject({ bounds: z.array(z.unknown()) })),
})

interface Entry {
  readonly options: z.ZodType
}

/** What keeps it from being run again, the first thing found; undefined: nothing. */
export function mistakeInConfiguration(given: unknown): string | undefined {
  const read = configuration.safeParse(given)
  if (!read.success) return firstIssue('configuration', read.error)
  const { gremlins, variants } = given as Scenario
  for (const { name, gremlin: kind, options: settings } of gremlins) {
    const mistake = mistakeIn(GREMLINS, 'gremlin', kind, settings, name)
    if (mistake !== undefined) return mistake
  }
  for (const { name, workflow, edges, door } of variants) {
    const mistake = mistakeIn(WORKFLOWS, 'workflow', workflow.workflow, workflow.options, name)
    if (mistake !== undefined) return mistake
    for (const { policy, options: settings } of [...Object.values(edges).flat(), ...door]) {
      const wrong = mistakeIn(POLICIES, 'policy', policy, settings, name)
      if (wrong !== undefined) return wrong
    }
  }
  return undefined
}

function mistakeIn(
  catalogue: Readonly<Record<string, Entry>>,
  what: string,
  name: string,
  given: unknown,
  place: string,
): string | undefined {
  const entry = Object.hasOwn(catalogue, name) ? catalogue[name] : undefined
  if (!entry) return `${place}: there is no ${what} '${name}'`
  const read = entry.options.safeParse(given)
  return read.success ? undefined : firstIssue(`${place}: ${name}`, read.error)
}

function firstIssue(place: string, { issues }: z.ZodError): string {
  const [issue] = issues
  const path = (issue?.path ?? []).map(String).join('.')
  return `${place}${path === '' ? '' : `.${path}`}: ${issue?.message ?? 'not readable'}`
}
