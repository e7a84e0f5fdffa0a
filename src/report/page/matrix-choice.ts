/** Which rows of the matrix a reader asked for, as plain JavaScript: it runs in the page, and in tests. */

/**
 * `readMatrix(data)`: the cells of `MatrixData` (matrix-data.ts) as objects. `chooseRows(matrix, wish)`: the places of the rows that
 * are wished for, sorted. `readWish(hash)` and `writeWish(wish)`: a wish as it stands in a link.
 */
export const MATRIX_CHOICE = `
const CALM = { show: 'all', invariant: '', variant: '', text: '', sort: 'order' }
const SHOWS = ['all', 'differing', 'broken']
const SORTS = ['order', 'difference', 'latency']

function readMatrix(data) {
  const looks = data.looks.map(([outcome, broken, strikes, stories]) => ({
    outcome: data.outcomes[outcome], broken, strikes, stories, ending: outcome + ':' + broken.join(),
  }))
  const rows = data.rows.map(([purchase, intendedMs, what, ...rest]) => {
    const cells = data.variants.map((_, at) => {
      const look = looks[rest[2 * at]]
      return look === undefined ? null : { ...look, latencyMs: rest[2 * at + 1] }
    })
    const endings = new Set(cells.map((cell) => (cell === null ? '' : cell.ending)))
    const broken = cells.filter((cell) => cell !== null && cell.broken.length > 0).length
    return { purchase, intendedMs, what: data.whats[what], cells, broken, differs: endings.size > 1 || broken > 0, score: 100 * endings.size + broken }
  })
  return { ...data, rows }
}

function slowest(cells) {
  return Math.max(-1, ...cells.map((cell) => (cell === null || cell.latencyMs === null ? -1 : cell.latencyMs)))
}

function chooseRows(matrix, wish) {
  const column = matrix.variants.indexOf(wish.variant)
  const invariant = matrix.invariants.indexOf(wish.invariant)
  const text = wish.text.trim().toLowerCase()
  const looked = (row) => (column < 0 ? row.cells : [row.cells[column]]).filter((cell) => cell !== null)
  const standsOut = (row) =>
    column < 0
      ? row.differs
      : looked(row).some((own) => own.broken.length > 0 || row.cells.some((cell) => cell === null || cell.ending !== own.ending))
  const chosen = []
  matrix.rows.forEach((row, at) => {
    if (text !== '' && !row.purchase.toLowerCase().includes(text)) return
    const cells = looked(row)
    if (column >= 0 && cells.length === 0) return
    if (invariant >= 0 && !cells.some((cell) => cell.broken.includes(invariant))) return
    if (wish.show === 'broken' && !cells.some((cell) => cell.broken.length > 0)) return
    if (wish.show === 'differing' && !standsOut(row)) return
    chosen.push(at)
  })
  const by = { difference: (at) => matrix.rows[at].score, latency: (at) => slowest(looked(matrix.rows[at])) }[wish.sort]
  return by === undefined ? chosen : chosen.map((at) => [by(at), at]).sort((a, b) => b[0] - a[0] || a[1] - b[1]).map(([, at]) => at)
}

function readWish(hash) {
  const given = new URLSearchParams(hash)
  const wish = { ...CALM }
  for (const name of Object.keys(CALM)) if (given.has(name)) wish[name] = given.get(name)
  if (!SHOWS.includes(wish.show)) wish.show = CALM.show
  if (!SORTS.includes(wish.sort)) wish.sort = CALM.sort
  return wish
}

function writeWish(wish) {
  const told = Object.keys(CALM).filter((name) => wish[name] !== CALM[name]).map((name) => [name, wish[name]])
  return new URLSearchParams(told).toString()
}

const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

function msFigure(ms) {
  return Math.abs(ms) < 9.95 ? ms.toFixed(1) : WHOLE.format(ms)
}

function msText(ms) {
  return msFigure(ms) + ' ms'
}

function counted(count, one) {
  return WHOLE.format(count) + ' ' + one + (count === 1 ? '' : 's')
}

/** What a cell says, in a sentence. */
function describeCell(matrix, row, column) {
  const cell = row.cells[column]
  const name = row.purchase + ' under ' + matrix.variants[column]
  if (cell === null) return name + ': it never arrived.'
  const [outcome, , words] = cell.outcome
  const heard = cell.latencyMs === null ? ', never answered' : (outcome === 'answered' ? '' : ', answered') + ' after ' + msText(cell.latencyMs)
  const ended = words + (outcome === 'unanswered' ? '' : heard)
  const broke = cell.broken.length === 0 ? 'broke no promise' : 'broke ' + cell.broken.map((at) => matrix.invariants[at]).join(', ')
  return name + ': ' + ended + '; ' + broke + '; ' + (cell.strikes === 0 ? 'no strike' : counted(cell.strikes, 'strike')) + ' on its path.'
}
`
