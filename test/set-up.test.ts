/** The set-up scripts, in folders of their own: the lock, the installation's staleness, the build. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { build, isBuilt } from '../scripts/build.mjs'
import { isInstalled } from '../scripts/install.mjs'
import { withLock } from '../scripts/lock.mjs'

const SCRIPTS = path.join(import.meta.dirname, '..', 'scripts')
const PROCESS_TIMEOUT_MS = 60_000
let root = ''

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'faultline-set-up-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const at = (...parts: string[]) => path.join(root, ...parts)
const quiet = () => undefined

function write(file: string, content: string): void {
  mkdirSync(path.dirname(at(file)), { recursive: true })
  writeFileSync(at(file), content)
}

async function runNode(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk) => (out += chunk))
  child.stderr.on('data', (chunk) => (err += chunk))
  const [code] = await once(child, 'close')
  return { code, out, err }
}

/** A process id that was somebody's and is nobody's. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' })
  await once(child, 'close')
  return child.pid as number
}

describe('the lock', () => {
  const lock = () => at('lock')
  const heldBy = (...pids: number[]) => write('lock/owner.json', JSON.stringify({ pids, host: hostname() }))

  it('lets one process in at a time, also when its owner was killed', { timeout: PROCESS_TIMEOUT_MS }, async () => {
    heldBy(await deadPid())
    write('count', '0')
    write(
      'worker.mjs',
      `import { readFileSync, writeFileSync } from 'node:fs'
      import { withLock } from ${JSON.stringify(path.join(SCRIPTS, 'lock.mjs'))}
      for (let round = 0; round < 10; round++) {
        await withLock(${JSON.stringify(lock())}, () => {}, async () => {
          const count = Number(readFileSync(${JSON.stringify(at('count'))}, 'utf8'))
          await new Promise((go) => setImmediate(go))
          writeFileSync(${JSON.stringify(at('count'))}, String(count + 1))
        })
      }`,
    )
    const ended = await Promise.all([1, 2, 3, 4].map(() => runNode(at('worker.mjs'))))
    expect(ended.map(({ code, err }) => [code, err])).toEqual(Array(4).fill([0, '']))
    expect(readFileSync(at('count'), 'utf8')).toBe('40')
    expect(readdirSync(root).sort()).toEqual(['count', 'worker.mjs'])
  })

  it('waits for an owner who lives, and says what to do at last', async () => {
    heldBy(process.pid)
    const said: string[] = []
    const attempt = withLock(
      lock(),
      (line) => said.push(line),
      async () => 'in',
      0,
    )
    await expect(attempt).rejects.toThrow(`(process ${process.pid}) holds ${lock()}; if it is gone, delete that folder`)
    expect(existsSync(lock())).toBe(true)
  })

  it('waits for what a killed owner has started', async () => {
    heldBy(await deadPid(), process.pid)
    await expect(withLock(lock(), quiet, async () => 'in', 0)).rejects.toThrow('holds')
  })

  it('is free again after a failure', async () => {
    await expect(withLock(lock(), quiet, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await withLock(lock(), quiet, async () => 'in')).toBe('in')
    expect(readdirSync(root)).toEqual([])
  })
})

describe('the installation', () => {
  const packages = { '': { dependencies: { a: '^1.0.0' } }, 'node_modules/a': { version: '1.2.0' } }

  function checkout(installed: unknown, asked: object = { dependencies: { a: '^1.0.0' } }): void {
    write('package.json', JSON.stringify(asked))
    write(
      'package-lock.json',
      JSON.stringify({ packages: { ...packages, 'node_modules/b': { version: '1.0.0', optional: true } } }),
    )
    write('node_modules/.package-lock.json', JSON.stringify({ packages: installed }))
    write('node_modules/a/package.json', '{}')
  }

  it('is adopted when somebody else made it, and needs no second look', () => {
    checkout(packages)
    expect(isInstalled(root)).toBe(true)
    rmSync(at('node_modules/.package-lock.json'))
    expect(isInstalled(root)).toBe(true)
  })

  it('is stale when the lock file asks for something else', () => {
    checkout(packages)
    expect(isInstalled(root)).toBe(true)
    write('package-lock.json', JSON.stringify({ packages: { ...packages, 'node_modules/a': { version: '1.3.0' } } }))
    expect(isInstalled(root)).toBe(false)
  })

  it('is stale when a package is missing, of another version, or asked for beyond the lock file', () => {
    checkout({})
    expect(isInstalled(root)).toBe(false)
    checkout({ 'node_modules/a': { version: '1.1.0' } })
    expect(isInstalled(root)).toBe(false)
    checkout(packages, { dependencies: { a: '^1.0.0', c: '^1.0.0' } })
    expect(isInstalled(root)).toBe(false)
    checkout(packages)
    rmSync(at('node_modules/a'), { recursive: true })
    expect(isInstalled(root)).toBe(false)
  })

  it('is stale when nothing was installed', () => {
    checkout(packages)
    rmSync(at('node_modules'), { recursive: true })
    expect(isInstalled(root)).toBe(false)
  })
})

describe('the build', { timeout: PROCESS_TIMEOUT_MS }, () => {
  beforeEach(() => {
    symlinkSync(path.join(SCRIPTS, '..', 'node_modules'), at('node_modules'))
    write('package.json', '{ "type": "module" }')
    write('tsconfig.json', readFileSync(path.join(SCRIPTS, '..', 'tsconfig.json'), 'utf8'))
    write('scripts/bundle.mjs', readFileSync(path.join(SCRIPTS, 'bundle.mjs'), 'utf8'))
    for (const name of ['child', 'variant-worker', 'trial-worker']) {
      write(`src/scenarios/${name}.ts`, "import { b } from '../b.ts'\nexport const shared: number = b\n")
    }
    write('src/cli/a.ts', "import { b } from '../b.ts'\nexport const a: number = b\n")
    write('src/b.ts', 'export const b: number = 1\n')
    write('src/b.test.ts', 'export const wrong: number = true\n')
  })

  it('follows the sources: changed, added and deleted', async () => {
    expect(isBuilt(root)).toBe(false)
    await build(root, quiet, quiet)
    expect(isBuilt(root)).toBe(true)
    expect(readFileSync(at('dist/cli/a.js'), 'utf8')).toContain("from '../b.js'")
    const unchanged = statSync(at('dist/cli/a.js')).mtimeMs

    write('src/b.ts', 'export const b: number = 2\n')
    write('src/c.ts', 'export const c: number = 3\n')
    expect(isBuilt(root)).toBe(false)
    await build(root, quiet, quiet)
    expect(readFileSync(at('dist/b.js'), 'utf8')).toContain('b = 2')
    // What child processes and worker threads load is there a second time, in few pieces.
    for (const entry of ['child/child', 'thread/variant-worker', 'thread/trial-worker']) {
      expect(readFileSync(at(`dist/scenarios/${path.basename(entry)}.js`), 'utf8')).toBe(`import '../${entry}.js'\n`)
      const folder = at(`dist/${path.dirname(entry)}`)
      const pieces = readdirSync(folder).map((file) => readFileSync(path.join(folder, file), 'utf8'))
      expect(pieces.join('')).toContain('= 2')
    }
    expect(statSync(at('dist/cli/a.js')).mtimeMs).toBe(unchanged)

    rmSync(at('src/c.ts'))
    await build(root, quiet, quiet)
    expect(readdirSync(at('dist')).sort()).toEqual(['.built', 'b.js', 'child', 'cli', 'scenarios', 'thread'])
    write('src/b.test.ts', '')
    expect(isBuilt(root)).toBe(true)
  })

  it('keeps the last good build when the sources do not compile', async () => {
    await build(root, quiet, quiet)
    write('src/b.ts', "export const b: number = 'two'\n")
    const script = `import { build } from ${JSON.stringify(path.join(SCRIPTS, 'build.mjs'))}
      await build(${JSON.stringify(root)}, () => {}, () => {}).catch((error) => console.error(error.message))`
    const { err } = await runNode('--input-type=module', '--eval', script)
    expect(err).toMatch(/^src\/b.ts\(1,14\).*\nthe sources do not compile; the lines above say where\n$/)
    expect(readFileSync(at('dist/b.js'), 'utf8')).toContain('b = 1')
    expect(isBuilt(root)).toBe(false)
  })
})

describe('the count of tests', () => {
  const count = (report: unknown) => {
    write('report.json', JSON.stringify(report))
    return runNode(path.join(SCRIPTS, 'count-tests.mjs'), at('report.json'))
  }

  it("is the reporter's, a file that did not load being a failure", async () => {
    const good = { status: 'passed', assertionResults: [{}] }
    const unloaded = { status: 'failed', assertionResults: [] }
    const report = { numPassedTests: 7, numFailedTests: 2, testResults: [good, unloaded] }
    expect((await count(report)).out).toBe('7 passed, 3 failed\n')
  })

  it('is a failure where the tests never ended', async () => {
    expect(await runNode(path.join(SCRIPTS, 'count-tests.mjs'), at('none.json'))).toMatchObject({
      code: 1,
      out: '0 passed, 1 failed\n',
    })
  })
})
