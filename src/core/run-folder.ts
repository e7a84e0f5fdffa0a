/** Where things are in a run's folder; written by the runner, read by the command line and the report. */

/** Folder of a variant inside a run folder: its name, with anything that a file system may dislike replaced by `-`. */
export function variantFolder(name: string): string {
  return name.replace(/[^a-z0-9+._-]/g, '-')
}

/** Below a variant's folder: `<node>-<incarnation>.ndjson`, one file for each incarnation. */
export const JOURNAL_FOLDER = 'journal'
export const RESULT_FILE = 'result.json'
/** Why violations came about: see `story.ts`. */
export const STORIES_FILE = 'stories.json'
/** How each purchase ended under each variant: see `outcomes.ts`. */
export const OUTCOMES_FILE = 'outcomes.json'
/** What a calibrated run took its times from. */
export const CALIBRATION_FILE = 'calibration.json'
export const ENVIRONMENT_FILE = 'environment.json'

/** Among a result's flags: it was the scenario's short form that ran. */
export const SHORT_FLAG = '--short'
