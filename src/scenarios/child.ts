/** The entry of every child process: `child.js <service>` or `child.js traffic`. */

import { hostService } from '../runtime/real/service-process.ts'
import { hostTraffic } from '../runtime/real/traffic-process.ts'
import { composeNode, driveVariant } from './compose.ts'

if (process.argv[2] === 'traffic') hostTraffic(driveVariant)
else hostService(composeNode)
