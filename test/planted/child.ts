/**
 * A child process like `src/scenarios/child.ts`, but with a bug in one of its services: the one that is named like the variant.
 */

import path from 'node:path'
import type { LifeSetup } from '../../src/runtime/real/messages.ts'
import { BUGS, FATAL_BUGS } from './bugs.ts'
import { composeNode, driveVariant, hostService, hostTraffic } from './built.ts'
import { FORGIVEN, MUTANTS } from './mutants.ts'
import type { Bug } from './plant.ts'

const ALL: Readonly<Record<string, Bug>> = { ...BUGS, ...FATAL_BUGS, ...MUTANTS, ...FORGIVEN }
const WARM_UP = '.warm-up'

function isWarmUp({ folder }: LifeSetup): boolean {
  return folder.split(path.sep).includes(WARM_UP)
}

if (process.argv[2] === 'traffic') hostTraffic(driveVariant)
else {
  hostService((setup, trafficStartMs) => {
    const parts = composeNode(setup, trafficStartMs)
    const bug = ALL[setup.variant]
    if (bug?.in !== setup.service || (isWarmUp(setup) && !bug.inWarmUp)) return parts
    return { ...parts, service: bug.plant(parts.service) }
  })
}
