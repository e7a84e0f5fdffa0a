/** Looks at a machine, and says what is so, whether it is good, and what to do about it. */

import type { Paint } from '../report/terminal/paint.ts'
import { LEAST_WIDTH, NO_BREAK, pad, WIDEST_PROSE, wrapWhole } from '../report/terminal/terminal-text.ts'
import { plain } from '../scenarios/file/plain.ts'
import type { Check, Examined, Machine, Severity } from './doctor-machine.ts'
import { clock, cores, disk, memory, node, openFiles, ports } from './doctor-needs.ts'
import { built, charts, chromium, colors, letters, packages, proxy, terminal } from './doctor-wants.ts'
import { reasonOf } from './failure.ts'

/** In the order in which they are shown. The clock is last: it is watched while the others look. */
export const CHECKS: readonly Check[] = [
  node,
  cores,
  memory,
  ports,
  proxy,
  disk,
  openFiles,
  terminal,
  colors,
  letters,
  packages,
  built,
  charts,
  chromium,
  clock,
]

/** @param folder where reports would be written */
export async function examine(machine: Machine, folder: string, checks = CHECKS): Promise<Examined[]> {
  const others = await Promise.all(checks.filter((check) => check !== clock).map((each) => look(each, machine, folder)))
  return checks.includes(clock) ? [...others, await look(clock, machine, folder)] : others
}

async function look(check: Check, machine: Machine, folder: string): Promise<Examined> {
  try {
    return { name: check.name, ...(await check.look(machine, folder)) }
  } catch (error) {
    // One that cannot be made says so, and the others still tell.
    const says = `could not be looked at: ${reasonOf(error)}`
    return { name: check.name, severity: 'works-but', says, todo: null, measured: {} }
  }
}

export function isGoodEnough(examined: readonly Examined[]): boolean {
  return examined.every(({ severity }) => severity !== 'does-not-work')
}

const WORDS = {
  fine: ['fine', 'green'],
  'works-but': ['works, but', 'yellow'],
  'does-not-work': ['does not work', 'red'],
} as const satisfies Record<Severity, readonly [string, Parameters<Paint>[0]]>
const WORD_CELLS = Math.max(...Object.values(WORDS).map(([word]) => word.length)) + 2
const NAME_CELLS = Math.max(...CHECKS.map(({ name }) => name.length)) + 2
const INDENT = WORD_CELLS + NAME_CELLS

/** A block of lines for each check: what is so, and below it what to do. */
export function renderExamined(examined: readonly Examined[], width: number, paint: Paint): string {
  const cells = Math.min(WIDEST_PROSE, Math.max(LEAST_WIDTH + INDENT, width))
  const lines = examined.flatMap(({ name, severity, says, todo }) => {
    const [word, style] = WORDS[severity]
    const start = paint(style, pad(word, WORD_CELLS, 'left')) + pad(name, NAME_CELLS, 'left')
    const [first = '', ...more] = wrapWhole(plain(says), cells - INDENT)
    const after = todo === null ? [] : wrapWhole(`to${NO_BREAK}do: ${plain(todo)}`, cells - INDENT, 0, 2)
    return [start + first, ...[...more, ...after].map((line) => ' '.repeat(INDENT) + line)]
  })
  return `${[...lines, '', conclude(examined)].join('\n')}\n`
}

function conclude(examined: readonly Examined[]): string {
  const count = (wanted: Severity) => examined.filter(({ severity }) => severity === wanted).length
  const [broken, lacking] = [count('does-not-work'), count('works-but')]
  const things = (many: number) => (many === 1 ? '1 thing' : `${many} things`)
  const also = lacking === 0 ? '' : `; ${things(lacking)} could be better`
  if (broken === 0) return `All that a run needs works${also}.`
  return `${things(broken)} that a run needs ${broken === 1 ? 'does' : 'do'} not work${also}.`
}
