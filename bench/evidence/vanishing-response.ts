import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseDocument, type YAMLSeq } from 'yaml'
import type { InvariantName } from '../../src/core/invariant.ts'
import type { VariantResult } from '../../src/core/result.ts'
import { atLeast, atMost, type Finding } from './finding.ts'
import { kindOf, runScenario } from './run.ts'

const FILE = new URL('../../scenarios.yaml', import.meta.url)
const PROTECTED = [
  'timeout-1s',
  'timeout-1s+retry',
  'hedge',
  'breaker',
  'breaker-opossum',
  'breaker-as-taught',
  'degradation',
]
const TIMEOUT_MS = 1_000
const MUST_HOLD: readonly InvariantName[] = ['charged-at-most-once', 'deducted-at-most-once', 'no-order-lost']
/** These orders are the order service's last ones. */
const FATAL = ['p-40', 'p-70', 'p-100']

export async function vanishingResponse(flags: readonly string[]): Promise<Finding[]> {
  const run = await runScenario('vanishing-response', flags)
  const findings = PROTECTED.flatMap((name): Finding[] => {
    const variant = run.variant(name)
    return [
      atMost(`p99 until a buyer has an answer, ${name}`, variant.latencyMs.p99 ?? Number.NaN, TIMEOUT_MS + 100, ' ms'),
      atMost(`buyers without an answer, ${name}`, kindOf(variant, 'order').unanswered, 0),
    ]
  })
  const killed = await runScenario('vanishing-response', [
    '--file',
    fileWithCrashes(),
    '--variant',
    'degradation',
    ...flags,
  ])
  const deaths = killed.variant('degradation').restarts.order ?? 0
  return [
    ...findings,
    atLeast('deaths of the order service in the run in which it is killed', deaths, FATAL.length),
    ...settled(run.variant('degradation'), ''),
    ...settled(killed.variant('degradation'), ', order service killed three times'),
  ]
}

function settled({ violations, orders }: VariantResult, where: string): Finding[] {
  return [
    ...MUST_HOLD.map((name) => atMost(`violations of ${name}, degradation${where}`, violations[name], 0)),
    atMost(`orders that are neither confirmed nor failed, degradation${where}`, orders.inDoubt + orders.cancelled, 0),
  ]
}

function fileWithCrashes(): string {
  const document = parseDocument(readFileSync(FILE, 'utf8'))
  for (const at of [['gremlins'], ['short', 'gremlins']]) {
    const gremlins = document.getIn(['scenarios', 'vanishing-response', ...at]) as YAMLSeq | undefined
    gremlins?.add(document.createNode({ 'crash-after-commit': { on: 'order', purchases: FATAL, attempts: [1] } }))
  }
  const file = join(mkdtempSync(join(tmpdir(), 'faultline-evidence-')), 'killed.yaml')
  writeFileSync(file, String(document))
  return file
}
