/** Installs the packages of package-lock.json when they are missing or others, and checks that a Node 24 is among them. */

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { runStep, SetUpError } from './process.mjs'

const NODE_MAJOR = 24

/** @param {string} root */
const markerOf = (root) => path.join(root, 'node_modules', '.faultline-set-up')
/** @param {string} root */
const hiddenLockOf = (root) => path.join(root, 'node_modules', '.package-lock.json')

/**
 * The Node that runs everything: the one among the packages, or this one where it is new enough.
 *
 * @param {string} root
 */
export function nodeOf(root) {
  const bundled = path.join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  return !existsSync(bundled) && Number.parseInt(process.versions.node, 10) >= NODE_MAJOR ? process.execPath : bundled
}

/**
 * Changes when what is to be installed changes, or when the folder was carried to another kind of machine.
 *
 * @param {string} root
 */
function fingerprint(root) {
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}\0`)
  for (const file of ['package.json', 'package-lock.json'])
    hash.update(readFileSync(path.join(root, file))).update('\0')
  return hash.digest('hex')
}

/**
 * Takes a few milliseconds when nothing is to do. Adopts what somebody installed with npm, if it is what the lock file asks for.
 *
 * @param {string} root
 */
export function isInstalled(root) {
  const wanted = fingerprint(root)
  if (readOr(markerOf(root), '') === wanted) return existsSync(nodeOf(root))
  if (!agreesWithLock(root) || faultOfNode(root)) return false
  writeFileSync(markerOf(root), wanted)
  return true
}

/**
 * `npm ci`, development packages and Node's install script included whatever the environment says.
 *
 * @param {string} root
 * @param {(line: string) => void} say
 * @param {(pid: number) => void} started
 */
export async function install(root, say, started) {
  say(existsSync(markerOf(root)) ? 'the packages have changed: installing them again' : 'installing the packages')
  // Without these a half-done installation is never mistaken for a finished one.
  for (const file of [markerOf(root), hiddenLockOf(root)]) rmSync(file, { force: true })
  const npm = npmCommand()
  const flags = ['--include=dev', '--include=optional', '--ignore-scripts=false', '--no-engine-strict']
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error']
  const complain = (/** @type {number} */ code) => `npm ci failed with exit code ${code}; npm's own lines above say why`
  await runStep(root, npm.command, [...npm.args, 'ci', ...flags, ...quiet], started, complain)
  const fault = faultOfNode(root)
  if (fault) throw new SetUpError(fault)
  writeFileSync(markerOf(root), fingerprint(root))
}

/** The npm that runs us, or the one on the PATH. Another package manager knows nothing of package-lock.json. */
function npmCommand() {
  const running = process.env.npm_execpath
  if (running && path.basename(running) === 'npm-cli.js' && existsSync(running)) {
    return { command: process.execPath, args: [running] }
  }
  return { command: 'npm', args: [] }
}

/**
 * Whether package.json, package-lock.json and npm's record of what it installed agree. Optional packages may be of another platform.
 *
 * @param {string} root
 */
function agreesWithLock(root) {
  const installed = parseOr(readOr(hiddenLockOf(root), ''))?.packages
  if (!installed) return false
  const wanted = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages
  const asked = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
  for (const kind of ['dependencies', 'devDependencies']) {
    if (!isDeepStrictEqual(asked[kind], wanted[''][kind])) return false
  }
  return Object.keys(wanted).every((name) => {
    if (name === '') return true
    const { version, optional, devOptional } = wanted[name]
    if (!installed[name]) return Boolean(optional || devOptional)
    return installed[name].version === version && existsSync(path.join(root, name, 'package.json'))
  })
}

/**
 * What is wrong with the Node that is to run everything, in one line; nothing when all is well.
 *
 * @param {string} root
 */
function faultOfNode(root) {
  const node = nodeOf(root)
  const otherwise = `install Node ${NODE_MAJOR} or newer from https://nodejs.org and try again`
  if (!existsSync(node)) {
    return `${node} is missing: npm did not run the install script of the package "node"; allow it, or ${otherwise}`
  }
  const answer = spawnSync(node, ['--version'], { encoding: 'utf8' })
  if (answer.error || answer.status !== 0) {
    const why = answer.error ? answer.error.message : (answer.stderr.trim().split('\n')[0] ?? '')
    return `${node} does not run on this machine (${why}); ${otherwise}`
  }
  const found = answer.stdout.trim()
  if (Number.parseInt(found.slice(1), 10) < NODE_MAJOR) return `${node} is ${found}; ${otherwise}`
  return undefined
}

/**
 * @param {string} file
 * @param {string} otherwise
 */
export function readOr(file, otherwise) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return otherwise
  }
}

/** @param {string} text */
function parseOr(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
