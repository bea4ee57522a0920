/** The page's whole style: it loads nothing, and follows the reader's colour scheme and width. */
export const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 0 auto; padding: 1rem; color: light-dark(#1a1d21, #e8eaed); background: light-dark(#fff, #16181c); }
h1 { font-size: 1.5rem; margin: 0.5rem 0 1rem; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 0.5rem 0.75rem; text-align: start; vertical-align: top; border-bottom: 1px solid light-dark(#d5d9de, #3a3f46); }
thead th { white-space: nowrap; }
tbody th { font-weight: 600; }
.number { text-align: end; font-variant-numeric: tabular-nums; white-space: nowrap; }
.code { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
ul { list-style: none; display: flex; flex-wrap: wrap; gap: 0.25rem; margin: 0; padding: 0; }
li { padding: 0 0.5rem; border-radius: 1rem; background: light-dark(#e6ebf2, #2b3440); }
.gone { color: light-dark(#a3211b, #ff9d94); }
nav { display: flex; gap: 1.5rem; margin: 1rem 0; }
a { color: light-dark(#0b57d0, #9cc2ff); }
footer { margin-top: 2rem; font-size: 0.875rem; color: light-dark(#565c64, #a7adb5); }
`;
