/**
 * The style sheet of sequence diagrams, once for each page. Shapes, dashes and words say what colours say. It uses the page's own variables
 * (`--paper`, `--panel`, `--ink`, `--soft`, `--line`).
 */

import { OKABE_ITO } from '../charts/spec.ts'
import { FONT_SIZE } from './text.ts'

const LIGHT = `--seq-bad: ${OKABE_ITO.vermillion}; --seq-good: #007a59; --seq-fact: ${OKABE_ITO.blue}; --seq-belief: #a3527d;`
const DARK = `--seq-bad: #ff8a4c; --seq-good: #35c79a; --seq-fact: ${OKABE_ITO.sky}; --seq-belief: #e3a0c4;`

export const SEQUENCE_STYLE = `
.seq { ${LIGHT} margin: 1rem 0; min-width: 0; }
@media (prefers-color-scheme: dark) { .seq { ${DARK} } }
.seq figcaption { font-weight: 600; margin-bottom: .4rem; overflow-wrap: anywhere; }
.seq-box { max-height: min(85vh, 64rem); overflow: auto; border: 1px solid var(--line); border-radius: .4rem; background: var(--paper); }
.seq-in { width: max-content; margin: 0 auto; }
.seq svg { display: block; font-size: 1rem; }
.seq-head { position: sticky; top: 0; background: var(--paper); border-bottom: 1px solid var(--line); }
.seq text { font-size: ${FONT_SIZE}px; fill: var(--ink); stroke: var(--paper); stroke-width: 4px; stroke-linejoin: round; paint-order: stroke; }
.seq .seq-soft, .seq .seq-soft text { fill: var(--soft); }
.seq .seq-name { font-weight: 700; }
.seq .seq-plain text { stroke: none; }
.seq-l { text-anchor: end; } .seq-c { text-anchor: middle; }
.seq .seq-skipped text { fill: var(--soft); stroke: var(--panel); }
.seq path { fill: none; stroke: var(--ink); stroke-width: 1.7; }
.seq .seq-life { stroke: var(--soft); stroke-width: 1.3; }
.seq .seq-gone { stroke: var(--soft); stroke-width: 13; stroke-dasharray: 1.5 4; }
.seq .seq-off { stroke-width: 2.5; }
.seq .seq-skip { fill: var(--panel); stroke: var(--soft); stroke-width: 1; stroke-dasharray: 2 5; }
.seq .seq-an { stroke-dasharray: 7 4; }
.seq .seq-tip { fill: var(--ink); stroke-width: 1; }
.seq .seq-x { stroke: var(--seq-bad); stroke-width: 2.8; }
.seq .seq-commit { fill: var(--seq-good); stroke: var(--paper); }
.seq .seq-strike { fill: var(--seq-bad); stroke: var(--paper); stroke-width: 1; }
.seq .seq-crash { stroke: var(--seq-bad); stroke-width: 3.2; }
.seq .seq-restart { fill: var(--paper); stroke: var(--seq-good); stroke-width: 2.2; }
.seq .seq-policy { fill: var(--paper); stroke: var(--soft); }
.seq .seq-belief { fill: var(--paper); stroke: var(--seq-belief); stroke-width: 2; }
.seq .seq-note { fill: var(--paper); stroke: var(--seq-belief); stroke-dasharray: 4 3; }
.seq .seq-book { fill: var(--panel); stroke: var(--seq-fact); stroke-width: 2.4; }
.seq details ol { margin: 0; padding-left: 2.6rem; font-size: .93rem; }
.seq details li { overflow-wrap: anywhere; }
.seq-more { color: var(--soft); font-size: .93rem; margin: .4rem 0; }
@media print {
  .seq { ${LIGHT} }
  .seq-box { max-height: none; overflow: visible; border: 0; }
  .seq-in { width: auto; }
  .seq svg { max-width: 100%; height: auto; }
  .seq-head { position: static; }
  .seq path { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
`
