/** The report's style sheet: readable on screen, light or dark by the reader's setting, and on paper. */
export const REPORT_STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #5b6570; --line: #d5dae0; --page: #ffffff; --panel: #f5f7f9; --mark: #0b62c4; --good: #116b38; --good-back: #dcf5e5; --bad: #a3261b; --bad-back: #fde5e2; --unsure: #80560a; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e7ebef; --soft: #9aa5b1; --line: #363d45; --page: #14181c; --panel: #1d2328; --mark: #68aefc; --good: #75d69b; --good-back: #12381f; --bad: #ff9c91; --bad-back: #4a1a16; --unsure: #e5b863; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 2rem 1.25rem 4rem; background: var(--page); color: var(--ink); font: 15px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 1rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2.4rem 0 .6rem; padding-top: .6rem; border-top: 1px solid var(--line); }
h3 { font: 600 .95rem ui-monospace, monospace; margin: 1.2rem 0 .4rem; }
p { margin: .4rem 0; max-width: 50rem; overflow-wrap: anywhere; }
.muted { color: var(--soft); }
.outcome { border-left: 4px solid var(--unsure); background: var(--panel); padding: .8rem 1rem; border-radius: 0 6px 6px 0; }
.outcome strong { color: var(--unsure); font-size: 1.1rem; }
.outcome.promote { border-color: var(--good); } .outcome.promote strong { color: var(--good); }
.outcome.do_not_promote, .outcome.unfinished { border-color: var(--bad); } .outcome.do_not_promote strong, .outcome.unfinished strong { color: var(--bad); }
.scroll { overflow-x: auto; margin: .8rem 0; }
table { border-collapse: collapse; font-size: .88rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .9rem .35rem 0; border-bottom: 1px solid var(--line); max-width: 28rem; overflow-wrap: anywhere; }
th { color: var(--soft); font-weight: 600; white-space: nowrap; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: .8rem 1rem; font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
ins { background: var(--good-back); color: var(--good); text-decoration: none; } del { background: var(--bad-back); color: var(--bad); }
svg.curve { width: 100%; max-width: 720px; height: auto; }
.curve .grid { stroke: var(--line); } .curve .axis { stroke: var(--soft); }
.curve .tick, .curve .label { fill: var(--soft); font: 12px system-ui, sans-serif; }
.curve .best { fill: none; stroke: var(--mark); stroke-width: 2.5; } .curve .band { fill: var(--mark); opacity: .13; } .curve .dot { fill: var(--page); stroke: var(--mark); stroke-width: 1.5; }
@media print {
  :root { color-scheme: light; --ink: #000; --soft: #444; --line: #bbb; --page: #fff; --panel: #fff; --mark: #0b4f9e; --good: #0c5a2e; --good-back: #e8f7ee; --bad: #8f1d13; --bad-back: #fdeceb; --unsure: #6b4704; }
  body { max-width: none; padding: 0; font-size: 10.5pt; } h2 { break-after: avoid; } tr, svg, .outcome { break-inside: avoid; } .scroll { overflow: visible; } ins { text-decoration: underline; }
}
`;
