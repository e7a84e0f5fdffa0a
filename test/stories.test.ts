import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { classifyPurchase } from '../src/audit/classify.ts'
import { diagramOf } from '../src/audit/explain/diagram.ts'
import { explain } from '../src/audit/explain/explain.ts'
import type { Telling } from '../src/audit/explain/telling.ts'
import type { JournalLine } from '../src/core/event.ts'
import type { PurchaseFacts, Violation } from '../src/core/invariant.ts'
import type { Result } from '../src/core/result.ts'
import type { Scenario } from '../src/core/scenario.ts'
import { type Cite, MOST_DRAWN, type Story } from '../src/core/story.ts'
import { openEvidence } from '../src/runtime/real/evidence.ts'
import { runScenario } from '../src/scenarios/run.ts'
import { loadText, SHIPPED_TEXT, shippedScenario } from './support/shipped-scenarios.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

const FOLDER = temporaryFolder('stories')

/** Of one invariant of one variant. */
const MOST_TOLD = 3

/** Few variants of each, so that it stays short: together they break the promises that shipped scenarios break. */
const CHOSEN: readonly (readonly [string, readonly string[]])[] = [
  ['one-lost-answer', ['naive', 'retry', 'saga-as-taught']],
  ['coordinator-crash', ['naive', 'retry+key', '2pc-as-taught']],
  ['last-console', ['naive', '2pc-as-taught']],
  ['partition', ['naive', '2pc-as-taught', '2pc-heuristic']],
]

async function runOnce(name: string, variants: readonly string[]): Promise<readonly Telling[]> {
  const shipped = loadText(SHIPPED_TEXT).short.get(name) ?? shippedScenario(name)
  const scenario = { ...shipped, variants: shipped.variants.filter((each) => variants.includes(each.name)) }
  const { folder } = await runScenario({
    ...{ scenario, seed: 42, mode: 'virtual', network: 'fast', workers: 1, outDir: FOLDER, timeoutMs: null },
    ...{ signal: new AbortController().signal, onProgress: () => undefined },
  })
  const result = JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')) as Result
  const tellings: Telling[] = []
  for (const { name: variant, invariants } of result.variants) {
    const samples = invariants.flatMap((each) => each.samples.slice(0, MOST_TOLD))
    tellings.push(...(await tellingsOf(join(folder, variant), scenario, variant, samples)))
  }
  return tellings
}

async function tellingsOf(folder: string, scenario: Scenario, name: string, samples: readonly Violation[]) {
  const variant = scenario.variants.find((each) => each.name === name)
  if (!variant) throw new Error(`no variant ${name}`)
  const ids = new Set(samples.map(({ purchase }) => purchase))
  const facts = new Map<string, PurchaseFacts>()
  const evidence = await openEvidence(folder)
  for (const record of evidence.purchases()) {
    if (ids.has(record.id)) facts.set(record.id, { ...record, class: classifyPurchase(record.rows.order) })
  }
  evidence.close()
  const journal = readdirSync(join(folder, 'journal')).flatMap((file) => linesOf(join(folder, 'journal', file)))
  return samples.map((violation): Telling => {
    const lines = journal.filter((line) => isAbout(line, violation.purchase)).sort((a, b) => a.atMs - b.atMs)
    return { scenario, variant, violation, facts: facts.get(violation.purchase ?? '') ?? null, lines }
  })
}

function linesOf(file: string): JournalLine[] {
  const texts = readFileSync(file, 'utf8').split('\n')
  return texts.flatMap((text) => (text === '' ? [] : [JSON.parse(text) as JournalLine]))
}

function isAbout(line: JournalLine, purchase: string | undefined): boolean {
  if ('purchase' in line && line.purchase === purchase) return true
  return line.type === 'strike' && line.takes.some((call) => call.purchase === purchase)
}

/** Whether what is cited is among what was given. */
function exists(cite: Cite, { facts, lines, violation }: Telling): boolean {
  switch (cite.source) {
    case 'ledger': {
      const rows = [
        ...(facts?.rows[cite.service] ?? []),
        ...violation.rows.flatMap(({ service, entry }) => (service === cite.service ? [entry] : [])),
      ]
      return rows.some(({ seq }) => seq === cite.seq)
    }
    case 'strike': {
      const written = lines.filter((line) => line.type === 'strike')
      const known = [...(facts?.strikes ?? []), ...violation.strikes, ...written]
      return known.some((strike) => strike.gremlin === cite.gremlin && isAt(strike, cite))
    }
    case 'journal':
      return lines.some((line) => line.type === cite.type && isAt(line, cite))
    case 'buyer':
      return facts?.told.some(({ attempt }) => attempt === cite.attempt) === true
  }
}

type Place = Pick<JournalLine, 'node' | 'incarnation' | 'atMs'>
function isAt(one: Place, other: Place): boolean {
  return one.node === other.node && one.incarnation === other.incarnation && one.atMs === other.atMs
}

const citesOf = ({ proof }: Story) => proof.flatMap(({ cites }) => cites)

function expectSound(telling: Telling, { proof, diagram }: Story): void {
  for (const { role, cites, sentence } of proof) {
    for (const cite of cites) expect(exists(cite, telling), `${sentence} cites ${JSON.stringify(cite)}`).toBe(true)
    if (role !== 'therefore' && role !== 'missing') expect(cites, sentence).not.toEqual([])
  }
  if (!diagram) return
  expect(diagram.messages.length + diagram.marks.length).toBeLessThanOrEqual(MOST_DRAWN)
  for (const { from, to, arrivedMs, lost, sentMs } of diagram.messages) {
    expect(diagram.lanes).toEqual(expect.arrayContaining([from, to]))
    expect(arrivedMs === null).toBe(lost !== null)
    expect(sentMs).toBeGreaterThanOrEqual(0)
  }
  for (const { lane } of [...diagram.marks, ...diagram.absences]) expect(diagram.lanes).toContain(lane)
}

test('what shipped scenarios break has a story of what was believed, what is so, and what was missing', {
  timeout: 300_000,
}, async () => {
  const tellings: Telling[] = []
  for (const [name, variants] of CHOSEN) tellings.push(...(await runOnce(name, variants)))
  expect(new Set(tellings.map(({ violation }) => violation.invariant)).size).toBeGreaterThanOrEqual(5)
  for (const telling of tellings) {
    const story = explain(telling)
    const roles = story.proof.map(({ role }) => role)
    const about = `${telling.variant.name}: ${telling.violation.sentence}`
    for (const role of ['believed', 'fact', 'therefore', 'cause', 'missing']) expect(roles, about).toContain(role)
    expect(citesOf(story).length, about).toBeGreaterThan(0)
    expect(story.diagram?.messages.length, about).toBeGreaterThan(0)
    expectSound(telling, story)
  }

  // Whatever part of the evidence is lost, a story cites nothing but the rest.
  const parts = fc.tuple(fc.nat(tellings.length - 1), fc.infiniteStream(fc.boolean()), fc.infiniteStream(fc.boolean()))
  fc.assert(
    fc.property(parts, ([index, keepLine, keepRow]) => {
      const telling = tellings[index] as Telling
      const kept = () => keepRow.next().value === true
      const { facts } = telling
      const rows =
        facts &&
        Object.fromEntries(Object.entries(facts.rows).map(([service, entries]) => [service, entries.filter(kept)]))
      const told = facts?.told.filter(kept) ?? []
      const lines = telling.lines.filter(() => keepLine.next().value === true)
      const strikes = telling.violation.strikes.filter(kept)
      const violation = { ...telling.violation, rows: telling.violation.rows.filter(kept), strikes }
      const less = facts && { ...facts, told, strikes, rows: rows as unknown as PurchaseFacts['rows'] }
      const rest: Telling = { ...telling, violation, lines, facts: less }
      expectSound(rest, explain(rest))
      expect(diagramOf(lines, null)).toEqual(lines.length === 0 ? null : expect.anything())
    }),
    { numRuns: 300 },
  )
})
