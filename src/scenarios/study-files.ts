/** What a study over several seeds needs of the files: how orders ended, and a folder of its own beside those of its runs. */

import { join } from 'node:path'
import type { OrderEnds } from '../core/order-ends.ts'
import { SHORT_FLAG, variantFolder } from '../core/run-folder.ts'
import { readOrderEnds } from '../runtime/real/order-ends.ts'
import { makeStudyFolder } from '../runtime/real/run-folder.ts'

/**
 * @param folder of the run
 * @throws when the files cannot be read
 */
export function orderEndsOf(folder: string, variant: string): OrderEnds {
  return readOrderEnds(join(folder, variantFolder(variant)))
}

export interface StudyPlace {
  readonly outDir: string
  readonly scenario: string
  readonly seeds: { readonly first: number; readonly last: number }
  readonly flags: readonly string[]
}

/** Makes the folder and gives its path. Throws when the disk refuses. */
export function openStudyFolder({ outDir, scenario, seeds, flags }: StudyPlace): string {
  return makeStudyFolder(outDir, scenario, seeds, flags.includes(SHORT_FLAG))
}
