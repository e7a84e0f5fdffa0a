/** The report's style sheet: light and dark, paper, from 360 pixels to a projector. */

export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --panel: #f6f7f9; --ink: #1b1f24; --soft: #545d69; --line: #d9dee5; --edge: #7d8793; --link: #005a9c; --focus: #0072b2;
  --pass: #00664b; --fail: #b3261e; --inconclusive: #7a4b00; --error: #7b1fa2; --on-verdict: #ffffff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171b; --panel: #1c2026; --ink: #e8ebef; --soft: #a9b2be; --line: #353c45; --edge: #7d8997; --link: #7cc0f2; --focus: #56b4e9;
    --pass: #4fcf9f; --fail: #ff8a80; --inconclusive: #f2bd4b; --error: #d9a2f0; --on-verdict: #14171b;
  }
}
* { box-sizing: border-box; }
html { font-size: clamp(15px, 0.45vw + 11px, 21px); -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink); overflow-wrap: break-word;
  font: 1rem/1.55 ui-sans-serif, system-ui, -apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans", Helvetica, Arial, sans-serif;
}
main, header, footer { max-width: 76rem; margin: 0 auto; padding: 0 clamp(1rem, 4vw, 2.5rem); }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--paper); padding: .5rem 1rem; z-index: 1; }
h1, h2, h3, h4 { line-height: 1.2; text-wrap: balance; overflow-wrap: anywhere; }
h1 { font-size: clamp(1.5rem, 3.2vw, 2.3rem); margin: .3rem 0 .5rem; letter-spacing: -.015em; }
h2 { font-size: 1.45rem; margin: 3.2rem 0 .6rem; letter-spacing: -.01em; }
h3 { font-size: 1.1rem; margin: 1.6rem 0 .4rem; }
h4 { font-size: 1rem; margin: 1.2rem 0 .3rem; }
p { margin: .4rem 0 .8rem; max-width: 46rem; }
code, pre { font-family: ui-monospace, "SF Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: .9em; overflow-wrap: anywhere; }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: .4rem; padding: .8rem 1rem; overflow-x: auto; white-space: pre-wrap; }
.soft { color: var(--soft); }
.eyebrow { color: var(--soft); margin: 2.2rem 0 0; font-size: .95rem; letter-spacing: .01em; }
nav ul { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; list-style: none; margin: 1.6rem 0 0; padding: .7rem 0; border-block: 1px solid var(--line); font-size: .95rem; }
section[aria-labelledby] { scroll-margin-top: 1rem; }

.verdict-PASS { --mark: var(--pass); } .verdict-FAIL { --mark: var(--fail); }
.verdict-INCONCLUSIVE { --mark: var(--inconclusive); } .verdict-ERROR { --mark: var(--error); }
.banner { display: grid; grid-template-columns: auto 1fr; gap: 1rem 1.6rem; align-items: center; margin: 1.6rem 0 0; padding: 1.3rem 1.6rem; background: var(--panel); border-left: .5rem solid var(--mark); border-radius: .4rem; }
.stamp { display: inline-flex; align-items: center; gap: .6rem; margin: 0; padding: .55rem 1.1rem; border-radius: .35rem; background: var(--mark); color: var(--on-verdict); font-size: clamp(1.3rem, 2.6vw, 1.9rem); font-weight: 750; letter-spacing: .03em; white-space: nowrap; }
.headline { margin: 0; max-width: none; font-size: clamp(1.1rem, 1.8vw, 1.4rem); line-height: 1.4; font-weight: 600; text-wrap: pretty; }
.banner .means { margin: .4rem 0 0; color: var(--soft); font-size: 1rem; font-weight: 400; }
.word { color: var(--mark); font-weight: 700; white-space: nowrap; }
.note { border-left: .25rem solid var(--inconclusive); padding: .2rem 0 .2rem .9rem; }

.scroll { overflow-x: auto; margin: .6rem 0 1rem; }
table { border-collapse: collapse; width: 100%; font-size: .93rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); padding-bottom: .5rem; }
th, td { text-align: left; padding: .5rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
thead th { color: var(--soft); font-weight: 600; border-bottom: 2px solid var(--line); vertical-align: bottom; }
tbody th { font-weight: 650; }
.figure, .figures td, .figures thead th:not(:first-child) { text-align: right; white-space: nowrap; }
td ul { margin: 0; padding: 0; list-style: none; }
.comparison { font-size: .88rem; }
.comparison th, .comparison td { padding-inline: .36rem; }
.comparison tbody th { font-size: 1rem; }
.comparison thead .figure { white-space: normal; }
.summary { display: block; color: var(--soft); font-weight: 400; font-size: .85rem; line-height: 1.4; min-width: 8rem; }
.kinds { min-width: 11.5rem; }
.kinds li { padding-left: .8rem; text-indent: -.8rem; }
.surprise { color: var(--fail); font-weight: 650; }

.charts { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1.6rem 2.4rem; margin-top: 1rem; }
.chart { margin: 0; min-width: 0; }
.chart.whole, .chart:only-child { grid-column: 1 / -1; }
.chart h3 { margin-top: .8rem; }
.chart p { font-size: .93rem; color: var(--soft); margin: .2rem 0 .6rem; min-height: 2.9rem; }
.chart.whole p { min-height: 0; max-width: none; }
.canvas { position: relative; height: 21rem; }
.chart.whole .canvas { height: 27rem; }
html:not(.drawn) .canvas { display: none; }
html.drawn .undrawn { display: none; }

/* Reasons with their counts may take lines. */
.paths td, .paths thead th:not(:first-child) { white-space: normal; }
.paths tbody th { min-width: 10rem; }
figure.band { margin: 1rem 0; }
.band figcaption { color: var(--soft); font-size: .93rem; }
.change path { fill: none; stroke: currentColor; }
.change-scenario path { stroke-dasharray: 5 4; }
.change rect { stroke: currentColor; fill: currentColor; }
.change text { fill: var(--paper); font-size: 12px; font-weight: 700; }
.change-scenario rect { fill: var(--paper); }
.change-scenario text { fill: currentColor; }
svg.band { display: block; width: 100%; height: auto; margin-top: .3rem; fill: currentColor; font-size: 14px; }

details { margin: .5rem 0; border: 1px solid var(--line); border-radius: .4rem; padding: 0 .9rem; }
details[open] { padding-bottom: .7rem; }
summary { cursor: pointer; padding: .55rem 0; font-weight: 550; overflow-wrap: anywhere; }
.chart details { font-size: .9rem; }
.chart details .scroll { max-height: 20rem; overflow: auto; }
ul.plain { list-style: none; margin: 0 0 1rem; padding: 0; }
ul.plain li { margin: .2rem 0; max-width: 60rem; }
.story { list-style: none; margin: 0; padding: 0; }
.story > li { border-top: 1px solid var(--line); padding: .7rem 0 .5rem; }
.story p { margin: 0 0 .3rem; max-width: 60rem; overflow-wrap: anywhere; }
.story ul { margin: 0; padding-left: 1.2rem; font-size: .88rem; color: var(--soft); }
.story ul li { overflow-wrap: anywhere; }
.rules { counter-reset: rule; list-style: none; padding: 0; display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1rem 2.4rem; }
.rules li { border-top: 2px solid var(--line); padding-top: .7rem; }
.rules strong { display: block; }
footer { margin-top: 4rem; padding-top: 1rem; padding-bottom: 2rem; color: var(--soft); border-top: 1px solid var(--line); font-size: .9rem; }

@media (min-width: 100rem) { main, header, footer { max-width: 88rem; } }
@media (max-width: 60rem) { .charts, .rules { grid-template-columns: minmax(0, 1fr); } .chart p { min-height: 0; } }
@media (max-width: 68rem) {
  .comparison, .comparison tbody { display: block; }
  .comparison thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .comparison caption { display: block; }
  .comparison tr { display: grid; grid-template-columns: repeat(auto-fill, minmax(8.6rem, 1fr)); gap: 0 1.6rem; border: 1px solid var(--line); border-radius: .4rem; padding: .7rem .9rem; margin-bottom: .9rem; }
  .comparison th, .comparison td { border: 0; padding: .2rem 0; }
  .comparison tbody th, .comparison .kinds, .comparison .verdict { grid-column: 1 / -1; }
  .comparison tbody th { order: -2; } .comparison .verdict { order: -1; padding-bottom: .5rem; }
  .comparison td.figure { display: flex; justify-content: space-between; gap: 1rem; }
  .comparison td.figure::before, .comparison .kinds::before { content: attr(data-label); color: var(--soft); }
}
@media (max-width: 44rem) {
  .banner { grid-template-columns: minmax(0, 1fr); padding: 1.1rem; }
  .stamp { justify-self: start; }
  .chart.whole .canvas, .canvas { height: 24rem; }
}
@media print {
  :root { color-scheme: light; --paper: #fff; --panel: #fff; --ink: #000; --soft: #444; --line: #bbb; --edge: #7d8793; --link: #005a9c; --pass: #00664b; --fail: #b3261e; --inconclusive: #7a4b00; --error: #7b1fa2; --on-verdict: #fff; }
  html { font-size: 10.5pt; }
  nav, .skip, .chart details { display: none; }
  .stamp { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  .chart, .banner, .story > li, tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  .canvas, .chart.whole .canvas { height: 7.5cm; }
  canvas { max-width: 100%; }
}
`
