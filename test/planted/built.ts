/** The built modules, as a child process has them; the sources know their types. */

async function load(module: string): Promise<unknown> {
  return await import(new URL(`../../dist/${module}.js`, import.meta.url).href)
}

export const { composeNode } = (await load('scenarios/compose')) as typeof import('../../src/scenarios/compose.ts')
export const { driveVariant } = (await load(
  'scenarios/drive-variant',
)) as typeof import('../../src/scenarios/drive-variant.ts')
export const { hostService } = (await load(
  'runtime/real/service-process',
)) as typeof import('../../src/runtime/real/service-process.ts')
export const { hostTraffic } = (await load(
  'runtime/real/traffic-process',
)) as typeof import('../../src/runtime/real/traffic-process.ts')
