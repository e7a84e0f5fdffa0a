/** Draws the matrix: a window of rows, the reader's filter, and a grid that can be walked by keyboard. */

/**
 * Needs `matrix-choice.ts` before it. `startMatrix(openStories)` gives null where the page has no matrix; else
 * `{ show(wish), showOrder(purchase), knows(purchase) }`.
 */
export const MATRIX_SCRIPT = `
/** Rows above and below the window that are drawn, too. */
const SPARE_ROWS = 10

function element(name, attributes, ...children) {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  made.append(...children)
  return made
}

function startMatrix(openStories) {
  const holder = document.getElementById('matrix-data')
  if (holder === null) return null
  const matrix = readMatrix(JSON.parse(holder.textContent))
  const places = new Map(matrix.rows.map((row, at) => [row.purchase, at]))
  const [box, inner, body, form, said, count] = ['box', 'inner', 'body', 'filter', 'said', 'count'].map((name) => document.getElementById('matrix-' + name))
  const field = (name) => form.elements.namedItem(name)
  let wish = { ...CALM }
  let chosen = matrix.rows.map((_, at) => at)
  let here = { line: 0, column: 1 }
  let drawn = ''
  let rowHeight = 34

  function cellOf(row, column) {
    const cell = row.cells[column]
    const words = describeCell(matrix, row, column)
    if (cell === null) return element('td', { class: 'cell none', title: words }, '·')
    const broken = cell.broken.length > 0
    const kind = 'cell ' + cell.outcome[0] + (broken ? ' broken' : '') + (cell.strikes > 0 ? ' struck' : '') + (cell.stories.length > 0 ? ' told' : '')
    const ms = element('span', { class: 'ms' }, cell.latencyMs === null ? '–' : msFigure(cell.latencyMs))
    return element('td', { class: kind, title: words }, element('b', {}, cell.outcome[1] + (broken ? '✕' : '')), ms)
  }

  function lineOf(line) {
    const row = matrix.rows[chosen[line]]
    const what = (row.intendedMs / 1000).toFixed(1) + ' s · ' + row.what
    const name = element('th', { scope: 'row', id: 'order-' + row.purchase, title: row.purchase + ' · ' + what }, element('span', { class: 'purchase' }, row.purchase), element('span', { class: 'what' }, what))
    const made = element('tr', { 'aria-rowindex': line + 2 }, name, ...row.cells.map((_, column) => cellOf(row, column)))
    ;[...made.children].forEach((cell, column) => {
      cell.tabIndex = line === here.line && column === here.column ? 0 : -1
      cell.dataset.line = line
      cell.dataset.column = column
    })
    return made
  }

  /** Draws the rows that can be seen; the padding stands for the others. */
  function paint() {
    const first = Math.max(0, Math.floor(box.scrollTop / rowHeight) - SPARE_ROWS)
    const last = Math.min(chosen.length, Math.ceil((box.scrollTop + box.clientHeight) / rowHeight) + SPARE_ROWS)
    const now = first + '-' + last
    if (now === drawn) return
    drawn = now
    const focused = body.contains(document.activeElement)
    const lines = []
    for (let line = first; line < last; line += 1) lines.push(lineOf(line))
    body.replaceChildren(...lines)
    inner.style.paddingTop = first * rowHeight + 'px'
    inner.style.paddingBottom = (chosen.length - last) * rowHeight + 'px'
    if (body.querySelector('[tabindex="0"]') === null && lines.length > 0) lines[0].children[1].tabIndex = 0
    if (focused) (cellAt(here.line, here.column) ?? box).focus({ preventScroll: true })
  }

  function cellAt(line, column) {
    return body.querySelector('[data-line="' + line + '"][data-column="' + column + '"]')
  }

  function repaint() {
    drawn = ''
    paint()
  }

  /** Makes this cell the one that is reached by Tab, and scrolls to it. */
  function goTo(line, column, focus) {
    here = {
      line: Math.max(0, Math.min(chosen.length - 1, line)),
      column: Math.max(0, Math.min(matrix.variants.length, column)),
    }
    const top = here.line * rowHeight
    const room = box.clientHeight - box.querySelector('thead').offsetHeight
    if (top < box.scrollTop) box.scrollTop = top
    else if (top + rowHeight > box.scrollTop + room) box.scrollTop = top + rowHeight - room
    repaint()
    const cell = cellAt(here.line, here.column)
    if (cell === null) return
    if (focus) cell.focus({ preventScroll: true })
    const left = cell.offsetLeft - body.querySelector('th').offsetWidth
    if (here.column > 0 && left < box.scrollLeft) box.scrollLeft = left
    else if (cell.offsetLeft + cell.offsetWidth > box.scrollLeft + box.clientWidth) box.scrollLeft = cell.offsetLeft + cell.offsetWidth - box.clientWidth
  }

  /** Tells the story of this cell, or says what there is. */
  function tell(line, column) {
    const row = matrix.rows[chosen[line]]
    history.replaceState(null, '', '#order-' + encodeURIComponent(row.purchase))
    if (column === 0) {
      said.textContent = row.purchase + ': ' + row.what + ', meant to ask after ' + (row.intendedMs / 1000).toFixed(1) + ' s. ' +
        (row.differs ? 'It broke a promise in ' + counted(row.broken, 'variant') + '.' : 'It ended alike, and well, in every variant.')
      return
    }
    const cell = row.cells[column - 1]
    const words = describeCell(matrix, row, column - 1)
    const stories = cell === null ? [] : cell.stories.map((at) => matrix.stories[at])
    const missing = cell !== null && cell.broken.length > 0 && stories.length === 0
    said.textContent = words + (missing ? ' This page tells no story of it; faultline order ' + row.purchase + ' does.' : '')
    if (stories.length > 0) openStories(words, row.purchase, stories)
  }

  function choose(next, keep) {
    wish = next
    chosen = chooseRows(matrix, wish)
    for (const name of Object.keys(CALM)) if (field(name).value !== wish[name]) field(name).value = wish[name]
    count.textContent = WHOLE.format(chosen.length) + ' of ' + counted(matrix.rows.length, 'purchase') + (chosen.length === 0 ? ': none is like that.' : '')
    document.getElementById('matrix-table').setAttribute('aria-rowcount', chosen.length + 1)
    here = { line: 0, column: 1 }
    box.scrollTop = 0
    repaint()
    const first = body.querySelector('tr')
    if (first !== null && first.offsetHeight > 0) rowHeight = first.getBoundingClientRect().height
    repaint()
    if (!keep) history.replaceState(null, '', '#matrix' + (writeWish(wish) === '' ? '' : '?' + writeWish(wish)))
  }

  function fromForm() {
    choose(Object.fromEntries(Object.keys(CALM).map((name) => [name, field(name).value])))
  }

  const KEYS = {
    ArrowUp: () => goTo(here.line - 1, here.column, true),
    ArrowDown: () => goTo(here.line + 1, here.column, true),
    ArrowLeft: () => goTo(here.line, here.column - 1, true),
    ArrowRight: () => goTo(here.line, here.column + 1, true),
    PageUp: () => goTo(here.line - 10, here.column, true),
    PageDown: () => goTo(here.line + 10, here.column, true),
    Home: (event) => goTo(event.ctrlKey ? 0 : here.line, 0, true),
    End: (event) => goTo(event.ctrlKey ? chosen.length - 1 : here.line, matrix.variants.length, true),
    Enter: () => tell(here.line, here.column),
    ' ': () => tell(here.line, here.column),
  }
  box.addEventListener('keydown', (event) => {
    const act = event.altKey || event.metaKey || chosen.length === 0 ? undefined : KEYS[event.key]
    if (act === undefined) return
    event.preventDefault()
    act(event)
  })
  box.addEventListener('click', (event) => {
    const cell = event.target.closest('[data-line]')
    if (cell === null) return
    goTo(Number(cell.dataset.line), Number(cell.dataset.column), true)
    tell(here.line, here.column)
  })
  box.addEventListener('focusin', (event) => {
    const cell = event.target.closest('[data-line]')
    if (cell === null) return
    for (const other of body.querySelectorAll('[tabindex="0"]')) other.tabIndex = -1
    cell.tabIndex = 0
    here = { line: Number(cell.dataset.line), column: Number(cell.dataset.column) }
  })
  box.addEventListener('scroll', paint, { passive: true })
  addEventListener('resize', repaint)
  form.addEventListener('input', fromForm)
  form.addEventListener('submit', (event) => event.preventDefault())
  document.getElementById('matrix-all').addEventListener('click', () => choose({ ...CALM }))

  document.getElementById('matrix-live').hidden = false
  choose(wish, true)
  return {
    knows: (purchase) => places.has(purchase),
    show: (next) => choose(next, true),
    showOrder(purchase) {
      const place = places.get(purchase)
      if (!chosen.includes(place)) choose({ ...CALM }, true)
      const line = chosen.indexOf(place)
      goTo(line, 0, true)
      box.scrollTop = Math.max(0, (line - 3) * rowHeight)
      repaint()
      body.querySelector('[tabindex="0"]').scrollIntoView({ block: 'center' })
    },
  }
}
`
