/** The page that lists runs: one file, like every report, and light enough to be written after each run. */

import { cleanText } from '../clean-result.ts'
import { formatCount, formatCounted } from '../format.ts'
import { type ListedRun, type ListedVariant, MOST_UNREADABLE, type RunList, type RunRow } from '../run-list.ts'
import { PAGE_STYLE } from './style.ts'

/** Stands in the page's head: what is without it is not ours to overwrite. */
export const RUN_LIST_MARK = '<meta name="generator" content="Faultline: list of runs">'

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"

const STYLE = `
.runs td, .runs th { padding-block: .7rem; }
.runs tbody th, .runs td { overflow-wrap: anywhere; }
.runs tbody th { min-width: min(26rem, 38vw); }
.runs .when { white-space: nowrap; color: var(--soft); }
.runs .headline { display: block; margin-top: .25rem; font-size: .9rem; font-weight: 400; color: var(--soft); max-width: 44rem; }
.runs svg { display: block; fill: currentColor; max-width: 100%; height: auto; }
.runs svg text { font: 700 9px ui-sans-serif, system-ui, sans-serif; text-anchor: middle; fill: var(--on-verdict); }
.runs [class*='verdict-'] rect { fill: var(--mark); }
.filter { display: none; margin: 1.4rem 0 .4rem; }
html.live .filter { display: block; }
.filter input { font: inherit; width: min(100%, 26rem); padding: .45rem .7rem; color: inherit; background: var(--panel); border: 1px solid var(--soft); border-radius: .35rem; }
@media (max-width: 52rem) {
  .runs, .runs caption, .runs tbody, .runs tr, .runs td, .runs th { display: block; border: 0; }
  .runs thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .runs tr { border-bottom: 1px solid var(--line); padding-block: .6rem; }
  .runs tr[hidden] { display: none; }
  .runs td, .runs th { padding: .15rem 0; }
}
@media print { html.live .filter { display: none; } }
`

/** Hides what does not fit; the address keeps what was looked for. */
const SCRIPT = `
document.documentElement.classList.add('live')
const field = document.querySelector('.filter input')
const said = document.querySelector('.filter output')
const rows = [...document.querySelectorAll('.runs tbody tr')]
function show() {
  const words = field.value.toLowerCase().split(/\\s+/).filter(Boolean)
  let left = 0
  for (const row of rows) {
    const text = row.dataset.words
    row.hidden = !words.every((word) => text.includes(word))
    if (!row.hidden) left += 1
  }
  said.textContent = words.length ? left + ' of ' + rows.length : ''
  try { history.replaceState(null, '', field.value ? '#' + encodeURIComponent(field.value) : '#') } catch {}
}
try { field.value = decodeURIComponent(location.hash.slice(1)) } catch {}
field.addEventListener('input', show)
show()
`

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text for markup, in attributes too; nothing in it may steer the page. */
function escaped(text: string): string {
  return cleanText(text).replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? sign)
}

function address(row: RunRow, file: string): string {
  return escaped([...row.path.split('/'), file].map(encodeURIComponent).join('/'))
}

/** One of the marks beside each other: the verdict's letter on its colour, and above it how much was lost, of the run's most. */
function mark({ verdict, lossCents }: ListedVariant, at: number, most: number): string {
  const height = most > 0 ? Math.round((12 * Math.max(0, lossCents)) / most) : 0
  const x = 18 * at
  const bar = height > 0 ? `<path d="M${x + 4} 14h8v-${height}h-8z"/>` : ''
  const letter = `<text x="${x + 8}" y="26.5">${verdict?.charAt(0) ?? ''}</text>`
  const box = `<rect x="${x}" y="15" width="16" height="16" rx="3"/>`
  return `<g class="verdict-${verdict}">${bar}${box}${letter}</g>`
}

function picture({ what, variants }: ListedRun): string {
  if (what === 'study' || variants.length === 0) return ''
  const most = Math.max(...variants.map(({ lossCents }) => lossCents))
  const said = variants
    .map(({ name, verdict, loss }) => [name, verdict ?? '', loss].filter(Boolean).join(' '))
    .join('; ')
  const [width, height] = [18 * variants.length, 32]
  const marks = variants.map((variant, at) => mark(variant, at, most)).join('')
  return `<svg role="img" aria-label="${escaped(said)}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">${marks}</svg>`
}

const SIGNS = { PASS: '✓', FAIL: '✕', INCONCLUSIVE: '?', ERROR: '!' } as const

/** Roles are said although the elements imply them: browsers forget them where a narrow screen shows rows as blocks. */
function tableRow(row: RunRow): string {
  const { run, at, path, page } = row
  const { scenario, title, seeds, mode, verdict, sentence, variants } = run
  const names = variants.map(({ name }) => name).join(', ')
  const words = [scenario, title, seeds, mode, verdict, names, path, run.what].join(' ').toLowerCase()
  const what = run.what === 'study' ? 'study, ' : ''
  const shown = page === null ? escaped(title) : `<a href="${address(row, page)}">${escaped(title)}</a>`
  const file = run.what === 'study' ? 'study.json' : 'result.json'
  return `<tr role="row" data-words="${escaped(words)}">
<th scope="row" role="rowheader">${shown}<span class="headline">${escaped(sentence)}</span></th>
<td role="cell"><span class="word verdict-${verdict}"><span aria-hidden="true">${SIGNS[verdict]} </span>${verdict}</span></td>
<td role="cell">${escaped(scenario)}<br><span class="soft">${what}${escaped(seeds)}, ${mode}</span></td>
<td role="cell">${picture(run)}<span class="soft">${escaped(names)}</span></td>
<td role="cell" class="when"><time datetime="${escaped(at)}">${escaped(at.slice(0, 19).replace('T', ' '))}</time><br><a href="${address(row, file)}">${file}</a></td>
</tr>`
}

function table({ rows }: RunList): string {
  if (rows.length === 0) return '<p>No run is here yet: <code>npx faultline run</code> makes one.</p>'
  const heads = ['Run', 'Verdict', 'Scenario', 'Variants', 'When (UTC)'].map(
    (name) => `<th scope="col" role="columnheader">${name}</th>`,
  )
  return `<p class="filter"><label>Show only <input type="search" placeholder="scenario, seed, verdict, variant"></label> <output class="soft"></output></p>
<table class="runs" role="table"><caption>Newest first. A mark for each variant: its verdict, and above it what it lost, of the most in its run.</caption>
<thead role="rowgroup"><tr role="row">${heads.join('')}</tr></thead>
<tbody role="rowgroup">
${rows.map(tableRow).join('\n')}
</tbody></table>`
}

function left({ unreadable }: RunList): string {
  if (unreadable.length === 0) return ''
  const named = unreadable.slice(0, MOST_UNREADABLE)
  const items = named.map(({ path, why }) => `<li><code>${escaped(path)}</code> ${escaped(why)}</li>`)
  const more = unreadable.length - named.length
  const rest = more > 0 ? `<li>and ${formatCount(more)} more</li>` : ''
  return `<h2>Not listed</h2><ul class="plain">${items.join('')}${rest}</ul>`
}

function facts({ rows, older }: RunList): string {
  const studies = rows.filter(({ run }) => run.what === 'study').length
  const runs = formatCounted(rows.length - studies, 'run')
  const listed = studies === 0 ? runs : `${runs} and ${formatCounted(studies, 'study', 'studies')}`
  return older === 0 ? listed : `The newest: ${listed}; ${formatCounted(older, 'older folder')} not listed`
}

/** Every text is escaped; nothing is loaded from anywhere. */
export function renderRunList(list: RunList): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
${RUN_LIST_MARK}
<meta http-equiv="Content-Security-Policy" content="${POLICY}; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>Faultline: runs</title>
<style>${PAGE_STYLE}${STYLE}</style>
</head>
<body>
<header><p class="eyebrow">Faultline</p><h1>Runs</h1><p class="soft">${facts(list)}</p></header>
<main id="main">
${table(list)}
${left(list)}
</main>
<footer>Faultline, a chaos lab for order systems. Written anew after each run.</footer>
${list.rows.length === 0 ? '' : `<script>${SCRIPT}</script>`}
</body>
</html>
`
}
