/** Every key: this one table is what is done at a key, what the help line says, and what `?` explains. */

/** What somebody wants. */
export type Action =
  | { readonly act: 'gremlin' | 'policy'; readonly nth: number }
  | { readonly act: 'strength'; readonly step: 1 | -1 }
  | { readonly act: 'workflow' | 'traffic' | 'restart' | 'save' | 'details' | 'help' | 'back' | 'end' }

/** One key, as the terminal told it: a character, or one of those that have none. */
export interface Press {
  readonly input: string
  readonly upArrow?: boolean
  readonly downArrow?: boolean
  readonly tab?: boolean
  readonly escape?: boolean
  readonly ctrl?: boolean
  readonly meta?: boolean
}

export interface KeyRow {
  /** As it is written on the screen. */
  readonly keys: string
  /** In the help line. */
  readonly short: string
  /** Where the help line has too little room those with higher ranks go first. */
  readonly rank: number
  readonly explains: string
  /** Letters that it takes, so that no policy has them. */
  readonly letters: string
  actionOf(press: Press): Action | undefined
}

function onLetters(letters: string, act: Exclude<Action, { nth: number } | { step: number }>['act']) {
  return { letters, actionOf: ({ input }: Press) => (letters.includes(input) && input !== '' ? { act } : undefined) }
}

export const KEYS: readonly KeyRow[] = [
  {
    keys: '1-9',
    short: 'gremlin',
    rank: 2,
    explains: 'holds that gremlin back, or lets it loose, and chooses it',
    letters: '',
    actionOf: ({ input }) => (/^[1-9]$/.test(input) ? { act: 'gremlin', nth: Number(input) - 1 } : undefined),
  },
  {
    keys: '+-',
    short: 'chance',
    rank: 4,
    explains: 'steps the chance of the chosen gremlin (also = _ and arrows)',
    letters: '',
    actionOf: ({ input, upArrow, downArrow }) => {
      if (input === '+' || input === '=' || upArrow) return { act: 'strength', step: 1 }
      return input === '-' || input === '_' || downArrow ? { act: 'strength', step: -1 } : undefined
    },
  },
  {
    keys: 'a-z',
    short: 'policy',
    rank: 3,
    explains: 'takes that policy out, or puts it back',
    letters: '',
    actionOf: ({ input }) => {
      const nth = input === '' ? -1 : policyLetters().indexOf(input)
      return nth >= 0 ? { act: 'policy', nth } : undefined
    },
  },
  {
    keys: 'w',
    short: 'workflow',
    rank: 8,
    explains: 'next workflow, for new orders',
    ...onLetters('w', 'workflow'),
  },
  {
    keys: 'space',
    short: 'pause',
    rank: 5,
    explains: 'nobody comes any more, or buyers come again',
    ...onLetters(' ', 'traffic'),
  },
  {
    keys: 'r',
    short: 'restart',
    rank: 9,
    explains: 'from the beginning, with the same seed',
    ...onLetters('r', 'restart'),
  },
  {
    keys: 's',
    short: 'save',
    rank: 7,
    explains: 'what happened so far as a scenario file that does it again',
    ...onLetters('s', 'save'),
  },
  {
    keys: 'v',
    short: 'view',
    rank: 6,
    explains: 'what happened, or breakers and calls, where both do not fit (also Tab)',
    letters: 'v',
    actionOf: ({ input, tab }) => (input === 'v' || tab ? { act: 'details' } : undefined),
  },
  { keys: '?', short: 'help', rank: 1, explains: 'this page, and back (also Esc)', ...onLetters('?', 'help') },
  {
    keys: 'q',
    short: 'end',
    rank: 0,
    explains: 'ends the run in good order; once more: does not wait (also Ctrl-C)',
    letters: 'q',
    actionOf: ({ input, ctrl }) => (input === 'q' || (ctrl && input === 'c') ? { act: 'end' } : undefined),
  },
]

/** The letters of policies, in their order; later policies have none. */
function policyLetters(): string {
  const taken = KEYS.map(({ letters }) => letters).join('')
  return [...'abcdefghijklmnopqrstuvwxyz'].filter((letter) => !taken.includes(letter)).join('')
}

/** The key of the nth gremlin; a space: it has none. */
export function gremlinKey(nth: number): string {
  return nth < 9 ? String(nth + 1) : ' '
}

/** The key of the nth policy; a space: it has none. */
export function policyKey(nth: number): string {
  return policyLetters()[nth] ?? ' '
}

/** Undefined: a key without a meaning. */
export function actionOf(press: Press): Action | undefined {
  if (press.escape) return { act: 'back' }
  if (press.meta) return undefined
  const rows = press.ctrl ? KEYS.filter(({ keys }) => keys === 'q') : KEYS
  for (const row of rows) {
    const action = row.actionOf(press)
    if (action && !(press.ctrl && press.input !== 'c')) return action
  }
  return undefined
}
