import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import { readTail } from './read-tail.ts'
import { describeMachine, linkLatest, makeRunFolder, makeStudyFolder, removeFolder, writeWhole } from './run-folder.ts'

const folder = temporaryFolder('run-folder')

describe('a run’s folder', () => {
  it('is a new one each time, however fast they come', () => {
    const made = Array.from({ length: 20 }, () => makeRunFolder(join(folder, 'out'), 'calm', 7))
    expect(new Set(made).size).toBe(20)
    for (const path of made) expect(path).toMatch(/calm.[\dT-]+-seed-7(-\d+)?$/)
    expect(makeRunFolder(join(folder, 'out'), 'calm', 7, true)).toMatch(/-seed-7-short$/)
    expect(makeStudyFolder(join(folder, 'out'), 'calm', { first: 1, last: 30 })).toMatch(/calm.[\dT-]+-seeds-1\.\.30$/)
    expect(makeStudyFolder(join(folder, 'out'), 'calm', { first: 1, last: 30 }, true)).toMatch(/1\.\.30-short$/)
  })

  it('cannot be made where a file is in the way', () => {
    writeFileSync(join(folder, 'file'), '')
    expect(() => makeRunFolder(join(folder, 'file'), 'calm', 7)).toThrow()
  })

  it('is gone when it is removed, and may have been gone before', () => {
    const path = makeRunFolder(join(folder, 'out'), 'calm', 7)
    writeFileSync(join(path, 'x'), '')
    removeFolder(path)
    removeFolder(path)
    expect(existsSync(path)).toBe(false)
  })
})

describe('a file that is written whole', () => {
  it('replaces the one before', () => {
    const file = join(folder, 'result.json')
    writeWhole(file, 'one')
    writeWhole(file, new Uint8Array([0x32]))
    expect(readFileSync(file, 'utf8')).toBe('2')
  })

  it('leaves no half behind when it cannot be put in its place', () => {
    const target = join(folder, 'taken')
    mkdirSync(join(target, 'full'), { recursive: true })
    expect(() => writeWhole(target, 'text')).toThrow()
    expect(readdirSync(folder).filter((name) => name.endsWith('.half'))).toEqual([])
    expect(existsSync(join(target, 'full'))).toBe(true)
  })

  it('leaves the old one alone when the disk takes no more', () => {
    expect(() => writeWhole(join(folder, 'missing', 'result.json'), 'text')).toThrow(/ENOENT/)
    expect(existsSync(join(folder, 'missing'))).toBe(false)
  })
})

describe('the link to the latest run', () => {
  it('points at the last one', () => {
    const out = join(folder, 'linked')
    const runs = [makeRunFolder(out, 'calm', 1), makeRunFolder(out, 'calm', 2)]
    for (const run of runs) linkLatest(out, run)
    expect(realpathSync(join(out, 'latest'))).toBe(realpathSync(runs[1] ?? ''))
  })

  it('is a convenience only: something in its way is left alone', () => {
    const out = join(folder, 'blocked')
    mkdirSync(join(out, 'latest', 'mine'), { recursive: true })
    linkLatest(out, makeRunFolder(out, 'calm', 1))
    expect(existsSync(join(out, 'latest', 'mine'))).toBe(true)
  })
})

it('the machine is described with the times of the run', () => {
  const { startedAt, endedAt, machine } = describeMachine(0, 1_500)
  expect([startedAt, endedAt]).toEqual(['1970-01-01T00:00:00.000Z', '1970-01-01T00:00:01.500Z'])
  expect(machine).toMatchObject({ cores: expect.any(Number), memoryBytes: expect.any(Number) })
})

describe('the tail of a file', () => {
  it('is empty where there is none, and the whole of a short one', () => {
    expect(readTail(join(folder, 'nothing.ndjson'))).toBe('')
    writeFileSync(join(folder, 'empty'), '')
    expect(readTail(join(folder, 'empty'))).toBe('')
    writeFileSync(join(folder, 'short'), 'one\ntwo\n')
    expect(readTail(join(folder, 'short'))).toBe('one\ntwo\n')
  })

  it('is the end of a long one', () => {
    writeFileSync(join(folder, 'long'), `${'x'.repeat(1_000_000)}end`)
    const tail = readTail(join(folder, 'long'))
    expect(tail).toHaveLength(256 * 1024)
    expect(tail.endsWith('xend')).toBe(true)
  })

  it('is not to be had of something that is no file', () => {
    expect(() => readTail(folder)).toThrow()
  })
})
