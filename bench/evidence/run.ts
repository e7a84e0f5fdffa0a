/** Runs a scenario as a user does, and gives back what it wrote. */

import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KindResult, Result, VariantResult } from '../../src/core/result.ts'

const COMMAND = new URL('../../bin/faultline.js', import.meta.url).pathname

export interface Ran {
  readonly result: Result
  readonly folder: string
  variant(name: string): VariantResult
}

/** @param flags beside the scenario's name, such as `--short` or `--file` */
export async function runScenario(name: string, flags: readonly string[]): Promise<Ran> {
  const out = mkdtempSync(join(tmpdir(), 'faultline-evidence-'))
  process.stderr.write(`running ${name} ${flags.join(' ')}\n`)
  const command = spawn(process.execPath, [COMMAND, 'run', name, '--out', out, '--quiet', ...flags], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  await new Promise((resolve) => command.once('exit', resolve))
  const folder = realpathSync(join(out, 'latest'))
  const result = JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')) as Result
  return {
    result,
    folder,
    variant(wanted) {
      const found = result.variants.find((variant) => variant.name === wanted)
      if (!found) throw new Error(`${name} has no variant ${wanted}`)
      return found
    },
  }
}

export function kindOf(variant: VariantResult, kind: KindResult['kind']): KindResult {
  const found = variant.kinds.find((each) => each.kind === kind)
  if (!found) throw new Error(`${variant.name} had no requests of the kind ${kind}`)
  return found
}
