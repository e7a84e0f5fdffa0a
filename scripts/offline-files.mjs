/** What goes into the archive for machines without a network, and whether an unpacked one is still what was packed. */

import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'

/** In the format of sha256sum, so that it can be checked without Node as well. */
export const SUMS = 'offline-sums.txt'
/** For which machines it is. */
export const KIND = 'offline.json'
/** Made anew where it is needed, or nobody else's business. Paths below the checkout. */
const LEFT_OUT = new Set(['coverage', 'dist/.next', SUMS, KIND])
/** Of what tools keep in node_modules under hidden names, only these are part of the installation. */
const INSTALLED = new Set(['node_modules/.bin', 'node_modules/.package-lock.json', 'node_modules/.faultline-set-up'])

/**
 * @param {string} file  relative, with slashes
 * @param {boolean} git
 */
function isWanted(file, git) {
  if (LEFT_OUT.has(file) || /(^|\/)\.DS_Store$|\.tsbuildinfo$|^\.faultline-set-up\.lock/.test(file)) return false
  if (file === '.git') return git
  if (/^node_modules\/\.[^/]+$/.test(file)) return INSTALLED.has(file)
  return !file.startsWith('reports/') || file === 'reports/README.md'
}

/**
 * Files and links, in an order that depends on their names only.
 *
 * @param {string} root
 * @param {{ git?: boolean }} [options]
 * @returns {{ files: string[], links: string[] }}  relative, with slashes
 */
export function listWanted(root, { git = false } = {}) {
  /** @type {{ files: string[], links: string[] }} */
  const found = { files: [], links: [] }
  /** @param {string} below */
  const walk = (below) => {
    for (const entry of readdirSync(path.join(root, below), { withFileTypes: true })) {
      const file = below === '' ? entry.name : `${below}/${entry.name}`
      if (!isWanted(file, git)) continue
      if (entry.isDirectory()) walk(file)
      else if (entry.isSymbolicLink()) found.links.push(file)
      else if (entry.isFile()) found.files.push(file)
    }
  }
  walk('')
  found.files.sort()
  found.links.sort()
  return found
}

/** @param {string} file */
export async function sumOf(file) {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file, { highWaterMark: 2 ** 20 }), hash)
  return hash.digest('hex')
}

/** Packages with machine code are made for one of two C libraries on Linux. */
function libcOf() {
  if (process.platform !== 'linux') return null
  const { header } = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (process.report.getReport())
  return header.glibcVersionRuntime ? 'glibc' : 'musl'
}

export const kindOfMachine = () => ({ platform: process.platform, arch: process.arch, libc: libcOf() })

/**
 * What is wrong with a folder that was unpacked, line by line: damaged, missing, for another kind of machine. Files that were added
 * are none of it.
 *
 * @param {string} root
 * @returns {Promise<{ faults: string[], files: number }>}
 */
export async function check(root) {
  if (!existsSync(path.join(root, SUMS)))
    return { faults: [`${SUMS} is missing: this is no unpacked archive`], files: 0 }
  const kind = JSON.parse(readFileSync(path.join(root, KIND), 'utf8'))
  const here = kindOfMachine()
  const name = (/** @type {{ platform: string, arch: string, libc: string | null }} */ each) =>
    [each.platform, each.arch, each.libc].filter(Boolean).join(' ')
  const faults = name(kind) === name(here) ? [] : [`it is for ${name(kind)}, and this machine is ${name(here)}`]
  const lines = readFileSync(path.join(root, SUMS), 'utf8').split('\n').filter(Boolean)
  for (const line of lines) {
    const [wanted, file] = [line.slice(0, 64), line.slice(66)]
    const at = path.join(root, file)
    if (!existsSync(at)) faults.push(`${file}: missing`)
    else if ((await sumOf(at)) !== wanted) faults.push(`${file}: changed or damaged`)
  }
  return { faults, files: lines.length }
}
