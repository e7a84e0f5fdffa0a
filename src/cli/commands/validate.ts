import type { CommandLine } from '../command.ts'
import { EXIT_CODES } from '../exit-codes.ts'
import { readScenarioFile } from '../scenario-file.ts'

interface Arguments {
  readonly file?: string
  readonly json: boolean
}

export const validate: CommandLine<Arguments> = {
  command: 'validate [file]',
  about: 'Check a scenario file and name every mistake with its line and column',
  positionals: { file: { describe: 'Scenario file (default: scenarios.yaml)', type: 'string' } },
  options: { json: { describe: 'Print JSON', type: 'boolean', default: false } },
  examples: [['$0 validate my-scenarios.yaml', 'check a file of your own']],
  async run({ file, json }, io) {
    const loaded = await readScenarioFile(io.cwd, file)
    const mistakes = loaded.ok ? [] : loaded.mistakes
    if (json) io.stdout.write(`${JSON.stringify({ schemaVersion: 1, ok: loaded.ok, mistakes }, null, 2)}\n`)
    else if (loaded.ok) {
      const { fileName, scenarios, variants } = loaded.file
      io.stdout.write(`${fileName}: no mistakes (${count(scenarios, 'scenario')}, ${count(variants, 'variant')})\n`)
    } else {
      const { formatMistake } = await import('../../scenarios/file/mistakes.ts')
      for (const mistake of mistakes) io.stdout.write(`${formatMistake(mistake)}\n`)
    }
    return loaded.ok ? EXIT_CODES.pass.code : EXIT_CODES.badFile.code
  },
}

function count(things: readonly unknown[], name: string): string {
  return `${things.length} ${name}${things.length === 1 ? '' : 's'}`
}
