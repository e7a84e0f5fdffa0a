import { plain } from '../../scenarios/file/plain.ts'
import type { CommandLine } from '../command.ts'
import { openScenarioFile } from '../scenario-file.ts'
import { SCENARIO_FILE } from '../shared-options.ts'

interface Arguments {
  readonly file?: string
  readonly json: boolean
}

export const list: CommandLine<Arguments> = {
  command: 'list',
  about: 'List the scenarios of the file',
  positionals: {},
  options: {
    file: SCENARIO_FILE,
    json: { describe: 'Print JSON', type: 'boolean', default: false },
  },
  examples: [['$0 list', 'names and titles']],
  async run({ file, json }, io) {
    const { scenarios, short } = await openScenarioFile(io.cwd, file)
    const rows = scenarios.map(({ name, title, variants }) => ({
      name,
      title,
      variants: variants.map((each) => each.name),
      short: short.has(name),
    }))
    if (json) io.stdout.write(`${JSON.stringify({ schemaVersion: 1, scenarios: rows }, null, 2)}\n`)
    else {
      const width = Math.max(...rows.map(({ name }) => name.length))
      for (const { name, title, short: also } of rows) {
        io.stdout.write(`${plain(`${name.padEnd(width)}  ${title}${also ? ' (also --short)' : ''}`)}\n`)
      }
    }
    return 0
  },
}
