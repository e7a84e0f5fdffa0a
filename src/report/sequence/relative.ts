/** Paths in which alike shapes are written alike wherever they stand: that packs better, and is shorter. */

const COMMANDS = /([A-Za-z])([^A-Za-z]*)/g
const NUMBERS = /-?\d+(?:[.]\d+)?/g
/** How many numbers a command takes at a time; the end of its line is in the last two, but of `h` and `v`. */
const TAKES: Readonly<Record<string, number>> = { m: 2, l: 2, h: 1, v: 1, a: 7, z: 0 }

/** How far a relative command goes, which may go on and on. */
function wayOf(command: string, numbers: readonly number[]): [dx: number, dy: number] {
  const takes = TAKES[command] ?? 0
  let [dx, dy] = [0, 0]
  for (let at = takes; takes > 0 && at <= numbers.length; at += takes) {
    const [before = 0, last = 0] = [numbers[at - 2], numbers[at - 1]]
    if (command !== 'v') dx += takes === 1 ? last : before
    if (command !== 'h') dy += last
  }
  return [dx, dy]
}

/**
 * @param d with a command's letter for each absolute step, whole numbers there, and no letters but `MLHVZ` and `mlhvaz`
 * @returns the same line in steps from where the one before it ended
 */
export function relativePath(d: string): string {
  let [x, y, startX, startY] = [0, 0, 0, 0]
  let path = ''
  for (const [written, letter = '', rest = ''] of d.matchAll(COMMANDS)) {
    const numbers = (rest.match(NUMBERS) ?? []).map(Number)
    const command = letter.toLowerCase()
    const absolute = letter !== command && command !== 'z'
    const from = command === 'v' ? [y] : [x, y]
    const steps = absolute ? numbers.map((number, at) => number - (from[at] ?? 0)) : numbers
    const [dx, dy] = wayOf(command, steps)
    path += absolute ? `${path === '' ? 'M' : command}${steps.join(' ').replaceAll(' -', '-')}` : written
    ;[x, y] = command === 'z' ? [startX, startY] : [x + dx, y + dy]
    if (command === 'm') [startX, startY] = [x, y]
  }
  return path
}
