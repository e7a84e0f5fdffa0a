/** What is recorded of the dashboard: which runs, at which moments, with which keys. */

/**
 * One thing after another: waits until all of `on` is on the screen, then presses the keys, each by itself. `only`: in windows of this
 * size.
 *
 * @typedef {object} Step
 * @property {readonly RegExp[]} on
 * @property {number} [stayMs]  so much later, for whoever reads the screen
 * @property {string} [press]
 * @property {string} [says]  what the keys do, for whoever plays the cast
 * @property {string} [only]
 */

/** In the virtual world the same happens each time; so slowly, a snapshot shows it to within 25 ms. */
const SLOWLY = ['--virtual', '--speed', '0.1']

export const SIZES = [
  { columns: 120, rows: 36 },
  { columns: 80, rows: 24 },
]

/** @param {{ columns: number, rows: number }} size */
export const nameOfSize = ({ columns, rows }) => `${columns}x${rows}`

/** Each is taken in each size, after the last of its steps. @type {{ name: string, args: string[], steps: Step[] }[]} */
export const SCREENS = [
  {
    name: 'schrodingers-warehouse',
    args: ['schrodingers-warehouse', '--variant', 'retry+key', '--versus', 'naive', ...SLOWLY],
    steps: [{ on: [/traffic 0:05/] }],
  },
  {
    name: 'prime-day',
    args: ['prime-day', '--variant', 'bulkhead+breaker', ...SLOWLY],
    steps: [
      // Where both do not fit, breakers and calls take the place of what happened.
      { on: [/traffic 0:06/], press: 'v', only: '80x24' },
      { on: [/traffic 0:07/, /✗ open/, /\d\/8\b/] },
    ],
  },
  {
    name: 'coordinator-crash',
    args: ['coordinator-crash', '--variant', '2pc', ...SLOWLY],
    steps: [{ on: [/traffic 0:03/, /↻ order +restarting/, /after-the-decision at order killed/] }],
  },
]

/** A day in the shop, by hand. @type {{ title: string, args: string[], steps: Step[] }} */
export const CAST = {
  title: 'faultline dashboard: retry+key beside naive, with gremlins and a policy switched by hand',
  args: [
    ...['schrodingers-warehouse', '--variant', 'retry+key', '--versus', 'naive', '--virtual'],
    ...['--orders', '520', '--rate', '20'],
  ],
  steps: [
    { on: [/traffic 0:04/], press: '1234', says: '1 2 3 4: the gremlins are held back, one by one' },
    { on: [/traffic 0:08/], press: '4', says: '4: answers of payment get lost again' },
    { on: [/traffic 0:10/], press: '++', says: '+ +: more of them' },
    { on: [/traffic 0:14/], press: 'b', says: 'b: retry is taken out' },
    { on: [/traffic 0:19/], press: 'b', says: 'b: retry is back' },
    { on: [/traffic 0:22/], press: '?', says: '?: what each key does' },
    { on: [/this page, and back/], stayMs: 3_000, press: '?', says: '?: back' },
    { on: [/over +[A-Z]+ +│.*over +[A-Z]+/], stayMs: 3_000 },
  ],
}

/** Of the cast. */
export const MOST_CAST_SECONDS = 60
export const MOST_CAST_BYTES = 300 * 1024
