/** What a page says of the versions and the machine, from an `environment.json` that nobody has checked. */

const MOST_CHARACTERS = 120

/** A text or a number at a path of names; undefined where there is none. */
function at(document: unknown, ...path: readonly string[]): string | undefined {
  let found = document
  for (const name of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined
    found = (found as Record<string, unknown>)[name]
  }
  return typeof found === 'string' || typeof found === 'number' ? String(found).slice(0, MOST_CHARACTERS) : undefined
}

/** Rows of names and values; what the document lacks is left out. */
export function environmentFacts(document: unknown): (readonly [string, string])[] {
  const joined = (parts: readonly (readonly [string, string | undefined])[]) =>
    parts.flatMap(([name, value]) => (value === undefined ? [] : `${name}${value}`)).join(', ')
  const rows = [
    ['began', at(document, 'startedAt') ?? ''],
    [
      'versions',
      joined([
        ['Faultline ', at(document, 'faultline')],
        ['Node ', at(document, 'versions', 'node')],
        ['SQLite ', at(document, 'versions', 'sqlite')],
      ]),
    ],
    [
      'machine',
      joined([
        ['', at(document, 'machine', 'platform')],
        ['', at(document, 'machine', 'arch')],
        ['', at(document, 'machine', 'model')],
        ['cores: ', at(document, 'machine', 'cores')],
      ]),
    ],
  ] as const
  const known = rows.filter(([, value]) => value !== '')
  return known.length > 0 ? known : [['versions and machine', 'not known: there was no environment.json']]
}
