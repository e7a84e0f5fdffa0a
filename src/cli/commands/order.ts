import type { CommandLine } from '../command.ts'
import { Failure } from '../failure.ts'
import { findRun, variantsOf } from '../find-run.ts'
import { findStory, type Story } from '../read-journals.ts'
import { readStories } from '../read-stories.ts'
import { ONLY_VARIANTS, RECORDED_RUN, REPORTS_TO_READ } from '../shared-options.ts'
import { showStories } from '../show-story.ts'
import { showTimeline } from '../timeline.ts'

interface Arguments {
  readonly id: string
  readonly run: string
  readonly variant: readonly string[]
  readonly out: string
  readonly json: boolean
}

export const order: CommandLine<Arguments> = {
  command: 'order <id> [run]',
  about: "Tell one purchase's story from the journals of a run, variant by variant, and why it broke what it broke",
  positionals: {
    id: { describe: 'A purchase such as p-17, or an order such as o-17', type: 'string' },
    run: RECORDED_RUN,
  },
  options: {
    variant: ONLY_VARIANTS,
    out: REPORTS_TO_READ,
    json: { describe: "Print the journals' lines, one JSON object a line", type: 'boolean', default: false },
  },
  examples: [['$0 order p-1 latest --variant naive', 'what became of the first purchase']],
  async run({ id, run, variant, out, json }, io) {
    const folder = findRun(run, { cwd: io.cwd, out })
    const found: { name: string; story: Story }[] = []
    const missing: string[] = []
    for (const { name, journals } of variantsOf(folder, variant)) {
      const story = await findStory(journals, id)
      if (story.lines.length > 0) found.push({ name, story })
      else missing.push(story.hint)
    }
    if (found.length === 0) {
      throw new Failure('usage', `no journal in ${folder} knows '${id}'${missing[0] ? `; ${missing[0]}` : ''}`)
    }
    const stories = json ? null : await readStories(folder)
    for (const { name, story } of found) {
      if (json) for (const line of story.lines) io.stdout.write(`${JSON.stringify({ variant: name, ...line })}\n`)
      else
        io.stdout.write(
          showTimeline(name, story) +
            (stories ? showStories(stories, { variant: name, purchase: story.purchase, run }) : ''),
        )
    }
    return 0
  },
}
