/**
 * A child process like `src/scenarios/child.ts`, but with a bug in one of its services: the one that is named like the variant.
 */

import path from 'node:path'
import type { NodeSetup } from '../../src/runtime/real/messages.ts'
import { BUGS, FATAL_BUGS } from './bugs.ts'

/** The built modules, as a child has them; the sources know their types. */
async function load(module: string): Promise<unknown> {
  return await import(new URL(`../../dist/${module}.js`, import.meta.url).href)
}

const { composeNode, driveVariant } = (await load(
  'scenarios/compose',
)) as typeof import('../../src/scenarios/compose.ts')
const { hostService } = (await load(
  'runtime/real/service-process',
)) as typeof import('../../src/runtime/real/service-process.ts')
const { hostTraffic } = (await load(
  'runtime/real/traffic-process',
)) as typeof import('../../src/runtime/real/traffic-process.ts')

function isWarmUp({ folder }: NodeSetup): boolean {
  return folder.split(path.sep).includes('warm-up')
}

if (process.argv[2] === 'traffic') hostTraffic(driveVariant)
else {
  hostService((setup, trafficStartMs) => {
    const parts = composeNode(setup, trafficStartMs)
    const bug = BUGS[setup.variant] ?? FATAL_BUGS[setup.variant]
    if (bug?.in !== setup.service || (isWarmUp(setup) && !bug.inWarmUp)) return parts
    return { ...parts, service: bug.plant(parts.service) }
  })
}
