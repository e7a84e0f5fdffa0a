import { expect, it } from 'vitest'
import { environmentFacts } from './environment.ts'

const WHOLE = {
  startedAt: '2026-11-21T08:01:44.191Z',
  faultline: '0.1.0',
  versions: { node: '24.21.0', sqlite: '3.53.4' },
  machine: { platform: 'linux', arch: 'x64', model: 'a processor', cores: 2 },
}

it('names versions, machine and time', () => {
  expect(environmentFacts(WHOLE)).toEqual([
    ['began', '2026-11-21T08:01:44.191Z'],
    ['versions', 'Faultline 0.1.0, Node 24.21.0, SQLite 3.53.4'],
    ['machine', 'linux, x64, a processor, cores: 2'],
  ])
})

it('leaves out what is not there, or is something else', () => {
  expect(environmentFacts({ versions: { node: '24.21.0' }, machine: ['linux'], startedAt: {} })).toEqual([
    ['versions', 'Node 24.21.0'],
  ])
  const [[, long] = []] = environmentFacts({ startedAt: 'x'.repeat(1_000) })
  expect(long).toHaveLength(120)
})

it.each([[undefined], [null], ['text'], [[]], [{ versions: null }]])('says that %j tells nothing', (document) => {
  expect(environmentFacts(document)).toEqual([['versions and machine', 'not known: there was no environment.json']])
})
