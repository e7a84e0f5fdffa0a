/** The same run again, in either world: the strikes of the recorded one are forced, and what came of it is set beside it. */

import { join } from 'node:path'
import { classifyPurchase } from '../audit/classify.ts'
import { type Decision, decisionOf } from '../core/decision.ts'
import { type ByteFidelity, MOST_LISTED, REPLAY_FILE, type Replay, type ReplayedVariant } from '../core/replay.ts'
import type { Result, VariantResult } from '../core/result.ts'
import { JOURNAL_FOLDER, RESULT_FILE, variantFolder } from '../core/run-folder.ts'
import type { Scenario } from '../core/scenario.ts'
import { openRecordedEnds, type RecordedEnd } from '../runtime/real/recorded-ends.ts'
import { ownVersion, writeWhole } from '../runtime/real/run-folder.ts'
import { compareJournals } from '../runtime/real/same-bytes.ts'
import { compareEnds, compareStrikes, compareViolations, type EndOf, faithfulnessOf } from '../study/replay.ts'
import { withAdded } from './live-added.ts'
import { eachStrike, type Recording, strikesOf } from './recording.ts'
import { type RunOptions, runScenario } from './run.ts'

export type ReplayOptions = Pick<RunOptions, 'outDir' | 'timeoutMs' | 'signal' | 'onProgress' | 'childEntry'> & {
  /** Where it happens; default: where it happened. */
  readonly mode?: Result['mode']
}

export interface Replayed {
  readonly result: Result
  readonly folder: string
  readonly replay: Replay
}

/** Never rejects for what happens to the services. Rejects when a folder cannot be read or written. */
export async function replayRun(recording: Recording, options: ReplayOptions): Promise<Replayed> {
  const { folder: recorded, result: before } = recording
  const mode = options.mode ?? before.mode
  const ran = await runScenario({
    ...options,
    ...again(recording, mode),
    seed: before.seed,
    mode,
    calibration: mode === 'virtual' ? recording.calibration : undefined,
    strikesOf: (variant) => strikesOf(recorded, variant),
    changesOf: (variant) => before.variants.find(({ name }) => name === variant)?.changes ?? [],
  })
  const variants: ReplayedVariant[] = []
  for (const now of ran.result.variants) {
    const earlier = before.variants.find(({ name }) => name === now.name)
    if (earlier) variants.push(await compareVariant({ recording, earlier, now, folder: ran.folder, mode }))
  }
  const source = { what: 'run', name: recording.name, mode: before.mode, version: recording.version } as const
  return keep(ran, { recorded: source, variants, mode })
}

/** Scenario and flags; those of the run where all of it is had again in its own world, so that the result can be the same to the byte. */
function again(
  { result, variants }: Recording,
  mode: Result['mode'],
): Pick<RunOptions, 'scenario' | 'flags' | 'network'> {
  const { configuration, flags } = result
  const whole = variants.length === configuration.variants.length
  const names = variants.map(({ name }) => name)
  const wire = flags.includes(WIRE)
  return {
    scenario: whole ? configuration : only(configuration, names),
    flags: whole && mode === result.mode ? flags : flagsFor(flags, names, mode, whole),
    network: wire ? 'wire' : 'fast',
  }
}

const WIRE = '--virtual=wire'

function only(scenario: Scenario, names: readonly string[]): Scenario {
  const expectations = Object.entries(scenario.expectations).filter(([name]) => names.includes(name))
  return {
    ...scenario,
    variants: scenario.variants.filter(({ name }) => names.includes(name)),
    expectations: Object.fromEntries(expectations),
  }
}

function flagsFor(flags: readonly string[], names: readonly string[], mode: Result['mode'], whole: boolean): string[] {
  const others = flags.filter((flag) => !flag.startsWith('--virtual'))
  const world = mode === 'real' ? [] : [flags.find((flag) => flag.startsWith('--virtual')) ?? '--virtual']
  if (whole) return [...others, ...world]
  const kept = others.filter((flag, at) => flag !== '--variant' && others[at - 1] !== '--variant')
  return [...kept, ...world, ...names.flatMap((name) => ['--variant', name])]
}

interface Pairing {
  readonly recording: Recording
  readonly earlier: VariantResult
  readonly now: VariantResult
  /** Of the run as it was had again. */
  readonly folder: string
  readonly mode: Result['mode']
}

async function compareVariant({ recording, earlier, now, folder, mode }: Pairing): Promise<ReplayedVariant> {
  const { name } = now
  const { gremlins } = withAdded(recording.result.configuration, earlier.changes ?? [])
  const strikes = compareStrikes(gremlins)
  await eachStrike(folder, name, (strike) => strikes.struck(strike))
  await eachStrike(recording.folder, name, (strike) => strikes.due(strike))
  const isVirtual = mode === 'virtual' && recording.result.mode === 'virtual'
  return {
    name,
    ...(earlier.changes ? { changesMade: earlier.changes.length } : {}),
    strikes: strikes.end(),
    ends: endsBeside(join(recording.folder, variantFolder(name)), join(folder, variantFolder(name))),
    violations: compareViolations(earlier.violations, now.violations),
    verdict: { before: earlier.verdict, now: now.verdict },
    bytes: isVirtual ? await compareBytes({ recording, earlier, now, folder, mode }) : null,
  }
}

function endsBeside(before: string, now: string): ReplayedVariant['ends'] {
  const recorded = openRecordedEnds(before)
  try {
    const fresh = openRecordedEnds(now)
    try {
      return compareEnds(endsIn(recorded.all()), endsIn(fresh.all()))
    } finally {
      fresh.close()
    }
  } finally {
    recorded.close()
  }
}

function* endsIn(all: Iterable<RecordedEnd>): Generator<EndOf> {
  for (const { purchase, index, kind, rows, told } of all) {
    yield {
      purchase,
      index,
      class: kind === 'order' ? classifyPurchase(rows) : null,
      told: told?.status ?? null,
      reason: told?.reason ?? null,
    }
  }
}

/** What the virtual world must repeat: every journal, and all that the result says of the variant. */
async function compareBytes({ recording, earlier, now, folder }: Pairing): Promise<ByteFidelity> {
  const journals = (run: string) => join(run, variantFolder(now.name), JOURNAL_FOLDER)
  const { files, bytes, differing } = await compareJournals(journals(recording.folder), journals(folder))
  const [before, after] = [JSON.stringify(earlier), JSON.stringify(now)]
  const all = [...(before === after ? [] : [RESULT_FILE]), ...differing]
  return { files: files + 1, bytes: bytes + Buffer.byteLength(before), differing: all.slice(0, MOST_LISTED) }
}

export interface FileToReplay {
  /** As it was named. */
  readonly file: string
  /** With strikes of its own. */
  readonly scenario: Scenario
  readonly seed: number
}

/** A scenario that says its strikes: nothing is known of what came of them, so that only they are compared. */
export async function replayFile({ file, scenario, seed }: FileToReplay, options: ReplayOptions): Promise<Replayed> {
  const { mode = 'virtual' } = options
  const flags = ['--file', file, ...(mode === 'virtual' ? ['--virtual'] : [])]
  const ran = await runScenario({ ...options, scenario, seed, mode, flags })
  const variants: ReplayedVariant[] = []
  for (const { name, violations, verdict } of ran.result.variants) {
    const strikes = compareStrikes(scenario.gremlins)
    await eachStrike(ran.folder, name, (strike) => strikes.struck(strike))
    for (const strike of dueIn(scenario, name)) strikes.due(strike)
    variants.push({
      name,
      strikes: strikes.end(),
      ends: null,
      violations: compareViolations(undefined, violations),
      verdict: { before: null, now: verdict },
      bytes: null,
    })
  }
  return keep(ran, { recorded: { what: 'file', name: file, mode: null, version: null }, variants, mode })
}

/** A control arm meets no gremlin. */
function dueIn({ variants, strikes = [] }: Scenario, name: string): readonly Decision[] {
  return variants.find((variant) => variant.name === name)?.gremlins === 'none' ? [] : strikes.map(decisionOf)
}

function keep(
  { result, folder }: Pick<Replayed, 'result' | 'folder'>,
  found: Pick<Replay, 'recorded' | 'variants' | 'mode'>,
): Replayed {
  const { recorded, mode, variants } = found
  const { scenario, seed, error, interrupted } = result
  const document = { schemaVersion: 1, scenario, seed, recorded, mode, version: ownVersion(), variants } as const
  const wholly = error === null && interrupted === null
  const replay: Replay = { ...document, faithfulness: faithfulnessOf(document, wholly) }
  writeWhole(join(folder, REPLAY_FILE), `${JSON.stringify(replay, null, 2)}\n`)
  return { result, folder, replay }
}
