import { describe, expect, it } from 'vitest'
import { smallScenario, VARIANTS } from '../../test/support/scenarios.ts'
import { temporaryFolder } from '../../test/support/temporary-folder.ts'
import { type Calibration, QUANTILE_POINTS } from '../core/calibration.ts'
import { ORDERS_ONLY } from '../core/purchase.ts'
import type { Scenario } from '../core/scenario.ts'
import { EDGES, SERVICES } from '../core/topology.ts'
import { describeGaps, gapsOf } from './calibration-gaps.ts'
import { runScenario } from './run.ts'

const table = QUANTILE_POINTS.map(() => 500)
const WORK = { 'request do:charge': table }
const WHOLE: Calibration = {
  kind: 'faultline-calibration',
  schemaVersion: 1,
  machine: {},
  orders: 1,
  calls: Object.fromEntries(['traffic→order', ...EDGES].map((path) => [path, table])),
  work: Object.fromEntries(SERVICES.map((service) => [service, WORK])),
  setOut: table,
  boot: table,
}
const BARE: Calibration = { ...WHOLE, calls: { 'order→payment': table }, work: {} }
const scenario = smallScenario({ variants: [VARIANTS.key] })

function without(...places: readonly string[]): Calibration {
  const kept = <T>(all: Readonly<Record<string, T>>, what: string) =>
    Object.fromEntries(Object.entries(all).filter(([name]) => !places.includes(`${what}.${name}`)))
  return { ...WHOLE, calls: kept(WHOLE.calls, 'calls'), work: kept(WHOLE.work, 'work') }
}

function mixOf(mix: Partial<Scenario['traffic']['mix']>): Scenario {
  return { ...scenario, traffic: { ...scenario.traffic, mix: { ...ORDERS_ONLY, order: 0, ...mix } } }
}

describe('what a calibration lacks', () => {
  it('is nothing where it has all', () => {
    expect(gapsOf(WHOLE, scenario)).toEqual([])
    expect(describeGaps(WHOLE, [scenario])).toBe(undefined)
  })

  it('is told in one line', () => {
    const lacking = without('calls.payment→logging', 'work.logging')
    expect(gapsOf(lacking, scenario)).toEqual(['calls.payment→logging', 'work.logging'])
    expect(describeGaps(lacking, [scenario, scenario])).toBe(
      'lacks calls.payment→logging, work.logging: such calls take the times of another path, and such work takes none',
    )
  })

  it('is work too where only answers were measured', () => {
    const answers = { ...WHOLE, work: { ...WHOLE.work, payment: { 'answer do:charge': table } } }
    expect(gapsOf(answers, scenario)).toEqual(['work.payment'])
  })

  it('depends on the requests that come', () => {
    expect(gapsOf(BARE, mixOf({ stock: 1 }))).toEqual([
      'calls.traffic→order',
      'calls.order→inventory',
      'work.order',
      'work.inventory',
    ])
    expect(gapsOf(without('calls.order→notification'), mixOf({ payment: 1 }))).toEqual([])
    expect(gapsOf(without('calls.order→notification'), mixOf({ notification: 1 }))).toHaveLength(1)
  })

  it('depends on whether participants ask after their vote', () => {
    const inDoubt = without('calls.inventory→order', 'calls.payment→order', 'calls.bank→payment')
    const voting = { ...VARIANTS.key, workflow: { workflow: '2pc', options: {} } }
    expect(gapsOf(inDoubt, scenario)).toEqual([])
    expect(gapsOf(inDoubt, { ...scenario, variants: [voting] })).toHaveLength(3)
    const letGo = { ...voting, participants: { ...voting.participants, reservationMs: 1_500 } }
    expect(gapsOf(inDoubt, { ...scenario, variants: [letGo] })).toEqual([])
  })

  it('is no rate where all pay in the currency of the shop', () => {
    const accounts = scenario.accounts.map((account) => ({ ...account, currency: scenario.baseCurrency }))
    const foreign = [{ ...scenario.accounts[0], name: 'zoe', currency: 'EUR' } as Scenario['accounts'][0]]
    const noRates = without('calls.payment→fx', 'work.fx')
    expect(gapsOf(noRates, { ...scenario, accounts })).toEqual([])
    expect(gapsOf(noRates, { ...scenario, accounts: [...accounts, ...foreign] })).toHaveLength(2)
  })
})

it('stands in the result beside the digest, and nothing stands there where nothing is lacking', async () => {
  const outDir = temporaryFolder('gaps')
  const run = (calibration: Calibration) =>
    runScenario({
      scenario,
      seed: 42,
      mode: 'virtual',
      calibration,
      outDir,
      timeoutMs: null,
      signal: new AbortController().signal,
      onProgress() {},
    })
  expect((await run(BARE)).result.calibrationLacks).toEqual(gapsOf(BARE, scenario))
  expect((await run(WHOLE)).result).not.toHaveProperty('calibrationLacks')
})
