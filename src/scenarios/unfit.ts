/** What cannot be run in the virtual world. */

import type { PolicySetting, Variant } from '../core/pattern.ts'
import type { Scenario } from '../core/scenario.ts'

/** One sentence for each variant that is made of something with a clock of its own. Empty: all of them can be run. */
export function findUnfit({ variants }: Pick<Scenario, 'variants'>): string[] {
  return variants.filter(usesOpossum).map(({ name }) => {
    return `The variant '${name}' has a breaker with engine: opossum, which keeps its own time: run it without --virtual.`
  })
}

function usesOpossum({ edges, door }: Variant): boolean {
  const all: readonly PolicySetting[] = [...door, ...Object.values(edges).flat()]
  return all.some(({ options }) => options.engine === 'opossum')
}
