/** Scenario files: text in, scenarios out, or every mistake at once. Knows nothing of the file system. */

import type { Variant } from '../../core/pattern.ts'
import type { Scenario } from '../../core/scenario.ts'
import { checkFields, isMapping } from './check.ts'
import { collectMistakes, inside, type Mistake, type Mistakes, type Place, TOP } from './mistakes.ts'
import { readYaml } from './read-yaml.ts'
import { readScenario } from './resolve-scenario.ts'
import { readVariant, resolveVariants } from './resolve-variant.ts'
import { FILE_FIELDS, NAME, NAME_RULE } from './schema.ts'
import { readShortForm } from './short-form.ts'
import { describe } from './words.ts'

export interface ScenarioFile {
  readonly fileName: string
  /** In the order of the file; at least one. */
  readonly scenarios: readonly Scenario[]
  /** By the scenario's name, where it has a short form. */
  readonly short: ReadonlyMap<string, Scenario>
  /** The variants that the file names for all its scenarios. */
  readonly variants: readonly Variant[]
}

export type Loaded =
  | { readonly ok: true; readonly file: ScenarioFile }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] }

/** Longer files are no scenario files. */
const MOST_CHARACTERS = 2_000_000

/** Checks a whole scenario file. Never throws: whatever is wrong with the text is a mistake with a line and a column. */
export function loadScenarios(text: string, fileName: string): Loaded {
  if (text.length > MOST_CHARACTERS) {
    const message = `has more than ${MOST_CHARACTERS} characters; split it`
    return { ok: false, mistakes: [{ file: fileName, line: 1, column: 1, path: '', message }] }
  }
  const yaml = readYaml(text, fileName)
  const mistakes = collectMistakes(fileName, yaml.locate)
  const file = yaml.value === undefined ? undefined : readFile(yaml.value, fileName, mistakes)
  const found = [...yaml.mistakes, ...mistakes.inOrder()].sort((a, b) => a.line - b.line || a.column - b.column)
  return file && found.length === 0 ? { ok: true, file } : { ok: false, mistakes: found }
}

function readFile(value: unknown, fileName: string, mistakes: Mistakes): ScenarioFile | undefined {
  if (!isMapping(value)) {
    mistakes.add(
      TOP,
      `a scenario file is a mapping with version, variants and scenarios, not ${describe(value)}; 'faultline init' writes one to start from`,
    )
    return undefined
  }
  const fields = checkFields(FILE_FIELDS, value, TOP, mistakes)
  const variants = readVariants(fields.variants ?? {}, inside(TOP, 'variants'), mistakes)
  const place = inside(TOP, 'scenarios')
  const written = Object.entries(fields.scenarios ?? {})
  if (fields.scenarios && written.length === 0) mistakes.add(place, 'must name at least one scenario')
  const short = new Map<string, Scenario>()
  const scenarios = written.flatMap(([name, body]) => {
    const at = inside(place, name)
    noteName(name, at, mistakes)
    // Messages are about one scenario, whose line is given: its fields are named without it.
    const here = { keys: at.keys, shown: '' }
    const noted = mistakes.count()
    const scenario = readScenario(name, body, here, variants, mistakes)
    const sound = mistakes.count() === noted
    const quick = readShortForm({ name, body, place: here, scenario, sound }, variants, mistakes)
    if (quick) short.set(name, quick)
    return scenario ?? []
  })
  return { fileName, scenarios, short, variants: [...variants.values()] }
}

function readVariants(
  written: Readonly<Record<string, unknown>>,
  place: Place,
  mistakes: Mistakes,
): Map<string, Variant> {
  const read = new Map(
    Object.entries(written).map(([name, body]) => {
      const at = inside(place, name)
      noteName(name, at, mistakes)
      return [name, readVariant(body, at, mistakes)]
    }),
  )
  return resolveVariants(read, new Map(), mistakes)
}

function noteName(name: string, place: Place, mistakes: Mistakes): void {
  if (!NAME.test(name)) mistakes.add(place, `the name ${NAME_RULE}`, 'key')
}
