/** Runs in which every text, wherever it stands, would run as script, or hide and turn what follows, if it were not escaped. */

import { INVARIANTS } from '../../src/core/invariant.ts'

/** Each would set `window.hurt`, if only it ran. */
export const HARM = '<img src="x" onerror="window.hurt=1">'
const HARMS = [
  HARM,
  '</script><script>window.hurt=1</script>',
  '</style></title></textarea><svg onload="window.hurt=1">',
  `" onmouseover="window.hurt=1" ' onfocus='window.hurt=1' autofocus='`,
  '<!-- <script>',
  '${window.hurt=1}',
  '&lt;b&gt;',
  '\u001b[31m\u001b]0;owned\u0007',
  '\u2028\u2029window.hurt=1',
  '\u202egnirts\u2066\u200f',
]
const EVIL = HARMS.join(' ')

/** Words that Faultline itself writes into these files, by the keys under which they stand. */
const OWN = new Set(
  'kind class verdict role source mode expected currency baseCurrency at invariant effect service state outcome unit'.split(
    ' ',
  ),
)
const NAMES = new Set<string>(INVARIANTS)

/** The same value with something evil after each text that comes from a scenario, a service or a ledger. */
export function spoilTexts<T>(value: T): T {
  const spoil = (part: unknown, key: string): unknown => {
    if (typeof part === 'string') return OWN.has(key) || NAMES.has(part) ? part : `${part}${EVIL}`
    if (Array.isArray(part)) return part.map((each) => spoil(each, key))
    if (part === null || typeof part !== 'object') return part
    return Object.fromEntries(Object.entries(part).map(([name, each]) => [name, spoil(each, name)]))
  }
  return spoil(value, '') as T
}
