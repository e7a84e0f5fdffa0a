/**
 * Puts what a child process loads into a few files: a run starts eight of them at once, and finding and reading some 800 small files
 * is half of what that costs. What they do is the same; functions keep their names.
 *
 *   node scripts/bundle.mjs <folder of the compiled sources>
 */

import { rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { rolldown } from 'rolldown'

const [, , compiled = ''] = process.argv
const entry = path.join(compiled, 'scenarios', 'child.js')
const folder = path.join(compiled, 'child')

const bundle = await rolldown({
  input: { child: entry },
  platform: 'node',
  preserveEntrySignatures: 'allow-extension',
  // A library's way to get at `require` where there is none; it is asked only for what is never used here.
  checks: { eval: false },
})
await bundle.write({
  dir: folder,
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: '[name].js',
  codeSplitting: { groups: [{ name: 'libraries', test: /node_modules/, includeDependenciesRecursively: false }] },
})
await bundle.close()
rmSync(entry)
writeFileSync(entry, "import '../child/child.js'\n")
