import type { CommandLine } from '../command.ts'
import { openScenarioFile, pickScenario } from '../scenario-file.ts'

interface Arguments {
  readonly scenario: string
  readonly file?: string
  readonly json: boolean
}

export const show: CommandLine<Arguments> = {
  command: 'show <scenario>',
  about: 'Show what a scenario does: traffic, gremlins, variants and what is expected of them',
  positionals: { scenario: { describe: 'Name of the scenario', type: 'string' } },
  options: {
    file: { describe: 'Scenario file (default: scenarios.yaml)', type: 'string', requiresArg: true },
    json: { describe: 'Print JSON', type: 'boolean', default: false },
  },
  examples: [['$0 show one-lost-answer', 'the first scenario to show to a class']],
  async run({ scenario, file, json }, io) {
    const found = pickScenario(await openScenarioFile(io.cwd, file), scenario)
    const { showScenario } = await import('../../scenarios/file/show.ts')
    io.stdout.write(json ? `${JSON.stringify(found, null, 2)}\n` : showScenario(found))
    return 0
  },
}
