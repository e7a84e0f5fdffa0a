/** What can be changed in a run that goes on, as data, and whether a gremlin can be set as somebody wants it. */

import { z } from 'zod'
import { type JsonObject, OPERATIONS } from '../core/call.ts'
import type { GremlinSetting } from '../core/gremlin.ts'
import type { Variant } from '../core/pattern.ts'
import { POINTS } from '../core/point.ts'
import { EDGES, SERVICES } from '../core/topology.ts'
import { GREMLINS } from '../gremlins/catalogue.ts'
import { check } from './file/check.ts'
import { collectMistakes, TOP } from './file/mistakes.ts'
import { unknownName } from './file/nearest.ts'
import { noteTargets } from './file/resolve-gremlin.ts'
import { workflowChoices } from './workflow-choices.ts'

export function liveCatalogue(variant: Variant) {
  return {
    gremlins: Object.values(GREMLINS).map(({ name, summary, place, options }) => ({
      ...{ gremlin: name, summary, place },
      options: z.toJSONSchema(options, { io: 'input', unrepresentable: 'any' }) as object,
    })),
    services: SERVICES,
    edges: EDGES,
    operations: OPERATIONS,
    points: POINTS,
    workflows: workflowChoices(variant),
  }
}

/** The setting with its options filled in, or a sentence for each thing that is wrong with it. */
export function checkGremlinSetting(
  setting: GremlinSetting,
): { readonly setting: GremlinSetting } | { readonly reasons: readonly string[] } {
  const gremlin = Object.hasOwn(GREMLINS, setting.gremlin) ? GREMLINS[setting.gremlin] : undefined
  if (!gremlin) return { reasons: [unknownName('gremlin', setting.gremlin, Object.keys(GREMLINS))] }
  const mistakes = collectMistakes('', () => ({ line: 0, column: 0 }))
  const options = check(gremlin.options, setting.options, { ...TOP, shown: 'options' }, mistakes)
  noteTargets(gremlin, setting, TOP, mistakes)
  const reasons = mistakes.inOrder().map(({ path, message }) => `${path}: ${message}`)
  return reasons.length > 0 ? { reasons } : { setting: { ...setting, options: options as JsonObject } }
}
