import { writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { openFolder } from '../../scenarios/folders.ts'
import type { CommandLine } from '../command.ts'
import { Failure, reasonOf } from '../failure.ts'
import { STARTER_FILE } from '../starter-file.ts'

interface Arguments {
  readonly file: string
}

export const init: CommandLine<Arguments> = {
  command: 'init [file]',
  about: 'Write a commented scenario file to start from',
  positionals: { file: { describe: 'The file to write', type: 'string', default: 'scenarios.yaml' } },
  options: {},
  examples: [['$0 init my-scenarios.yaml', 'then: faultline run --file my-scenarios.yaml']],
  async run({ file }, io) {
    const path = resolve(io.cwd, file)
    try {
      openFolder(dirname(path))
      // Refuses in one step what is there already.
      writeFileSync(path, STARTER_FILE, { flag: 'wx' })
    } catch (error) {
      const exists = (error as NodeJS.ErrnoException).code === 'EEXIST'
      throw new Failure(
        'usage',
        exists
          ? `${file} is there already and is left as it is; name another file`
          : `cannot write ${file}: ${reasonOf(error)}`,
      )
    }
    io.stderr.write(
      `wrote ${file}; check it with: faultline validate ${file}\nrun it with: faultline run --file ${file}\n`,
    )
    return 0
  },
}
