import { createHash } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { makeEvidenceFolder } from '../../test/support/evidence-folder.ts'
import { expecting, gremlin, smallScenario, VARIANTS } from '../../test/support/scenarios.ts'
import { temporaryFolder } from '../../test/support/temporary-folder.ts'
import type { Variant } from '../core/pattern.ts'
import { SERVICES } from '../core/topology.ts'
import type { Driven } from '../runtime/real/laboratory.ts'
import { auditVariant } from './audit-variant.ts'

/** The digest of a ledger without a line. */
const NOTHING = createHash('sha256').digest('hex')

const DRIVEN: Driven = {
  arrived: 1,
  scheduleErrorMs: { p50: null, p90: null, p99: null, max: null },
  arrivalWindowMs: 1_000,
  startedAtMs: 0,
  endedAtMs: 1_000,
  interrupted: false,
  quietAfterMs: 10,
  restarts: {},
  unexplainedDeaths: {},
  published: Object.fromEntries(SERVICES.map((service) => [service, NOTHING])) as Driven['published'],
}

const root = temporaryFolder('control')

/** The audit of a run in which no gremlin ever struck. */
function auditOf(variant: Variant, driven: Driven = DRIVEN) {
  const folder = mkdtempSync(join(root, 'variant-'))
  makeEvidenceFolder(folder, { purchases: ['p-1'], told: [{ status: 'refused', orderId: null }] })
  const scenario = smallScenario({
    gremlins: [gremlin('latency', 'payment')],
    variants: [variant],
    // Nobody opened the accounts of these ledgers.
    expectations: { [variant.name]: expecting([], { allowed: ['books-balance'] }) },
  })
  return auditVariant({ scenario, variant, folder, driven, interrupted: null })
}

it('misses a gremlin that never struck', async () => {
  const { gremlins, reasons, summary, verdict } = await auditOf(VARIANTS.naive)
  expect(verdict).toBe('INCONCLUSIVE')
  expect(gremlins).toMatchObject([{ name: 'latency@payment', tossed: 0 }])
  expect(reasons.join(' ')).toContain('never struck')
  expect(summary).toBe('No pattern at all')
})

it('misses none in a control arm, and says that it is one', async () => {
  const { gremlins, reasons, summary, verdict } = await auditOf({ ...VARIANTS.naive, gremlins: 'none' })
  expect({ verdict, gremlins, reasons }).toEqual({ verdict: 'PASS', gremlins: [], reasons: [] })
  expect(summary).toBe('No pattern at all (control, no gremlins)')
  expect((await auditOf({ ...VARIANTS.naive, summary: '', gremlins: 'none' })).summary).toBe('Control, no gremlins.')
})

it('refuses a ledger that is not what its service published, unless it was still moving then', async () => {
  const published = { ...DRIVEN.published, bank: 'another' }
  await expect(auditOf(VARIANTS.naive, { ...DRIVEN, published })).rejects.toThrow(
    'the ledger that bank published over HTTP is not the one in its file',
  )
  expect((await auditOf(VARIANTS.naive, { ...DRIVEN, published, quietAfterMs: null })).verdict).not.toBe('PASS')
})
