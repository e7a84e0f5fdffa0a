/** Style of the paired matrix: strips, filter, cells. Every colour stands beside a letter or a height. */

export const MATRIX_STYLE = `
:root {
  --confirmed: #d5ede1; --on-confirmed: #0b4a33; --refused: #e2e6ec; --on-refused: #353f4c; --cancelled: #d6ebf9; --on-cancelled: #0a466b;
  --failed: #fbe2bf; --on-failed: #653800; --in-doubt: #ecdcf3; --on-in-doubt: #56196e; --broken: #b3261e; --on-broken: #ffffff;
  --band-confirmed: #9bd3b9; --band-refused: #8d99a8; --band-cancelled: #56b4e9; --band-failed: #e69f00; --band-in-doubt: #cc79a7; --band-broken: #d5301f;
}
@media (prefers-color-scheme: dark) {
  :root {
    --confirmed: #17392c; --on-confirmed: #a3e6c9; --refused: #2d343d; --on-refused: #c9d2de; --cancelled: #12384f; --on-cancelled: #abdcfa;
    --failed: #4a3210; --on-failed: #f9d08c; --in-doubt: #40254c; --on-in-doubt: #eac2f8; --broken: #ff8a80; --on-broken: #2b0503;
    --band-confirmed: #2c6b50; --band-refused: #6c7887; --band-cancelled: #56b4e9; --band-failed: #e69f00; --band-in-doubt: #cc79a7; --band-broken: #ff7468;
  }
}
.strips { margin: 1.2rem 0 1rem; }
.strips figcaption { color: var(--soft); font-size: .93rem; max-width: 60rem; margin-bottom: .7rem; }
.strip { display: grid; grid-template-columns: minmax(6rem, 12rem) 1fr 11rem; gap: 0 .9rem; align-items: center; margin: .25rem 0; }
.strip-name { font-weight: 650; overflow-wrap: anywhere; line-height: 1.2; }
.strip-count { font-size: .9rem; color: var(--soft); font-variant-numeric: tabular-nums; }
.strip-count.surprise { color: var(--fail); }
.strip svg { display: block; width: 100%; height: 1.6rem; background: var(--panel); border-bottom: 1px solid var(--line); }
.band-confirmed { stroke: var(--band-confirmed); } .band-refused, .band-unanswered { stroke: var(--band-refused); } .band-cancelled { stroke: var(--band-cancelled); }
.band-failed { stroke: var(--band-failed); } .band-in-doubt { stroke: var(--band-in-doubt); } .band-broken { stroke: var(--band-broken); }

.legend { display: flex; flex-wrap: wrap; gap: .4rem 1.3rem; list-style: none; margin: 1rem 0; padding: 0; font-size: .9rem; }
.legend .cell { display: inline-block; min-width: 2rem; padding: .1rem .4rem; border-radius: .25rem; text-align: center; }
.confirmed, .answered { background: var(--confirmed); color: var(--on-confirmed); } .refused, .unanswered { background: var(--refused); color: var(--on-refused); }
.cancelled { background: var(--cancelled); color: var(--on-cancelled); } .failed { background: var(--failed); color: var(--on-failed); }
.in-doubt { background: var(--in-doubt); color: var(--on-in-doubt); } .cell.none { color: var(--soft); }
.cell.broken { background: var(--broken); color: var(--on-broken); }
.cell.struck { background-image: linear-gradient(225deg, currentColor .4rem, transparent .43rem); }

#matrix-filter { display: flex; flex-wrap: wrap; gap: .6rem 1rem; align-items: end; }
#matrix-filter label { display: grid; gap: .15rem; font-size: .85rem; color: var(--soft); min-width: 0; }
select, input[type=search], button { font: inherit; font-size: .93rem; color: var(--ink); background: var(--panel); border: 1px solid var(--edge); border-radius: .35rem; padding: .35rem .6rem; min-height: 2.3rem; max-width: 100%; }
input[type=search] { width: 9rem; }
button { cursor: pointer; font-weight: 600; } button:hover { border-color: var(--link); }
#matrix-count { margin: .7rem 0 .3rem; font-weight: 600; font-variant-numeric: tabular-nums; }
#matrix-box { position: relative; max-height: min(34rem, 75vh); overflow: auto; border: 1px solid var(--line); border-radius: .4rem; overscroll-behavior-y: auto; }
#matrix-table { --name: 18rem; --cell: 5.6rem; table-layout: fixed; width: 100%; min-width: calc(var(--name) + var(--columns) * var(--cell)); border-collapse: separate; border-spacing: 0; font-size: .93rem; }
#matrix-table th, #matrix-table td { padding: 0 .6rem; height: 2.2rem; vertical-align: middle; white-space: nowrap; border-bottom: 1px solid var(--paper); }
#matrix-table thead th { position: sticky; top: 0; z-index: 2; height: auto; padding-block: .5rem; background: var(--panel); color: var(--ink); white-space: normal; overflow-wrap: anywhere; line-height: 1.2; border-bottom: 2px solid var(--line); }
#matrix-table th:first-child { width: var(--name); overflow: hidden; text-overflow: ellipsis; position: sticky; left: 0; z-index: 1; background: var(--panel); cursor: pointer; }
#matrix-table thead th:first-child { z-index: 3; }
#matrix-table tbody th { scroll-margin-block: 12rem; }
#matrix-table td { cursor: pointer; border-left: 2px solid var(--paper); }
#matrix-table td { padding-inline: .4rem; } #matrix-table td b { display: inline-block; min-width: 1.9rem; }
#matrix-table tr:hover > * { filter: brightness(.94); }
#matrix-table :focus-visible { outline: 3px solid var(--focus); outline-offset: -3px; box-shadow: inset 0 0 0 5px var(--paper); }
.ms { font-size: .82rem; font-variant-numeric: tabular-nums; }
.what { color: var(--soft); font-weight: 400; font-size: .82rem; margin-left: .7rem; }
#matrix-said { margin: .5rem 0 1rem; padding: .5rem .8rem; background: var(--panel); border-radius: .35rem; max-width: none; overflow-wrap: anywhere; }
#matrix-live:not([hidden]) ~ .matrix-undrawn { display: none; }
@media (prefers-color-scheme: dark) { #matrix-table tr:hover > * { filter: brightness(1.2); } }
@media (max-width: 90rem) { #matrix-table { --name: 15rem; } #matrix-table thead th { font-size: .85rem; } }
@media (max-width: 60rem) { .what { display: none; } #matrix-table { --name: 7rem; } }
@media (max-width: 44rem) {
  .strip { grid-template-columns: 1fr auto; margin-bottom: .6rem; } .strip svg { grid-column: 1 / -1; grid-row: 2; }
  #matrix-filter label { flex: 1 1 8rem; } #matrix-filter select, #matrix-filter input { width: 100%; }
  #matrix-table th, #matrix-table td { padding-inline: .45rem; } #matrix-table { --name: 5.6rem; --cell: 4.4rem; } #matrix-table thead th { font-size: .85rem; } .ms, .of-figures { display: none; }
}
@media print {
  :root { --confirmed: #d5ede1; --on-confirmed: #0b4a33; --refused: #e2e6ec; --on-refused: #353f4c; --cancelled: #d6ebf9; --on-cancelled: #0a466b; --failed: #fbe2bf; --on-failed: #653800; --in-doubt: #ecdcf3; --on-in-doubt: #56196e; --broken: #b3261e; --on-broken: #ffffff; --band-confirmed: #9bd3b9; --band-refused: #8d99a8; --band-broken: #d5301f; }
  #matrix-live { display: none; }
  .cell, .strip svg { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  .strip { break-inside: avoid; }
}
`
