/** Style of the stories: the proof, its diagrams, and the dialog in which the matrix shows them. */

export const STORY_STYLE = `
:root { --believed: #005a9c; --fact: #00664b; --therefore: #b3261e; --cause: #8a4a00; --missing: #7b1fa2; }
@media (prefers-color-scheme: dark) { :root { --believed: #7cc0f2; --fact: #4fcf9f; --therefore: #ff8a80; --cause: #f2bd4b; --missing: #d9a2f0; } }
.told { padding: 0 1.2rem; margin: .7rem 0; scroll-margin-top: 4rem; }
.told > summary { display: flex; flex-wrap: wrap; align-items: baseline; gap: .2rem .9rem; padding: .7rem 0; }
.told > summary::before { content: "▸"; color: var(--soft); flex: none; } .told[open] > summary::before { content: "▾"; }
.told > summary::-webkit-details-marker { display: none; } .told > summary { list-style: none; }
.told h4 { margin: 0; font-size: 1.1rem; } .told h5 { margin: 1.4rem 0 .4rem; font-size: 1rem; }
.tag { font-size: .85rem; color: var(--soft); font-family: ui-monospace, "SF Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace; font-weight: 400; }
.times { margin-left: auto; font-size: .9rem; font-weight: 650; white-space: nowrap; color: var(--fail); }
.same { font-size: .93rem; color: var(--soft); max-width: none; max-height: 6.4rem; overflow-y: auto; overflow-wrap: anywhere; }
.same a { display: inline-block; max-width: 100%; }
.proof { list-style: none; margin: 0; padding: 0; max-width: 62rem; }
.claim { display: grid; grid-template-columns: 6.2rem 1fr; gap: 0 1rem; padding: .45rem 0 .45rem .9rem; border-left: .28rem solid var(--role, var(--line)); overflow-wrap: anywhere; }
.role { color: var(--role, var(--soft)); font-weight: 700; font-size: .9rem; padding-top: .08rem; }
.role-believed { --role: var(--believed); } .role-fact { --role: var(--fact); } .role-therefore { --role: var(--therefore); }
.role-cause { --role: var(--cause); } .role-missing { --role: var(--missing); }
.role-because .role::before { content: "↳ "; } .role-therefore .claim-words { font-weight: 650; }
.cites { display: block; color: var(--soft); font-size: .85rem; font-weight: 400; }
.prevention { max-width: 62rem; padding: .5rem .9rem; border-left: .28rem solid var(--pass); background: var(--panel); }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); gap: 1rem 1.6rem; }
.diagram { min-width: 0; }
.first figcaption::before { content: "✕ "; color: var(--fail); } .second figcaption::before { content: "✓ "; color: var(--pass); }
.views { display: flex; flex-wrap: wrap; gap: .3rem; border: 0; margin: 0 0 .4rem; padding: 0; }
.views legend { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.views label { position: relative; } .views input { position: absolute; opacity: 0; inset: 0; margin: 0; width: 100%; height: 100%; cursor: pointer; }
.views span { display: block; padding: .3rem .8rem; border: 1px solid var(--edge); border-radius: .35rem; font-size: .9rem; overflow-wrap: anywhere; }
.views input:checked + span { background: var(--link); border-color: var(--link); color: var(--paper); font-weight: 650; }
.views input:focus-visible + span { outline: 3px solid var(--focus); outline-offset: 2px; }
.diagrams:has(.view-first:checked) .second, .diagrams:has(.view-second:checked) .first { display: none; }
.ways { font-size: .85rem; margin-top: 1rem; }

#story-dialog { width: min(84rem, 96vw); max-height: 92vh; padding: 0 1.4rem 1.4rem; border: 1px solid var(--edge); border-radius: .6rem; background: var(--paper); color: var(--ink); overflow: auto; }
#story-dialog::backdrop { background: rgb(0 0 0 / .55); }
.dialog-head { position: sticky; top: 0; z-index: 3; display: flex; gap: 1rem; align-items: start; justify-content: space-between; background: var(--paper); padding: 1rem 0 .6rem; border-bottom: 1px solid var(--line); }
.dialog-head p { margin: .3rem 0; font-weight: 600; max-width: none; overflow-wrap: anywhere; }
#story-dialog-others { display: flex; flex-wrap: wrap; gap: .4rem; margin: .7rem 0; }
#story-dialog-others button { text-align: left; font-weight: 400; } #story-dialog-others [aria-pressed=true] { border-color: var(--link); font-weight: 600; }
#story-dialog-others:empty { display: none; }
.command { display: flex; flex-wrap: wrap; gap: .6rem; align-items: start; } .command pre { margin: 0; flex: 0 1 auto; min-width: 0; }
@media (max-width: 44rem) {
  .told { padding: 0 .8rem; } .claim { grid-template-columns: 1fr; } .times { margin-left: 0; }
  #story-dialog { width: 100vw; max-width: 100vw; max-height: 100vh; padding: 0 .8rem 1rem; border-radius: 0; }
}
@media print {
  :root { --believed: #005a9c; --fact: #00664b; --therefore: #b3261e; --cause: #8a4a00; --missing: #7b1fa2; }
  .told::details-content { content-visibility: visible; height: auto; }
  .told > summary::before, .views, .ways, #story-dialog, .command button { display: none; }
  .diagrams .first, .diagrams .second { display: block !important; } .pair { grid-template-columns: minmax(0, 1fr); }
  .claim, .diagram { break-inside: avoid; } .same { max-height: none; }
}
`
