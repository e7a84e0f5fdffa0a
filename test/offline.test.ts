/** The archive for machines without a network, of a small folder: what is in it, and what its check finds. */

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { check, listWanted } from '../scripts/offline-files.mjs'
import { pack } from '../scripts/pack-offline.mjs'
import { temporaryFolder } from './support/temporary-folder.ts'

const folder = temporaryFolder('offline')
const [root, stick, place] = ['checkout', 'stick', 'place'].map((name) => path.join(folder, name)) as [
  string,
  string,
  string,
]
const unpacked = path.join(place, 'faultline')

const WANTED = [
  '.npmrc',
  'bin/faultline.js',
  'dist/.built',
  'node_modules/.faultline-set-up',
  'node_modules/a/index.js',
  'node_modules/node/bin/node',
  'package.json',
  'reports/README.md',
  'src/a.ts',
]
const UNWANTED = [
  '.faultline-set-up.lock/owner.json',
  '.git/HEAD',
  'coverage/index.html',
  'dist/.next/a.js',
  'node_modules/.cache/compiled/x',
  'node_modules/.scratch.mjs',
  'offline-sums.txt',
  'reports/calm/run/result.json',
  'src/.DS_Store',
]

beforeEach(() => {
  for (const each of [root, stick, place]) {
    rmSync(each, { recursive: true, force: true })
    mkdirSync(each)
  }
  for (const file of [...UNWANTED, ...WANTED].reverse()) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
    writeFileSync(path.join(root, file), file === 'package.json' ? '{ "version": "1.2.3" }' : `this is ${file}\n`)
  }
  mkdirSync(path.join(root, 'node_modules/.bin'))
  symlinkSync('../a/index.js', path.join(root, 'node_modules/.bin/a'))
  execFileSync('chmod', ['755', path.join(root, 'node_modules/node/bin/node')])
})

afterEach(() => vi.unstubAllEnvs())

async function packAndUnpack(options: { gzip?: boolean } = {}): Promise<string> {
  const { archive } = await pack(root, { outDir: stick, ...options })
  execFileSync('tar', ['-xf', archive, '-C', place])
  return archive
}

const contentsOf = (archive: string) =>
  execFileSync('tar', ['-tf', archive], { encoding: 'utf8' }).trimEnd().split('\n')

describe('the archive', () => {
  it('holds what a run needs, in the order of names, and no runs, caches or history', async () => {
    const { archive, files, bytes } = await pack(root, { outDir: stick })
    const expected = [...WANTED, 'node_modules/.bin/a', 'offline-sums.txt', 'offline.json']
    expect(contentsOf(archive)).toEqual(expected.sort().map((file) => `faultline/${file}`))
    expect([files, bytes]).toEqual([expected.length, statSync(archive).size])
  })

  it('takes the history along where it is asked for', () => {
    expect(listWanted(root, { git: true }).files).toEqual([...WANTED, '.git/HEAD'].sort())
  })

  it('is named after version and kind of machine, with its sum beside it, and nothing else', async () => {
    const { archive } = await pack(root, { outDir: stick })
    const name = `faultline-1.2.3-${process.platform}-${process.arch}.tar`
    expect(readdirSync(stick).sort()).toEqual([name, `${name}.sha256`])
    expect(archive).toBe(path.join(stick, name))
    const sum = createHash('sha256').update(readFileSync(archive)).digest('hex')
    expect(readFileSync(`${archive}.sha256`, 'utf8')).toBe(`${sum}  ${name}\n`)
  })

  it.each([false, true])('unpacks to the same files, links and rights (packed by gzip: %s)', async (gzip) => {
    expect(await packAndUnpack({ gzip })).toMatch(gzip ? /\.tar\.gz$/ : /\.tar$/)
    for (const file of WANTED) {
      expect(readFileSync(path.join(unpacked, file))).toEqual(readFileSync(path.join(root, file)))
    }
    expect(readlinkSync(path.join(unpacked, 'node_modules/.bin/a'))).toBe('../a/index.js')
    expect(statSync(path.join(unpacked, 'node_modules/node/bin/node')).mode & 0o777).toBe(0o755)
  })

  it('leaves nothing where it cannot be written', async () => {
    writeFileSync(path.join(stick, 'file'), '')
    await expect(pack(root, { outDir: path.join(stick, 'file') })).rejects.toThrow(/EEXIST|ENOTDIR/)
    rmSync(path.join(stick, 'file'))
    vi.stubEnv('PATH', stick)
    await expect(pack(root, { outDir: stick })).rejects.toThrow('cannot run tar')
    expect(readdirSync(stick)).toEqual([])
  })
})

describe('the check of an unpacked folder', () => {
  it('is content with what was packed, and with what a run adds', async () => {
    await packAndUnpack()
    writeFileSync(path.join(unpacked, 'reports', 'more'), '')
    expect(await check(unpacked)).toEqual({ faults: [], files: WANTED.length })
  })

  it('names what is damaged, and what is missing', async () => {
    await packAndUnpack()
    writeFileSync(path.join(unpacked, 'src/a.ts'), 'this is src/a.tz\n')
    rmSync(path.join(unpacked, 'node_modules/node/bin/node'))
    const { faults } = await check(unpacked)
    expect(faults).toEqual(['node_modules/node/bin/node: missing', 'src/a.ts: changed or damaged'])
  })

  it('names the kind of machine that it was packed for', async () => {
    await packAndUnpack()
    const kind = { schemaVersion: 1, version: '1.2.3', platform: 'sunos', arch: 'mips', libc: null }
    writeFileSync(path.join(unpacked, 'offline.json'), JSON.stringify(kind))
    const { faults } = await check(unpacked)
    expect(faults).toEqual([expect.stringMatching(/^it is for sunos mips, and this machine is \w+/)])
  })

  it('tells a folder that was never packed', async () => {
    expect((await check(place)).faults).toEqual(['offline-sums.txt is missing: this is no unpacked archive'])
  })
})
