/** A child process like `src/scenarios/child.ts`, in which gremlins strike one participant's part of an order: `one-effect.ts`. */

import { composeNode, driveVariant, hostService, hostTraffic } from './built.ts'
import { spareOthers } from './one-effect.ts'

if (process.argv[2] === 'traffic') hostTraffic(driveVariant)
else hostService((setup, trafficStartMs) => spareOthers(setup.variant, composeNode(setup, trafficStartMs)))
