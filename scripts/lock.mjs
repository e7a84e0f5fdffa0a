/** A lock that several processes respect: a folder that holds its owner's process id, moved into place in one step. */

import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { SetUpError } from './process.mjs'

const LOOK_EVERY_MS = 100
const PATIENCE_MS = 15 * 60_000
/** Removing a dead owner's lock takes a millisecond; whoever holds that right longer has died too. */
const STEAL_PATIENCE_MS = 10_000

/**
 * Runs `work` while nobody else runs theirs under the same lock. Waits for a living owner, takes over from a dead one.
 * `work` is given a function to name the process it started: where that one outlives the owner, the lock does, too.
 *
 * @template T
 * @param {string} lock  the folder to use
 * @param {(line: string) => void} say
 * @param {(started: (pid: number) => void) => Promise<T>} work
 * @param {number} [patienceMs]
 * @returns {Promise<T>}
 */
export async function withLock(lock, say, work, patienceMs = PATIENCE_MS) {
  const giveUpAt = Date.now() + patienceMs
  let told = false
  while (!take(lock)) {
    const owner = readOwner(lock)
    if (owner && isDead(owner) && removeDead(lock)) continue
    if (Date.now() > giveUpAt) {
      throw new SetUpError(`another set-up${nameOf(owner)} holds ${lock}; if it is gone, delete that folder`)
    }
    if (!told) say(`waiting for another set-up${nameOf(owner)}`)
    told = true
    await sleep(LOOK_EVERY_MS)
  }
  const release = () => discard(lock)
  process.once('exit', release)
  try {
    return await work((child) => writeOwner(lock, child))
  } finally {
    process.removeListener('exit', release)
    release()
  }
}

/** @param {{ pids: number[] } | undefined} owner */
const nameOf = (owner) => (owner ? ` (process ${owner.pids.join(' and ')})` : '')

/** @param {string} lock */
function take(lock) {
  const mine = mkdtempSync(`${lock}-`)
  writeOwner(mine)
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
 * In one step, since others read it at any time.
 *
 * @param {string} lock
 * @param {number} [child]
 */
function writeOwner(lock, child) {
  const pids = child === undefined ? [process.pid] : [process.pid, child]
  const next = path.join(lock, 'next.json')
  writeFileSync(next, JSON.stringify({ pids, host: hostname() }))
  renameSync(next, path.join(lock, 'owner.json'))
}

/**
 * @param {string} lock
 * @returns {{ pids: number[], host: string } | undefined} nothing when the lock went away meanwhile
 */
function readOwner(lock) {
  try {
    return JSON.parse(readFileSync(path.join(lock, 'owner.json'), 'utf8'))
  } catch {
    return undefined
  }
}

/** @param {{ pids: number[], host: string }} owner */
function isDead(owner) {
  // A process of another machine or container cannot be seen from here.
  return owner.host === hostname() && !owner.pids.some(isAlive)
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH'
  }
}

/**
 * Moved away before it is emptied: an empty lock could be taken by another, whose lock would then be removed.
 *
 * @param {string} lock
 */
function discard(lock) {
  const gone = `${lock}-${process.pid}-gone`
  renameSync(lock, gone)
  rmSync(gone, { recursive: true, force: true })
}

/**
 * Two waiters may both find the owner dead. Only one may remove the lock, or the second would remove the first one's new lock.
 *
 * @param {string} lock
 * @returns {boolean} whether this process removed it
 */
function removeDead(lock) {
  const right = `${lock}.steal`
  try {
    mkdirSync(right)
  } catch {
    removeOld(right)
    return false
  }
  try {
    const owner = readOwner(lock)
    if (!owner || !isDead(owner)) return false
    discard(lock)
    return true
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
