/** The report's style sheet: readable on screen, light or dark by the reader's setting, on a phone and on paper. */
export const REPORT_STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #566069; --line: #d5dae0; --page: #ffffff; --panel: #f5f7f9; --mark: #0b62c4; --good: #116b38; --good-back: #dcf5e5; --bad: #a3261b; --bad-back: #fde5e2; --unsure: #7a5208; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e7ebef; --soft: #9aa5b1; --line: #363d45; --page: #14181c; --panel: #1d2328; --mark: #68aefc; --good: #75d69b; --good-back: #12381f; --bad: #ff9c91; --bad-back: #4a1a16; --unsure: #e5b863; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 66rem; padding: 2rem 1.25rem 3rem; background: var(--page); color: var(--ink); font: 15px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0; overflow-wrap: anywhere; }
h1 small { font-size: 1rem; font-weight: 400; color: var(--soft); white-space: nowrap; }
h2 { font-size: 1.15rem; margin: 0 0 .6rem; }
h3 { font: 600 .9rem ui-monospace, monospace; margin: 1rem 0 .4rem; overflow-wrap: anywhere; }
section { margin-top: 2.2rem; padding-top: 1.1rem; border-top: 1px solid var(--line); }
p, li { overflow-wrap: anywhere; }
p { margin: .4rem 0; max-width: 50rem; }
ul { padding-left: 1.2rem; max-width: 50rem; }
a { color: var(--mark); }
:focus-visible { outline: 2px solid var(--mark); outline-offset: 2px; }
.muted { color: var(--soft); }
.outcome { border-left: 4px solid var(--unsure); background: var(--panel); padding: .8rem 1rem; margin: 1rem 0; border-radius: 0 6px 6px 0; }
.outcome strong { color: var(--unsure); font-size: 1.1rem; }
.outcome.promote { border-color: var(--good); } .outcome.promote strong { color: var(--good); }
.outcome.do_not_promote, .outcome.unfinished { border-color: var(--bad); } .outcome.do_not_promote strong, .outcome.unfinished strong { color: var(--bad); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: 1px; margin: 0; background: var(--line); border: 1px solid var(--line); border-radius: 6px; overflow: hidden; }
.tiles div { background: var(--page); padding: .6rem .9rem; }
.tiles dt { color: var(--soft); font-size: .85rem; overflow-wrap: anywhere; } .tiles dd { margin: 0; font-variant-numeric: tabular-nums; }
.tiles b { display: block; font-size: 1.35rem; font-weight: 600; } .tiles span { color: var(--soft); font-size: .85rem; }
nav { margin-top: 1rem; font-size: .88rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .15rem 1.1rem; list-style: none; margin: 0; padding: 0; max-width: none; }
summary { cursor: pointer; } summary h2 { display: inline-block; margin: 0; }
.scroll { overflow-x: auto; margin: .8rem 0; }
table { border-collapse: collapse; font-size: .88rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem 1rem .35rem 0; border-bottom: 1px solid var(--line); max-width: 26rem; overflow-wrap: break-word; }
td.short, tbody th.short { white-space: nowrap; }
thead th { color: var(--soft); font-weight: 600; white-space: nowrap; }
tbody th { font-weight: 400; }
th.number, td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.changes { list-style: none; padding: 0; max-width: none; }
.changes > li { border-bottom: 1px solid var(--line); padding-bottom: .6rem; } .changes > li > p { font-size: .88rem; margin: .2rem 0; }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: .8rem 1rem; font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
ins { background: var(--good-back); color: var(--good); text-decoration: underline; text-decoration-thickness: 1px; text-underline-offset: 3px; } del { background: var(--bad-back); color: var(--bad); }
svg.chart { display: block; width: 100%; max-width: 760px; height: auto; margin: .6rem 0; }
.chart .grid { stroke: var(--line); } .chart .axis { stroke: var(--soft); }
.chart .tick, .chart .label { fill: var(--soft); font: 12px system-ui, sans-serif; }
.chart .best { fill: none; stroke: var(--mark); stroke-width: 2.5; } .chart .band { fill: var(--mark); opacity: .13; }
.chart .base { stroke: var(--soft); stroke-width: 1.5; stroke-dasharray: 5 4; }
.chart .dot { fill: var(--page); stroke: var(--mark); stroke-width: 1.5; } .chart .dot.named { fill: var(--mark); }
footer { margin-top: 2.5rem; padding-top: .6rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .85rem; }
@media (max-width: 40rem) {
  body { padding: 1.2rem 1rem 2rem; }
  .chart .tick, .chart .label { font-size: 19px; }
  table.cards, table.cards tbody, table.cards tr, table.cards th, table.cards td { display: block; max-width: none; text-align: left; white-space: normal; overflow-wrap: anywhere; }
  table.cards thead { display: none; }
  table.cards tr { border-bottom: 1px solid var(--line); padding: .5rem 0; }
  table.cards th, table.cards td { border: 0; padding: .1rem 0; }
  table.cards tbody th { font-weight: 600; }
  table.cards td[data-label]::before { content: attr(data-label) ": "; color: var(--soft); }
}
@media print {
  :root { color-scheme: light; --ink: #000; --soft: #444; --line: #bbb; --page: #fff; --panel: #fff; --mark: #0b4f9e; --good: #0c5a2e; --good-back: #e8f7ee; --bad: #8f1d13; --bad-back: #fdeceb; --unsure: #6b4704; }
  body { max-width: none; padding: 0; font-size: 10pt; } nav { display: none; } section { margin-top: 1.2rem; }
  h2, h3, summary, thead { break-after: avoid; } tr, svg, .outcome, .tiles, .changes > li { break-inside: avoid; }
  td.short, tbody th.short { white-space: normal; } .scroll { overflow: visible; } table { font-size: 8.5pt; } th, td { padding-right: .6rem; overflow-wrap: anywhere; } td.short, tbody th.short { white-space: nowrap; }
thead th { white-space: normal; }
  details::details-content { content-visibility: visible; display: block; block-size: auto; } summary { list-style: none; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
`;
