/** A run of processes once more: in processes, and in the virtual world. */

import { beforeAll, expect, it } from 'vitest'
import { openRecording, type Recording } from '../../src/scenarios/recording.ts'
import { type Replayed, type ReplayOptions, replayRun } from '../../src/scenarios/replay.ts'
import { CHILD_ENTRY, linesOf, type Run, readJournals, run, temporaryFolder, variantOf } from '../support/runs.ts'
import { gremlin, smallScenario, VARIANTS } from '../support/scenarios.ts'

const [VARIANT, ORDERS] = [VARIANTS.key.name, 40]

const scenario = smallScenario({
  traffic: { orders: ORDERS, ratePerSecond: 50 },
  gremlins: [
    // Far apart: a crash that takes another one's victim along is up to the machine.
    gremlin('crash-after-commit', 'inventory', { purchases: ['p-5', 'p-25'], attempts: [1] }),
    gremlin('dropped-answer', 'payment', { probability: 0.2, attempts: [1] }),
    gremlin('outage', 'logging', { operations: [], fromMs: 100, toMs: 250 }),
  ],
})

let recorded: Run
let recording: Recording
beforeAll(async () => {
  recorded = await run(scenario)
  const opened = await openRecording(recorded.folder, [])
  if (!opened.ok) throw new Error(opened.problem)
  recording = opened.recording
})

function crashesIn({ folder }: Pick<Run, 'folder'>): number {
  return linesOf(readJournals(folder, VARIANT), 'strike').filter(({ fatal }) => fatal).length
}

/** Who was struck, apart from when. */
function struckIn({ folder }: Pick<Run, 'folder'>): string[] {
  const strikes = linesOf(readJournals(folder, VARIANT), 'strike')
  return strikes.map(({ gremlin: name, purchase, attempt }) => `${name} ${purchase} ${attempt}`).sort()
}

async function replay(mode: NonNullable<ReplayOptions['mode']>): Promise<Replayed> {
  return replayRun(recording, {
    mode,
    outDir: temporaryFolder(),
    timeoutMs: null,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    childEntry: CHILD_ENTRY,
  })
}

it.each(['real', 'virtual'] as const)(
  'is struck at the same points in the %s world, and each crash comes once',
  async (mode) => {
    expect(crashesIn(recorded)).toBe(2)
    const { replay: document, folder, result } = await replay(mode)
    expect(result).toMatchObject({ error: null, mode })
    expect(document).toMatchObject({ mode, recorded: { mode: 'real' } })
    const [{ strikes, ends, violations, bytes } = expect.fail('no variant')] = document.variants
    expect(strikes).toMatchObject({ hit: strikes.due, missed: [], besides: 0 })
    expect(strikes.due).toBe(new Set(struckIn(recorded)).size)
    // Who is told what in time is up to the machine; what was paid and taken is not.
    expect(ends).toMatchObject({ compared: ORDERS, onlyOrders: true })
    expect(violations).toEqual([])
    expect(bytes).toBeNull()
    expect(struckIn({ folder })).toEqual(struckIn(recorded))
    // The restarted service does not meet the strike that killed it again.
    expect(variantOf(result, VARIANT).restarts).toEqual(variantOf(recorded.result, VARIANT).restarts)
    expect(crashesIn({ folder })).toBe(crashesIn(recorded))
  },
)
