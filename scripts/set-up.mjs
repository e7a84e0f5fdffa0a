/**
 * Makes a checkout ready: installs what is missing, finds Node 24, builds dist/. Plain JavaScript without dependencies,
 * since it runs before anything is installed and on an older Node (18 or newer). Says what it does on stderr, and nothing
 * when there is nothing to do.
 *
 *   node scripts/set-up.mjs                      set up
 *   node scripts/set-up.mjs vitest run …         set up, then run a command under Node 24 with node_modules/.bin on its PATH
 *
 * The second form is what npm scripts use: a `pretest` script would be skipped with --ignore-scripts, and in
 * `set-up && vitest` the shell would still remember the old Node.
 */

import { realpathSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, isBuilt } from './build.mjs'
import { install, isInstalled } from './install.mjs'
import { withLock } from './lock.mjs'
import { runCommand, SetUpError } from './process.mjs'

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)))

/** @param {string} line */
function say(line) {
  process.stderr.write(`faultline set-up: ${line}\n`)
}

/** Sets up the checkout. Throws a `SetUpError`, whose message is one clear line. */
export async function setUp() {
  if (isInstalled(ROOT) && isBuilt(ROOT)) return
  // Looked at again inside: whoever held the lock before may have done it all.
  await withLock(path.join(ROOT, '.faultline-set-up.lock'), say, async (started) => {
    if (!isInstalled(ROOT)) await install(ROOT, say, started)
    if (!isBuilt(ROOT)) await build(ROOT, say, started)
  })
}

/** @param {readonly string[]} command */
async function setUpAndRun(command) {
  try {
    await setUp()
  } catch (error) {
    say(error instanceof Error ? error.message : String(error))
    process.exitCode = error instanceof SetUpError ? error.exitCode : 1
    return
  }
  const [name, ...rest] = command
  if (name === undefined) return
  const bin = path.join(ROOT, 'node_modules', '.bin')
  const ended = await runCommand(name, rest, {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, PATH: bin + path.delimiter + (process.env.PATH ?? '') },
  })
  if (ended.error) say(`cannot run ${name}: ${ended.error.message}`)
  process.exitCode = ended.code
}

const invoked = process.argv[1]
if (invoked && realpathSync(invoked) === realpathSync(fileURLToPath(import.meta.url))) {
  void setUpAndRun(process.argv.slice(2))
}
