#!/usr/bin/env node
/**
 * Puts this checkout, its packages and its Node into one archive for machines without a network, and checks such a folder where it was
 * unpacked. Plain JavaScript without dependencies, for Node 18 or newer. See docs/offline.md.
 *
 *     node scripts/pack-offline.mjs --out <folder> [--gzip] [--git]    faultline-<version>-<platform>-<arch>.tar, and its sum beside it
 *     node scripts/pack-offline.mjs --check                            whether the folder that this script lies in is as it was packed
 */

import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { nodeOf } from './install.mjs'
import { check, KIND, kindOfMachine, listWanted, SUMS, sumOf } from './offline-files.mjs'
import { runStep } from './process.mjs'
import { setUp } from './set-up.mjs'

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
/** The folder that the archive unpacks to. */
const TOP = 'faultline'
const MOST_FAULTS_TOLD = 10

/** @param {string} line */
const say = (line) => process.stdout.write(`${line}\n`)

/**
 * @param {string} root  a checkout that is set up
 * @param {{ outDir: string, gzip?: boolean, git?: boolean }} options
 * @returns {Promise<{ archive: string, files: number, bytes: number }>}
 */
export async function pack(root, { outDir, gzip = false, git = false }) {
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
  const name = `${TOP}-${version}-${process.platform}-${process.arch}.tar${gzip ? '.gz' : ''}`
  const archive = path.resolve(outDir, name)
  const { files, links } = listWanted(root, { git })
  const sums = []
  for (const file of files) sums.push(`${await sumOf(path.join(root, file))}  ${file}\n`)

  const stage = mkdtempSync(path.join(tmpdir(), 'faultline-pack-'))
  try {
    const top = path.join(stage, TOP)
    mountFolders(root, top, files)
    writeFileSync(path.join(top, SUMS), sums.join(''))
    writeFileSync(
      path.join(top, KIND),
      `${JSON.stringify({ schemaVersion: 1, version, ...kindOfMachine() }, null, 2)}\n`,
    )
    const all = [...files, ...links, SUMS, KIND].sort().map((file) => `${TOP}/${file}\n`)
    const list = path.join(stage, 'list')
    writeFileSync(list, all.join(''))
    mkdirSync(outDir, { recursive: true })
    // Under its own name only when it is whole: a stick that is full leaves no half archive that looks like one.
    const part = `${archive}.part`
    try {
      const complain = (/** @type {number} */ code) => `tar failed with exit code ${code}; its lines above say why`
      const args = [gzip ? '-czf' : '-cf', part, '-C', stage, '-T', list].map(quote)
      await runStep(root, 'tar', args, () => undefined, complain)
      const sum = await sumOf(part)
      renameSync(part, archive)
      writeFileSync(`${archive}.sha256`, `${sum}  ${name}\n`)
    } finally {
      rmSync(part, { force: true })
    }
    return { archive, files: all.length, bytes: statSync(archive).size }
  } finally {
    rmSync(stage, { recursive: true, force: true })
  }
}

/** Windows starts programs by its shell here, to which a blank is the end of a word. */
const quote = (/** @type {string} */ word) => (process.platform === 'win32' ? `"${word}"` : word)

/**
 * tar takes names below `top`: folders of the checkout are there as links, which it follows on the way to a file, and files at its root
 * as copies, since it would store a link as one.
 *
 * @param {string} root
 * @param {string} top
 * @param {readonly string[]} files
 */
function mountFolders(root, top, files) {
  mkdirSync(top)
  for (const name of new Set(files.map((file) => file.split('/', 1)[0] ?? ''))) {
    const [from, to] = [path.join(root, name), path.join(top, name)]
    if (statSync(from).isDirectory()) symlinkSync(from, to, 'junction')
    else {
      copyFileSync(from, to)
      chmodSync(to, statSync(from).mode)
    }
  }
}

async function main() {
  const options = /** @type {const} */ ({
    out: { type: 'string' },
    gzip: { type: 'boolean', default: false },
    git: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
  })
  const { out, gzip, git, check: asked } = parseArgs({ options }).values
  if (asked) {
    const { faults, files } = await check(ROOT)
    for (const fault of faults.slice(0, MOST_FAULTS_TOLD)) say(fault)
    if (faults.length > MOST_FAULTS_TOLD) say(`and ${faults.length - MOST_FAULTS_TOLD} more`)
    say(
      faults.length === 0 ? `${files} files are as they were packed` : 'not as it was packed: unpack the archive again',
    )
    process.exitCode = faults.length === 0 ? 0 : 1
    return
  }
  if (out === undefined) throw new Error('--out is missing: the folder for the archive, such as a stick')
  await setUp()
  if (!existsSync(path.join(ROOT, 'node_modules', 'node', 'bin')))
    throw new Error(`${nodeOf(ROOT)} is not in node_modules`)
  const { archive, files, bytes } = await pack(ROOT, { outDir: out, gzip, git })
  say(`${archive}: ${files} files, ${Math.ceil(bytes / 1024 ** 2)} MiB`)
  say(`${archive}.sha256: its sum`)
}

const invoked = process.argv[1]
if (invoked && realpathSync(invoked) === realpathSync(fileURLToPath(import.meta.url))) {
  main().catch((error) => {
    process.stderr.write(`pack-offline: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  })
}
