/** Compiles src/ into dist/, and bundles what child processes load, when the sources differ from those of the last build. */

import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { nodeOf, readOr } from './install.mjs'
import { runStep } from './process.mjs'

/** @param {string} root */
const markerOf = (root) => path.join(root, 'dist', '.built')

/**
 * Contents, not times: a fresh clone, a checkout of another branch and an editor that keeps old times are all seen.
 *
 * @param {string} root
 */
function fingerprint(root) {
  const hash = createHash('sha256').update(readFileSync(path.join(root, 'tsconfig.json')))
  hash.update(readOr(path.join(root, 'node_modules', 'typescript', 'package.json'), ''))
  // The libraries are in the bundle, too.
  for (const file of ['package-lock.json', 'scripts/bundle.mjs']) hash.update(readOr(path.join(root, file), ''))
  const sources = listFiles(path.join(root, 'src')).filter((file) => !/\.test\.tsx?$/.test(file))
  for (const file of sources) hash.update(`\0${file}\0`).update(readFileSync(path.join(root, 'src', file)))
  return hash.digest('hex')
}

/** @param {string} root */
export function isBuilt(root) {
  const built = readOr(markerOf(root), '')
  return built !== '' && built === fingerprint(root)
}

/**
 * @param {string} root
 * @param {(line: string) => void} say
 * @param {(pid: number) => void} started
 */
export async function build(root, say, started) {
  say('building dist/')
  // Taken before the compiler reads: a file saved meanwhile makes the build stale, as it should.
  const sources = fingerprint(root)
  const dist = path.join(root, 'dist')
  const next = path.join(dist, '.next')
  rmSync(next, { recursive: true, force: true })
  const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const args = [tsc, '-p', 'tsconfig.json', '--outDir', next]
  await runStep(root, nodeOf(root), args, started, () => 'the sources do not compile; the lines above say where')
  const bundle = [path.join(root, 'scripts', 'bundle.mjs'), next]
  await runStep(root, nodeOf(root), bundle, started, () => 'what child processes load cannot be bundled; see above')
  replaceFiles(next, dist)
  writeFileSync(markerOf(root), sources)
}

/**
 * Makes `dist` equal to `next`, file by file, each in one step, and leaves equal files alone: a run that still starts
 * services from dist/ never reads half a file.
 *
 * @param {string} next
 * @param {string} dist
 */
function replaceFiles(next, dist) {
  const files = listFiles(next)
  for (const file of files) {
    const [from, to] = [path.join(next, file), path.join(dist, file)]
    if (existsSync(to) && readFileSync(to).equals(readFileSync(from))) continue
    mkdirSync(path.dirname(to), { recursive: true })
    renameSync(from, to)
  }
  rmSync(next, { recursive: true, force: true })
  const wanted = new Set(files)
  for (const file of listFiles(dist)) if (!wanted.has(file)) rmSync(path.join(dist, file))
}

/**
 * All files below a folder, in a fixed order; none when there is no such folder.
 *
 * @param {string} folder
 * @returns {string[]}
 */
function listFiles(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) =>
      entry.isDirectory()
        ? listFiles(path.join(folder, entry.name)).map((file) => path.join(entry.name, file))
        : [entry.name],
    )
    .sort()
}
