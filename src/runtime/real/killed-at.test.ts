import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import { backAtMs, readKilledAtMs } from './killed-at.ts'

function journalOf(...lines: string[]): string {
  const folder = temporaryFolder('killed-at')
  mkdirSync(join(folder, 'journal'))
  writeFileSync(join(folder, 'journal', 'bank-2.ndjson'), lines.join('\n'))
  return folder
}

const strike = (atMs: number, fatal: boolean) =>
  JSON.stringify({ atMs, node: 'bank', type: 'strike', fatal, takes: [] })

it('says when a strike killed a life, also where the journal breaks off after it', () => {
  const folder = journalOf(strike(1_000.25, false), strike(1_700.5, true), '{"atMs":1701,"type":"recei')
  expect(readKilledAtMs(folder, 'bank', 2)).toBe(1_700.5)
})

it('says nothing of a life that died of something else, that has no journal, or whose strike was cut', () => {
  const folder = journalOf(strike(1_000, false), strike(1_500, true).slice(5), strike(1_700, true).slice(0, -1))
  expect(readKilledAtMs(folder, 'bank', 2)).toBeUndefined()
  expect(readKilledAtMs(folder, 'bank', 1)).toBeUndefined()
})

it('counts the time that a service is away from the strike, not from when its end was heard of', () => {
  expect(backAtMs(1_000, 1_012, 300)).toBe(1_300)
  expect(backAtMs(undefined, 1_012, 300)).toBe(1_312)
  expect(backAtMs(1_020, 1_012, 300)).toBe(1_312)
})
