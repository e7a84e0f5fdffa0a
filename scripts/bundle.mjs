/**
 * Puts what a child process or a worker thread loads into a few files: a run starts eight processes at once, and finding and reading
 * some 800 small files is half of what that costs. What they do is the same; functions keep their names.
 *
 *   node scripts/bundle.mjs <folder of the compiled sources>
 */

import { rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { rolldown } from 'rolldown'

const [, , compiled = ''] = process.argv
/** Libraries that every child loads lie in a file of their own; a thread loads fewer, and HTTP only over the wire. */
const LIBRARIES = { groups: [{ name: 'libraries', test: /node_modules/, includeDependenciesRecursively: false }] }
await bundleInto('child', ['child'], { codeSplitting: LIBRARIES })
await bundleInto('thread', ['variant-worker', 'trial-worker'])

/**
 * @param {string} folder beside the compiled sources
 * @param {readonly string[]} names of entries, each of which is replaced by one that loads its bundle
 */
async function bundleInto(folder, names, splitting = {}) {
  /** @param {string} name */
  const entryOf = (name) => path.join(compiled, 'scenarios', `${name}.js`)
  const bundle = await rolldown({
    input: Object.fromEntries(names.map((name) => [name, entryOf(name)])),
    platform: 'node',
    preserveEntrySignatures: 'allow-extension',
    // A library's way to get at `require` where there is none; it is asked only for what is never used here.
    checks: { eval: false },
  })
  await bundle.write({
    dir: path.join(compiled, folder),
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name].js',
    ...splitting,
  })
  await bundle.close()
  for (const name of names) {
    rmSync(entryOf(name))
    writeFileSync(entryOf(name), `import '../${folder}/${name}.js'\n`)
  }
}
