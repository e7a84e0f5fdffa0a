/** bin/faultline.js, in a folder of its own with a command that tells what it was given. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const ENTRY = path.join(import.meta.dirname, '..', 'bin', 'faultline.js')
const MAIN = `export async function main(args) {
  if (args[0] === 'fail') throw new Error('a bug')
  if (args[0] === 'throw') setTimeout(() => { throw new Error('a bug') })
  if (args[0] === 'reject') Promise.reject(new Error('a bug'))
  if (args[0] === 'die') process.kill(process.pid, 'SIGKILL')
  console.log(JSON.stringify({ args, pid: process.pid }))
  if (args[0] !== 'wait') return 2
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, () => { console.log(signal); process.exit(7) })
  }
  console.log('waiting')
  await new Promise((go) => setTimeout(go, 60_000))
}`
/** Stands for the system's Node: says that it is an old one, and starts the entry. */
const OLD_NODE = `Object.defineProperty(process.versions, 'node', { value: '20.1.0' })
  await import(process.env.ENTRY)`
let root = ''

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'faultline-entry-'))
  for (const folder of ['bin', 'dist/cli', 'node_modules/node/bin'])
    mkdirSync(path.join(root, folder), { recursive: true })
  writeFileSync(path.join(root, 'package.json'), '{ "type": "module" }')
  writeFileSync(path.join(root, 'dist/cli/main.js'), MAIN)
  writeFileSync(path.join(root, 'old-node.js'), OLD_NODE)
  copyFileSync(ENTRY, path.join(root, 'bin/faultline.js'))
  symlinkSync(process.execPath, path.join(root, 'node_modules/node/bin/node'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

interface Started {
  readonly child: ChildProcess
  readonly ended: Promise<{ code: number | null; signal: string | null; out: string; err: string }>
  /** Resolves when the output holds this. */
  heard(text: string): Promise<void>
}

function start(file: 'bin/faultline.js' | 'old-node.js', ...args: string[]): Started {
  const env = { ...process.env, ENTRY: pathToFileURL(path.join(root, 'bin/faultline.js')).href }
  const child = spawn(process.execPath, [path.join(root, file), ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let [out, err] = ['', '']
  const listeners = new Set<() => void>()
  child.stdout.on('data', (chunk) => {
    out += chunk
    for (const listener of listeners) listener()
  })
  child.stderr.on('data', (chunk) => (err += chunk))
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, out, err }))
  const heard = (text: string) =>
    new Promise<void>((resolve) => {
      const listener = () => out.includes(text) && resolve()
      listeners.add(listener)
      listener()
    })
  return { child, ended, heard }
}

describe('the entry', { timeout: 60_000 }, () => {
  it.each(['bin/faultline.js', 'old-node.js'] as const)('hands over arguments and exit code (%s)', async (file) => {
    const { code, out, err } = await start(file, 'run', '--seed', '1').ended
    expect(JSON.parse(out)).toMatchObject({ args: ['run', '--seed', '1'] })
    expect([code, err]).toEqual([2, ''])
  })

  it('goes on in a second process where this Node is old', async () => {
    const { child, ended } = start('old-node.js')
    expect(JSON.parse((await ended).out).pid).not.toBe(child.pid)
  })

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('hands %s on to the second process', async (signal) => {
    const { child, ended, heard } = start('old-node.js', 'wait')
    await heard('waiting')
    child.kill(signal)
    const { code, out } = await ended
    expect([code, out.includes(signal)]).toEqual([7, true])
  })

  it('ends as the second process did', async () => {
    expect(await start('old-node.js', 'die').ended).toMatchObject({ code: null, signal: 'SIGKILL' })
  })

  it('asks the second process to end when the first was killed', async () => {
    const { child, ended, heard } = start('old-node.js', 'wait')
    await heard('waiting')
    child.kill('SIGKILL')
    // The output is closed only when the second process has ended, too.
    expect((await ended).out).toContain('SIGTERM')
  })

  it('says in one line which Node is missing', async () => {
    rmSync(path.join(root, 'node_modules'), { recursive: true })
    const { code, err } = await start('old-node.js').ended
    expect([code, err]).toEqual([
      70,
      'faultline: Node 24 or newer is needed, and this is 20.1.0; get it from https://nodejs.org\n',
    ])
  })

  it('says in one line that nothing was built', async () => {
    rmSync(path.join(root, 'dist'), { recursive: true })
    const { code, err } = await start('bin/faultline.js').ended
    expect([code, err]).toEqual([70, 'faultline: dist/ is not built; run: npm run build\n'])
  })

  it('shows where a bug was', async () => {
    const { code, err } = await start('bin/faultline.js', 'fail').ended
    expect(code).toBe(70)
    expect(err).toMatch(/faultline: Error: a bug\n {4}at main/)
  })

  it.each(['throw', 'reject'])(
    'shows where a bug was that nobody caught, and takes it for no verdict (%s)',
    async (how) => {
      const { code, err } = await start('bin/faultline.js', how).ended
      expect(code).toBe(70)
      expect(err).toMatch(/Error: a bug\n {4}at /)
    },
  )
})
