/** `npm run bench [section…]`: every figure that README quotes. Sections: draw, restart, schedule, driver, stack, virtual, threads, scenarios, workflows, policies, profile, dashboard, memory. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { benchAllScenarios } from './all-scenarios.ts'
import { benchDashboard } from './dashboard.ts'
import { benchDraw } from './draw.ts'
import { benchDriver } from './driver.ts'
import { benchMemory } from './memory.ts'
import { benchPolicies } from './policies.ts'
import { benchProfile } from './profile.ts'
import { benchRestart } from './restart.ts'
import { benchSchedule } from './schedule.ts'
import { benchStack } from './stack.ts'
import { benchThreads } from './threads.ts'
import { benchVirtual } from './virtual.ts'
import { benchWorkflows } from './workflows.ts'

const SECTIONS: Readonly<Record<string, (folder: string) => Promise<string[]> | string[]>> = {
  draw: benchDraw,
  restart: benchRestart,
  schedule: benchSchedule,
  driver: benchDriver,
  stack: benchStack,
  virtual: benchVirtual,
  threads: benchThreads,
  scenarios: benchAllScenarios,
  workflows: benchWorkflows,
  policies: benchPolicies,
  profile: benchProfile,
  dashboard: benchDashboard,
  memory: benchMemory,
}
/** Take eight minutes each, so only when asked for. */
const ONLY_BY_NAME = ['memory', 'dashboard']

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !Object.hasOwn(SECTIONS, name))
if (unknown.length > 0) {
  console.error(`there is no section ${unknown.join(', ')}; there are ${Object.keys(SECTIONS).join(', ')}`)
  process.exit(64)
}
const chosen = asked.length > 0 ? asked : Object.keys(SECTIONS).filter((name) => !ONLY_BY_NAME.includes(name))
for (const name of chosen) {
  const folder = mkdtempSync(join(tmpdir(), `faultline-bench-${name}-`))
  try {
    console.log(`\n${name}`)
    for (const line of (await SECTIONS[name]?.(folder)) ?? []) console.log(`  ${line}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
