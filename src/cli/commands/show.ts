import type { CommandLine } from '../command.ts'
import { openScenarioFile, pickForm } from '../scenario-file.ts'
import { SCENARIO_FILE } from '../shared-options.ts'

interface Arguments {
  readonly scenario: string
  readonly file?: string
  readonly short: boolean
  readonly json: boolean
}

export const show: CommandLine<Arguments> = {
  command: 'show <scenario>',
  about: 'Show what a scenario does: traffic, gremlins, variants and what is expected of them',
  positionals: { scenario: { describe: 'Name of the scenario', type: 'string' } },
  options: {
    file: SCENARIO_FILE,
    short: { describe: 'Show the short form', type: 'boolean', default: false },
    json: { describe: 'Print JSON', type: 'boolean', default: false },
  },
  examples: [['$0 show one-lost-answer', 'the first scenario to show to a class']],
  async run({ scenario, file, short, json }, io) {
    const opened = await openScenarioFile(io.cwd, file)
    const found = pickForm(opened, scenario, short)
    const { showScenario } = await import('../../scenarios/file/show.ts')
    io.stdout.write(json ? `${JSON.stringify(found, null, 2)}\n` : showScenario(found))
    if (!json && !short && opened.short.has(scenario)) io.stdout.write('\nIt has a short form: --short\n')
    return 0
  },
}
