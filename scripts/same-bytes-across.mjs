#!/usr/bin/env node
/**
 * Runs scenarios in the virtual world, each in processes of their own under one seed, and holds what they leave against each other, byte
 * for byte. Without arguments: two processes of the project's Node, and a seed that nobody has seen before; that is what CI does.
 *
 *     node scripts/same-bytes-across.mjs [--seed=7] [--scenario=calm] [--flags=--jitless] [path of another node]...
 */

import { execFile } from 'node:child_process'
import { createHash, randomInt } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { nodeOf } from './install.mjs'

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const ENTRY = path.join(ROOT, 'test', 'support', 'run-virtually.ts')
/** Crashes and recoveries; breakers of a library, and windows. */
const SCENARIOS = ['coordinator-crash', 'payment-gateway']
const MOST_OUTPUT_BYTES = 1024 * 1024

/**
 * `signal` ends the process.
 *
 * @typedef {object} Apart
 * @property {string} scenario  a shipped one; its short form where it has one
 * @property {number} seed
 * @property {string} outDir
 * @property {string} [node]  the binary; the project's own where it is missing
 * @property {readonly string[]} [flags]  for node
 * @property {number} [workers]  threads over which the variants are spread
 * @property {AbortSignal} [signal]
 */

/**
 * Runs a scenario in a process of its own. Gives its folder.
 *
 * @param {Apart} apart
 * @returns {Promise<string>}
 */
export async function runApart({ scenario, seed, outDir, node = nodeOf(ROOT), flags = [], workers = 1, signal }) {
  const args = [
    '--disable-warning=ExperimentalWarning',
    ...flags,
    ENTRY,
    outDir,
    scenario,
    `${seed}`,
    'fast',
    'idle',
    `${workers}`,
  ]
  const { stdout } = await promisify(execFile)(node, args, { maxBuffer: MOST_OUTPUT_BYTES, signal })
  return stdout
}

const SAME_DOCUMENTS = ['result.json', 'stories.json', 'outcomes.json']

/**
 * What must be the same: result, stories, outcomes and the journals, each with the digest of its bytes. All else of a run's folder may differ.
 *
 * @param {string} run  the run's folder
 */
export function digestsOf(run) {
  const files = readdirSync(run, { recursive: true, encoding: 'utf8' })
    .filter((file) => SAME_DOCUMENTS.includes(file) || file.endsWith('.ndjson'))
    .sort()
  const digest = (/** @type {string} */ file) =>
    createHash('sha256')
      .update(readFileSync(path.join(run, file)))
      .digest('hex')
  return new Map(files.map((file) => [file, digest(file)]))
}

/**
 * Files that only one has, or that differ.
 *
 * @param {ReadonlyMap<string, string>} one
 * @param {ReadonlyMap<string, string>} other
 */
export function differing(one, other) {
  return [...new Set([...one.keys(), ...other.keys()])].filter((file) => one.get(file) !== other.get(file))
}

/** @param {readonly string[]} args */
function readArguments(args) {
  const given = (/** @type {string} */ name) =>
    args.filter((arg) => arg.startsWith(`--${name}=`)).map((arg) => arg.slice(name.length + 3))
  const [seed] = given('seed')
  const scenarios = given('scenario')
  const nodes = args
    .filter((arg) => !arg.startsWith('--'))
    .map((node) => ({ node, flags: /** @type {string[]} */ ([]) }))
  const flagged = given('flags').map((flags) => ({ node: nodeOf(ROOT), flags: flags.split(' ') }))
  const others = [...nodes, ...flagged]
  return {
    seed: seed === undefined ? randomInt(1_000_000_000) : Number(seed),
    scenarios: scenarios.length > 0 ? scenarios : SCENARIOS,
    others: others.length > 0 ? others : [{ node: nodeOf(ROOT), flags: [] }],
  }
}

/** @param {string} node @param {readonly string[]} flags */
async function nameOf(node, flags) {
  const { stdout } = await promisify(execFile)(node, ['--version'])
  return [`Node ${stdout.trim().slice(1)}`, ...flags].join(' ')
}

/** True when all have left the same. */
async function compareAll() {
  const { seed, scenarios, others } = readArguments(process.argv.slice(2))
  const folder = mkdtempSync(path.join(tmpdir(), 'faultline-same-bytes-'))
  const stop = new AbortController()
  let same = true
  try {
    for (const scenario of scenarios) {
      const all = [{ node: nodeOf(ROOT), flags: [] }, ...others]
      const runs = await Promise.all(
        all.map(({ node, flags }, index) =>
          runApart({
            scenario,
            seed,
            outDir: path.join(folder, `${index}`),
            node,
            flags,
            // The others spread it over two threads, which must not matter either.
            workers: index === 0 ? 1 : 2,
            signal: stop.signal,
          }),
        ),
      )
      const [own, ...theirs] = runs.map(digestsOf)
      if (!own || own.size < 2) throw new Error(`${scenario} left no journals`)
      for (const [index, { node, flags }] of others.entries()) {
        const files = differing(own, theirs[index] ?? new Map())
        same = same && files.length === 0
        const found = files.length === 0 ? `the same ${own.size} files` : `DIFFERENT: ${files.slice(0, 5).join(', ')}`
        process.stdout.write(
          `seed ${seed}, ${scenario}: here, and over two threads of ${await nameOf(node, flags)}: ${found}\n`,
        )
      }
    }
  } finally {
    // When one has failed the others are of no use.
    stop.abort()
    rmSync(folder, { recursive: true, force: true })
  }
  return same
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  if (!(await compareAll())) process.exitCode = 1
}
