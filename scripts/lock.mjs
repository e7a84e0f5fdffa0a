/** A lock that several processes respect: a folder that holds its owner's process id, moved into place in one step. */

import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const LOOK_EVERY_MS = 100
const PATIENCE_MS = 15 * 60_000
/** Removing a dead owner's lock takes a millisecond; whoever holds that right longer has died too. */
const STEAL_PATIENCE_MS = 10_000

/**
 * Runs `work` while nobody else runs theirs under the same lock. Waits for a living owner, takes over from a dead one.
 *
 * @template T
 * @param {string} lock  the folder to use
 * @param {(line: string) => void} say
 * @param {() => Promise<T>} work
 * @param {number} [patienceMs]
 * @returns {Promise<T>}
 */
export async function withLock(lock, say, work, patienceMs = PATIENCE_MS) {
  const giveUpAt = Date.now() + patienceMs
  let told = false
  while (!take(lock)) {
    const owner = readOwner(lock)
    if (owner && isDead(owner)) {
      removeDead(lock)
      continue
    }
    if (Date.now() > giveUpAt) {
      throw new Error(
        `another set-up${owner ? ` (process ${owner.pid})` : ''} holds ${lock}; if it is gone, delete that folder`,
      )
    }
    if (!told) say(`waiting for another set-up${owner ? ` (process ${owner.pid})` : ''}`)
    told = true
    await sleep(LOOK_EVERY_MS)
  }
  const release = () => rmSync(lock, { recursive: true, force: true })
  process.once('exit', release)
  try {
    return await work()
  } finally {
    process.removeListener('exit', release)
    release()
  }
}

/** @param {string} lock */
function take(lock) {
  const mine = mkdtempSync(`${lock}-`)
  writeFileSync(path.join(mine, 'owner.json'), JSON.stringify({ pid: process.pid, host: hostname() }))
  try {
    // A folder can replace an empty folder only, and a lock is never empty.
    renameSync(mine, lock)
    return true
  } catch (error) {
    rmSync(mine, { recursive: true, force: true })
    const code = /** @type {NodeJS.ErrnoException} */ (error).code
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'EPERM') return false
    throw error
  }
}

/**
 * @param {string} lock
 * @returns {{ pid: number, host: string } | undefined} nothing when the lock went away meanwhile
 */
function readOwner(lock) {
  try {
    return JSON.parse(readFileSync(path.join(lock, 'owner.json'), 'utf8'))
  } catch {
    return undefined
  }
}

/** @param {{ pid: number, host: string }} owner */
function isDead(owner) {
  // A process of another machine or container cannot be seen from here.
  if (owner.host !== hostname()) return false
  try {
    process.kill(owner.pid, 0)
    return false
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'ESRCH'
  }
}

/**
 * Two waiters may both find the owner dead. Only one may remove the lock, or the second would remove the first one's new lock.
 *
 * @param {string} lock
 */
function removeDead(lock) {
  const right = `${lock}.steal`
  try {
    mkdirSync(right)
  } catch {
    removeOld(right)
    return
  }
  try {
    const owner = readOwner(lock)
    if (owner && isDead(owner)) rmSync(lock, { recursive: true, force: true })
  } finally {
    rmSync(right, { recursive: true, force: true })
  }
}

/** @param {string} folder */
function removeOld(folder) {
  try {
    if (Date.now() - statSync(folder).mtimeMs > STEAL_PATIENCE_MS) rmdirSync(folder)
  } catch {
    // Gone already: that was the aim.
  }
}
