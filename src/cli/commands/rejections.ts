import type { CommandLine } from '../command.ts'
import { Failure } from '../failure.ts'
import { findRun, type VariantJournals, variantsOf } from '../find-run.ts'
import type { Io } from '../io.ts'
import { findRefusals } from '../read-refusals.ts'
import { ONLY_VARIANTS, RECORDED_RUN, REPEATED, REPORTS_TO_READ } from '../shared-options.ts'
import { countReasons, type RefusalRow, toRow, writeCsv, writeJsonLines, writeTable } from '../show-refusals.ts'
import { ROWS_RULE, readOptions, readRows, type Typed } from '../values.ts'

interface Arguments {
  readonly run: string
  readonly variant: readonly string[]
  readonly policy: readonly string[]
  readonly limit: Typed
  readonly out: string
  readonly csv: boolean
  readonly json: boolean
}

/** A reader that is slower than the journals must not fill the memory. */
const ROWS_BETWEEN_FLUSHES = 500

export const rejections: CommandLine<Arguments> = {
  command: 'rejections [run]',
  about: 'Who was refused, when, by which policy and why, from the journals of a run',
  positionals: {
    run: RECORDED_RUN,
  },
  options: {
    variant: ONLY_VARIANTS,
    policy: {
      describe: 'Only refusals by this policy, such as breaker; may be repeated',
      ...REPEATED,
    },
    limit: { describe: 'Show only so many; all are counted', type: 'string', requiresArg: true },
    out: REPORTS_TO_READ,
    csv: { describe: 'Print comma-separated values', type: 'boolean', default: false },
    json: { describe: 'Print one JSON object a line', type: 'boolean', default: false },
  },
  examples: [
    ['$0 rejections', 'who was refused in the last run'],
    ['$0 rejections latest --policy breaker --limit 20', 'the first calls that a breaker refused'],
    ['$0 rejections latest --csv > refused.csv', 'for a spreadsheet'],
  ],
  async run(given, io) {
    const limit = readLimit(given)
    const folder = findRun(given.run, { cwd: io.cwd, out: given.out })
    const write = (text: string) => io.stdout.write(text)
    const writer = given.csv ? writeCsv(write) : given.json ? writeJsonLines(write) : writeTable(write)
    const reasons = countReasons()
    let shown = 0
    for (const variant of variantsOf(folder, given.variant)) {
      for await (const row of rowsOf(variant, given.policy)) {
        reasons.add(row)
        if (shown >= limit) continue
        shown += 1
        writer.add(row)
        if (shown % ROWS_BETWEEN_FLUSHES === 0) await io.flush()
      }
    }
    writer.end()
    const said = summary(
      reasons,
      shown,
      `${given.policy.length > 0 ? ` by ${given.policy.join(' or ')}` : ''} in ${folder}`,
    )
    summarize(io, given, said, shown)
    return 0
  },
}

function readLimit({ limit, csv, json }: Arguments): number {
  const reader = readOptions()
  const read = reader.one('limit', limit, ROWS_RULE, readRows)
  const mistakes = [...reader.mistakes, ...(csv && json ? ['--csv and --json exclude each other'] : [])]
  if (mistakes[0] !== undefined) throw new Failure('usage', mistakes[0], ...mistakes.slice(1))
  return read ?? Number.POSITIVE_INFINITY
}

async function* rowsOf({ name, journals }: VariantJournals, policies: readonly string[]): AsyncGenerator<RefusalRow> {
  const { firstLineMs, openBuyers } = await import('../read-traffic.ts')
  const buyers = await openBuyers(journals)
  try {
    const startMs = buyers.startMs ?? (await firstLineMs(journals)) ?? 0
    for await (const line of findRefusals(journals)) {
      if (policies.length > 0 && !policies.includes(line.policy)) continue
      yield toRow(line, name, startMs, buyers.accountOf(line.purchase))
    }
  } finally {
    buyers.close()
  }
}

function summary(reasons: ReturnType<typeof countReasons>, shown: number, where: string): string[] {
  const total = reasons.total()
  if (total === 0) return [`no call was refused${where}`]
  const cut = shown < total ? `, the first ${shown} shown` : ''
  return [`${total} ${total === 1 ? 'call' : 'calls'} refused${cut}:`, ...reasons.lines().map((line) => `  ${line}`)]
}

/** Under the table; beside data it would be in the way. */
function summarize(io: Io, { csv, json }: Arguments, lines: readonly string[], shown: number): void {
  const output = csv || json ? io.stderr : io.stdout
  const gap = output === io.stdout && shown > 0 ? '\n' : ''
  output.write(`${gap}${lines.join('\n')}\n`)
}
