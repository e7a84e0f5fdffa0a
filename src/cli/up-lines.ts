/** What `up` prints: where everything is, and calls to try. */

import type { Variant } from '../core/pattern.ts'
import type { Scenario } from '../core/scenario.ts'
import { plain } from '../scenarios/file/plain.ts'

export interface UpLines {
  readonly scenario: Scenario
  readonly variant: Variant
  /** Of the control API. */
  readonly address: string
  readonly token: string
  readonly ports: Readonly<Record<string, number>>
  /** Where journals and ledgers are. */
  readonly folder: string
}

export function upLines({ scenario, variant, address, token, ports, folder }: UpLines, json: boolean): string {
  const services = Object.fromEntries(
    Object.entries(ports).map(([service, port]) => [service, `http://127.0.0.1:${port}`]),
  )
  if (json) {
    const control = { address, token }
    const document = { schemaVersion: 1, scenario: scenario.name, variant: variant.name, control, services, folder }
    return `${JSON.stringify(document, null, 2)}\n`
  }
  const [product] = scenario.products
  const [account] = scenario.accounts
  const body = JSON.stringify({ product: product?.name, quantity: 1, account: account?.name })
  const [gremlin] = scenario.gremlins
  const auth = `-H 'Authorization: Bearer ${token}'`
  const lines = [
    `${scenario.name} as ${variant.name}: ready, until Ctrl-C`,
    '',
    ...Object.entries(services).map(([service, at]) => `  ${service.padEnd(14)}${at}`),
    `  ${'control'.padEnd(14)}${address}`,
    `  ${'token'.padEnd(14)}${token}`,
    `  ${'ledgers'.padEnd(14)}${folder}`,
    '',
    'An order:',
    `  curl -s ${services.order}/orders -H 'content-type: application/json' -H 'idempotency-key: mine-1' -d '${body}'`,
    'How things stand, and what happens:',
    `  curl -s ${address}/state ${auth}`,
    `  curl -sN ${address}/events ${auth}`,
    ...(gremlin
      ? [
          'A gremlin let loose for ten seconds:',
          `  curl -s -X PUT ${address}/gremlins/${encodeURIComponent(gremlin.name)} ${auth} -H 'content-type: application/json' -d '{"enabled":true,"ttlMs":10000}'`,
        ]
      : []),
    'For Prometheus:',
    `  curl -s ${address}/metrics ${auth}`,
  ]
  return `${lines.map(plain).join('\n')}\n`
}
