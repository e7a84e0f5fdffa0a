/** Before the end-to-end tests: dist/ is what the sources say. */

import { execFileSync } from 'node:child_process'

export function setup(): void {
  execFileSync(process.execPath, ['scripts/set-up.mjs'], { stdio: 'inherit' })
}
