/** Words for the shell's completion; the script that asks for them is printed by `faultline completion`. */

import type { CommandLine } from './command.ts'
import { REPORTER_WORDS } from './reporters.ts'
import { openScenarioFile } from './scenario-file.ts'

/** What the script of yargs puts in front of the words typed so far. */
export const COMPLETION_REQUEST = '--get-yargs-completions'

/** Commands that tell of a run: they take its variants, and no scenario. */
const OF_A_RUN = ['order', 'report', 'rejections', 'replay', 'compare']

interface Known {
  readonly commands: readonly Pick<CommandLine<never>, 'command' | 'options' | 'alone'>[]
  readonly otherCommands: readonly string[]
  readonly otherOptions: readonly string[]
}

/**
 * The words that may stand where the last one of `typed` is being typed. Scenario and variant names come from the scenario file;
 * nothing comes from one that has mistakes, since the shell is no place for a complaint.
 *
 * @param typed may begin with the program's own name, as bash and zsh have it
 */
export async function completeWords(typed: readonly string[], known: Known, cwd: string): Promise<string[]> {
  const words = typed[0]?.endsWith('faultline') ? typed.slice(1) : typed
  const current = words.at(-1) ?? ''
  const before = words.slice(0, -1)
  const fitting = (all: readonly string[]) => all.filter((word) => word.startsWith(current))
  const nameOf = ({ command }: { command: string }) => command.split(' ')[0] ?? ''
  const chosen = known.commands.find((command) => nameOf(command) === before[0])
  if (before.length === 0) return fitting([...known.commands.map(nameOf), ...known.otherCommands])
  const options = [...Object.keys(chosen?.options ?? {}), ...known.otherOptions].map((name) => `--${name}`)
  if (current.startsWith('-')) return fitting(options)
  if (!chosen || !['run', 'dashboard', 'up', 'explore', 'show', ...OF_A_RUN].includes(before[0] ?? '')) return []
  if (before.at(-1) === '--reporter') return fitting(REPORTER_WORDS)
  const file = valueAfter('--file', before)
  try {
    const { scenarios, short } = await openScenarioFile(cwd, file)
    const variants = new Set(scenarios.flatMap((scenario) => scenario.variants.map(({ name }) => name)))
    if (['--variant', '--versus', '--reference'].includes(before.at(-1) ?? '')) return fitting([...variants])
    if (before[0] === 'order' || wantsValue(before.at(-1) ?? '', chosen)) return []
    const names = scenarios.map(({ name }) => name)
    return fitting(before.includes('--short') ? names.filter((name) => short.has(name)) : names)
  } catch {
    return []
  }
}

/** Whether the next word belongs to this option, as it does not where the option is a yes or no, or stands alone. */
function wantsValue(word: string, { options, alone = {} }: Known['commands'][number]): boolean {
  const name = word.slice(2)
  if (Object.hasOwn(alone, name)) return false
  return word.startsWith('--') && Object.hasOwn(options, name) && options[name]?.type !== 'boolean'
}

function valueAfter(option: string, words: readonly string[]): string | undefined {
  const at = words.lastIndexOf(option)
  return at < 0 ? undefined : words[at + 1]
}
