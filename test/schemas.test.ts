/** What runs leave keeps to the published schemas, and the schemas let nothing else pass. */

import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { OPERATIONS } from '../src/core/call.ts'
import type { Switch } from '../src/core/change.ts'
import { BREAKER_STATES } from '../src/core/dependency.ts'
import { POLICY_WORDS } from '../src/core/event.ts'
import { INVARIANTS } from '../src/core/invariant.ts'
import { POINTS } from '../src/core/point.ts'
import { PURCHASE_CLASSES, REQUEST_KINDS } from '../src/core/purchase.ts'
import { VERDICTS } from '../src/core/result.ts'
import { JOURNAL_FOLDER } from '../src/core/run-folder.ts'
import { CLAIM_ROLES, MARK_KINDS } from '../src/core/story.ts'
import { EDGES, SERVICES } from '../src/core/topology.ts'
import { runScenario } from '../src/scenarios/run.ts'
import { changedResult } from './support/example-changes.ts'
import { emptyResult, exampleResult } from './support/example-result.ts'
import { exampleOutcomes, exampleStories } from './support/example-stories.ts'
import { checkAgainst, readSchema, schemaNames } from './support/schemas.ts'
import { shippedScenario } from './support/shipped-scenarios.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

/** Votes, decisions and crashes; breakers, fallbacks and windows. */
const SCENARIOS = ['coordinator-crash', 'payment-gateway']
const ORDERS = 120
const PATIENCE_MS = 240_000
/** As somebody made them by hand, in the first of the scenarios. */
const BY_HAND: readonly Switch[] = [
  { atMs: 500, traffic: 'off' },
  { atMs: 700, traffic: 'on' },
  { atMs: 900, gremlin: shippedScenario(SCENARIOS[0] ?? '').gremlins[0]?.name ?? '', on: true, probability: 0.1 },
  { atMs: 1_100, workflow: { workflow: 'saga', options: {} } },
  { atMs: 1_300, policy: 'retry', edge: null, on: false },
]
const outDir = temporaryFolder('schemas')
const folders: string[] = []

beforeAll(async () => {
  for (const name of SCENARIOS) {
    const scenario = shippedScenario(name)
    const { folder } = await runScenario({
      scenario: { ...scenario, traffic: { ...scenario.traffic, orders: ORDERS } },
      seed: 7,
      mode: 'virtual',
      outDir,
      timeoutMs: null,
      signal: new AbortController().signal,
      onProgress: () => undefined,
      ...(name === SCENARIOS[0] ? { changesOf: () => BY_HAND } : {}),
    })
    folders.push(folder)
  }
}, PATIENCE_MS)

const read = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'))

/** Every line of every journal below a run's folder. */
function journalLines(folder: string): Record<string, unknown>[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => path.basename(path.dirname(file)) === JOURNAL_FOLDER && file.endsWith('.ndjson'))
    .flatMap((file) => readFileSync(path.join(folder, file), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

describe('a run', () => {
  it('leaves no JSON file without a schema, and each keeps to its own', { timeout: PATIENCE_MS }, () => {
    for (const folder of folders) {
      const files = readdirSync(folder).filter((file) => file.endsWith('.json'))
      expect(files).toEqual(expect.arrayContaining(['environment.json', 'result.json']))
      for (const file of files) {
        expect(checkAgainst(`${path.basename(file, '.json')}-1`)(read(path.join(folder, file))), file).toEqual([])
      }
    }
  })

  it('says what was changed by hand, and no change has a field of another', () => {
    const check = checkAgainst('result-1')
    const found = read(path.join(folders[0] ?? '', 'result.json')) as { variants: { changes?: object[] }[] }
    expect(found.variants.map(({ changes }) => changes?.length)).toContain(BY_HAND.length)
    for (const [at, each] of BY_HAND.entries()) {
      const wrong = { ...each, ...(('on' in each && { traffic: 'on' }) || { on: true }) }
      const variants = found.variants.map((variant) => ({ ...variant, changes: BY_HAND.with(at, wrong as Switch) }))
      expect(check({ ...found, variants }), JSON.stringify(wrong)).not.toEqual([])
    }
  })

  it('says of its machine what is agreed, and no more', () => {
    const check = checkAgainst('environment-1')
    const found = read(path.join(folders[0] ?? '', 'environment.json')) as Record<string, unknown>
    expect(check({ ...found, surprise: 1 })).not.toEqual([])
    for (const key of Object.keys(found))
      expect(check(changed(found, [], (part) => delete part[key])), key).not.toEqual([])
  })

  it('leaves journals whose every line keeps to its schema', { timeout: PATIENCE_MS }, () => {
    const check = checkAgainst('journal-1')
    const types = new Set<unknown>()
    for (const line of folders.flatMap(journalLines)) {
      types.add(line.type)
      const problems = check(line)
      if (problems.length > 0) expect(problems, JSON.stringify(line)).toEqual([])
    }
    const most = ['started', 'toss', 'strike', 'received', 'committed', 'answered', 'sent', 'heard', 'policy', 'order']
    expect([...types]).toEqual(expect.arrayContaining([...most, 'workflow', 'asked', 'told', 'changed']))
  })
})

describe('the examples that reports are tried on', () => {
  it.each([
    ['result-1', exampleResult()],
    ['result-1', changedResult()],
    ['result-1', emptyResult()],
    ['stories-1', exampleStories()],
    ['outcomes-1', exampleOutcomes()],
  ])('keep to %s', (name, value) => {
    expect(checkAgainst(name)(JSON.parse(JSON.stringify(value)))).toEqual([])
  })
})

type Path = readonly (string | number)[]

/** One path to each kind of object in a value: of a list the first element that is one. */
function objectsIn(value: unknown, at: Path = []): Path[] {
  if (value === null || typeof value !== 'object') return []
  const entries = Array.isArray(value) ? [...value.entries()].slice(0, 1) : Object.entries(value)
  const below = entries.flatMap(([key, part]) => objectsIn(part, [...at, key]))
  return Array.isArray(value) ? below : [at, ...below]
}

function changed(value: unknown, at: Path, change: (part: Record<string, unknown>) => void): unknown {
  const copy = structuredClone(value)
  const part = at.reduce((whole, key) => (whole as Record<string | number, unknown>)[key], copy)
  change(part as Record<string, unknown>)
  return copy
}

/** Objects that have what whoever wrote a policy or a gremlin likes. */
const OPEN = /(?:^|\.)options$/

describe.each([
  ['result-1', changedResult()],
  ['stories-1', exampleStories()],
  ['outcomes-1', exampleOutcomes(4)],
])('%s', (name, example) => {
  const value: unknown = JSON.parse(JSON.stringify(example))
  const check = checkAgainst(name)

  it('names the version that the file says', () => {
    expect(readSchema(name).properties?.schemaVersion?.const).toBe(example.schemaVersion)
    expect(check({ ...(value as object), schemaVersion: example.schemaVersion + 1 })).not.toEqual([])
  })

  it('refuses a field that it does not know, wherever it stands', () => {
    const places = objectsIn(value)
    expect(places.length).toBeGreaterThan(2)
    const passed = places
      .filter((at) => check(changed(value, at, (part) => Object.assign(part, { surprise: 'x' }))).length === 0)
      .map((at) => at.join('.'))
    expect(passed.filter((at) => !OPEN.test(at))).toEqual([])
  })

  it('refuses a file that lacks a field, or has one of another type', () => {
    for (const key of Object.keys(value as object)) {
      expect(check(changed(value, [], (part) => delete part[key])), `without ${key}`).not.toEqual([])
      expect(check({ ...(value as object), [key]: () => 0 }), key).not.toEqual([])
    }
  })
})

describe('journal-1', () => {
  const check = checkAgainst('journal-1')
  const stamp = { atMs: 1_800_000_000_000.25, node: 'payment', incarnation: 1 }
  const about = { purchase: 'p-1', effect: 'charge' }
  const line = { ...stamp, type: 'received', ...about, operation: 'do', attempt: 1, key: null }

  it.each([
    { ...stamp, type: 'stopped' },
    { ...stamp, type: 'changed', what: 'workflow', detail: 'new orders go by saga' },
    { ...stamp, type: 'background', name: 'outbox', state: 'failed', detail: 'reset' },
    { ...stamp, node: 'traffic', type: 'left', ...about, attempt: 2 },
    { ...stamp, type: 'policy', ...about, policy: 'retry', edge: 'door', what: 'retry', detail: '', amount: 12.5 },
    line,
  ])('knows $type', (known) => expect(check(known)).toEqual([]))

  it.each([
    ['an event that nobody writes', { ...line, type: 'guessed' }],
    ['a field that the event has not', { ...line, surprise: 1 }],
    ['a field of another event', { ...line, status: 200 }],
    ['a service that there is not', { ...line, node: 'shipping' }],
    ['an operation that there is not', { ...line, operation: 'redo' }],
    ['no event', { ...stamp, ...about }],
  ])('refuses %s', (_, refused) => expect(check(refused)).not.toEqual([]))

  it('refuses a line that lacks a field', () => {
    for (const key of Object.keys(line))
      expect(check(changed(line, [], (part) => delete part[key])), key).not.toEqual([])
  })
})

describe('names', () => {
  it.each<[string, string, readonly string[]]>([
    ['result-1', 'verdict', VERDICTS],
    ['result-1', 'invariant', INVARIANTS],
    ['result-1', 'service', SERVICES],
    ['result-1', 'edge', EDGES],
    ['result-1', 'operation', OPERATIONS],
    ['result-1', 'point', POINTS],
    ['result-1', 'requestKind', REQUEST_KINDS],
    ['stories-1', 'invariant', INVARIANTS],
    ['stories-1', 'service', SERVICES],
    ['outcomes-1', 'invariant', INVARIANTS],
    ['outcomes-1', 'requestKind', REQUEST_KINDS],
    ['journal-1', 'service', SERVICES],
    ['journal-1', 'operation', OPERATIONS],
    ['journal-1', 'point', POINTS],
    ['journal-1', 'place', [...EDGES, 'door']],
  ])('%s knows every %s, and no other', (name, definition, known) => {
    expect(readSchema(name).$defs?.[definition]?.enum).toEqual(known)
  })

  it.each<[string, readonly string[]]>([
    ['result-1', BREAKER_STATES],
    ['stories-1', CLAIM_ROLES],
    ['stories-1', MARK_KINDS],
    ['outcomes-1', PURCHASE_CLASSES],
    ['journal-1', Object.keys(POLICY_WORDS)],
  ])('%s knows %j', (name, known) => {
    expect(JSON.stringify(readSchema(name))).toContain(`"enum":${JSON.stringify(known)}`)
  })

  it('are those of the files', () => {
    for (const name of schemaNames()) expect(readSchema(name).$id).toBe(`urn:faultline:schema:${name}`)
    expect(schemaNames()).toEqual(expect.arrayContaining(['environment-1', 'journal-1', 'outcomes-1', 'result-1']))
  })
})
