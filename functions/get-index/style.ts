/** The page's whole style: it loads nothing, and follows the reader's colour scheme, text size and width. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f6f7f9; --sheet: #fff; --line: #e1e5ea; --ink: #15181d; --quiet: #59616d; --label: #eef1f5;
  --in: #1f8a55; --low: #8a5300; --out: #b42318; --link: #1d4ed8;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0e1013; --sheet: #16191e; --line: #2b3038; --ink: #e9ebef; --quiet: #9ca4b0; --label: #242a32;
    --in: #4fbf88; --low: #e8b04c; --out: #ff9a90; --link: #9ab8ff;
  }
}
*, ::before { box-sizing: border-box; }
html { font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground); -webkit-text-size-adjust: 100%; }
body { max-width: 66rem; margin: 0 auto; padding: clamp(1.25rem, 5vw, 4rem) clamp(1rem, 4vw, 2rem); }
h1 { margin: 0; font-size: clamp(1.5rem, 1.25rem + 1.25vw, 2rem); line-height: 1.2; font-weight: 650; letter-spacing: -0.02em; }
table, .notice { width: 100%; border: 1px solid var(--line); border-radius: 0.75rem; background: var(--sheet); }
table { border-spacing: 0; }
caption { padding: 0.375rem 0 1.5rem; text-align: start; color: var(--quiet); }
.notice { margin: 1.5rem 0 0; padding: 1.25rem; color: var(--quiet); }
th, td { padding: 0.875rem clamp(0.5rem, 1.5vw, 1.25rem); text-align: start; vertical-align: baseline; font-weight: inherit; overflow-wrap: anywhere; }
thead th { padding-block: 0.625rem; font-size: 0.8125rem; color: var(--quiet); white-space: nowrap; }
tbody > tr > * { border-top: 1px solid var(--line); }
tbody th { min-width: 9rem; line-height: 1.375; font-weight: 600; }
.code { font: 0.8125rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; color: var(--quiet); }
.number { text-align: end; font-variant-numeric: tabular-nums; }
.number span, .stock { white-space: nowrap; }
s { visibility: hidden; }
ul { display: flex; flex-wrap: wrap; gap: 0.25rem; margin: 0; padding: 0; list-style: none; }
li { padding: 0.0625rem 0.5rem; border-radius: 0.375rem; font-size: 0.8125rem; background: var(--label); }
.stock::before { content: ""; display: inline-block; width: 0.625rem; height: 0.625rem; margin-inline-end: 0.5rem; border: 0.125rem solid; border-radius: 50%; }
.in { color: var(--quiet); }
.in::before { border-color: var(--in); background: var(--in); }
.low { color: var(--low); font-weight: 600; }
.low::before { background: linear-gradient(transparent 50%, currentColor 50%); }
.out { color: var(--out); font-weight: 600; }
nav { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0.75rem; margin-top: 1.5rem; }
a { padding: 0.5rem 1rem; border: 1px solid var(--line); border-radius: 0.5rem; font-weight: 600; color: var(--link); background: var(--sheet); text-decoration: none; }
a:hover { border-color: currentColor; }
a:focus-visible { outline: 0.1875rem solid var(--link); outline-offset: 0.125rem; }
[rel="next"] { margin-inline-start: auto; }
[rel="next"]::after { content: " \\2192" / ""; }
footer { margin-top: 2.5rem; font-size: 0.8125rem; color: var(--quiet); font-variant-numeric: tabular-nums; }
@media (min-width: 44.01rem) {
  .number, .stock { width: 1%; }
}
@media (max-width: 44rem) {
  table, caption { display: block; border: 0; background: none; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tbody { display: grid; gap: 0.75rem; }
  tbody tr { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0.75rem 0.5rem; padding: 0.875rem 1rem; border: 1px solid var(--line); border-radius: 0.75rem; background: var(--sheet); }
  tbody tr > * { padding: 0; border: 0; }
  tbody th { flex: 1 0 50%; order: -2; min-width: 0; }
  .price { order: -1; }
  .labels { flex: 1 0 42%; }
  .quantity { color: var(--quiet); }
}
`;
