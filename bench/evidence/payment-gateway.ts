import type { JournalLine } from '../../src/core/event.ts'
import type { GremlinSetting } from '../../src/core/gremlin.ts'
import { atMost, type Finding } from './finding.ts'
import { readJournal } from './journal.ts'
import { type Ran, runScenario } from './run.ts'

const BREAKERS = ['breaker', 'breaker-opossum', 'breaker-as-taught', 'breaker+back-off', 'breaker+health-check']
const OPEN_MS = 1_000
/** A call to the bank in this lab, generously. */
const CALL_MS = 50

interface Window {
  readonly fromMs: number
  readonly toMs: number
}

/** On the journals' clock: the strike says when the outage began. */
function outageOf(run: Ran, variant: string): Window {
  const setting = run.result.configuration.gremlins.find(({ name }) => name === 'bank-out') as GremlinSetting
  const strike = readJournal(run.folder, variant, 'bank').find(
    (line) => line.type === 'strike' && line.gremlin === 'bank-out',
  )
  if (!strike || setting.toMs === null) throw new Error(`${variant}: the bank was never out`)
  return { fromMs: strike.atMs, toMs: strike.atMs + setting.toMs - setting.fromMs }
}

const isSent = (line: JournalLine) => line.type === 'sent' && line.to === 'bank'
const isHeard = (line: JournalLine) => line.type === 'heard' && line.from === 'bank' && line.status === 200

function callsDuring(run: Ran, variant: string): number {
  const { fromMs, toMs } = outageOf(run, variant)
  return readJournal(run.folder, variant, 'payment').filter(
    (line) => isSent(line) && line.atMs >= fromMs && line.atMs < toMs,
  ).length
}

function firstSuccessAfterMs(run: Ran, variant: string): number {
  const { toMs } = outageOf(run, variant)
  const first = readJournal(run.folder, variant, 'payment').find((line) => isHeard(line) && line.atMs >= toMs)
  return first ? first.atMs - toMs : Number.POSITIVE_INFINITY
}

export async function paymentGateway(flags: readonly string[]): Promise<Finding[]> {
  const run = await runScenario('payment-gateway', flags)
  const bare = callsDuring(run, 'timeout-only')
  const interArrivalMs = 1_000 / run.result.configuration.traffic.ratePerSecond
  const findings = BREAKERS.flatMap((name): Finding[] => [
    atMost(
      `calls to the bank during its outage, ${name} over timeout-only (${bare})`,
      callsDuring(run, name) / bare,
      0.1,
    ),
  ])
  const bound = OPEN_MS + interArrivalMs + CALL_MS
  findings.push(
    atMost('first success after the bank is back, breaker', firstSuccessAfterMs(run, 'breaker'), bound, ' ms'),
  )
  const safe = run.variant('breaker+fallback')
  for (const name of ['charged-at-most-once', 'history-complete', 'books-balance', 'buyer-told-the-truth'] as const) {
    findings.push(atMost(`violations of ${name}, breaker+fallback`, safe.violations[name], 0))
  }
  return [...findings, ...staleRates(run)]
}

/** No rate older than the policy allows. */
function staleRates(run: Ran): Finding[] {
  const variant = run.result.configuration.variants.find(({ name }) => name === 'breaker+fallback')
  const policy = variant?.edges['payment→fx'].find(({ policy: name }) => name === 'fallback')
  const mostAgeMs = Number(policy?.options.mostAgeMs)
  const ages = readJournal(run.folder, 'breaker+fallback', 'payment').flatMap((line) =>
    line.type === 'policy' && line.what === 'fallback' && line.edge === 'payment→fx' ? [line.amount ?? Number.NaN] : [],
  )
  return [
    { what: 'stale rates that were used', measured: String(ages.length), demanded: 'some', met: ages.length > 0 },
    atMost('the oldest of them', Math.max(...ages), mostAgeMs, ' ms'),
  ]
}
