/** The entry of every child process: `child.js <service>` or `child.js traffic`. Each loads what it is made of and no more. */

if (process.argv[2] === 'traffic') {
  const { hostTraffic } = await import('../runtime/real/traffic-process.ts')
  const { driveVariant } = await import('./drive-variant.ts')
  hostTraffic(driveVariant)
} else {
  const { hostService } = await import('../runtime/real/service-process.ts')
  const { composeNode } = await import('./compose.ts')
  hostService(composeNode)
}

export {}
