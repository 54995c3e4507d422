/** What all pages have in common. Okabe and Ito's colours: the darker ones on white, the lighter ones on black. */
export const STYLE = `
:root {
  --ground: #ffffff; --text: #1b1b1b; --quiet: #5a5a5a; --line: #d8d8d8; --panel: #f6f6f4;
  --run0: #0072b2; --run1: #d55e00; --run2: #009e73; --run3: #b0508a; --run4: #b27b00; --run5: #000000;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #141414; --text: #ececec; --quiet: #a8a8a8; --line: #3a3a3a; --panel: #1e1e1e;
    --run0: #56b4e9; --run1: #ff8a3d; --run2: #2fd0a2; --run3: #e59ac6; --run4: #f0e442; --run5: #ffffff;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 1400px; margin: 0 auto; padding: 24px 32px 64px; }
header p { margin: 0; color: var(--quiet); }
h1 { margin: 0 0 8px; font-size: 30px; line-height: 1.25; overflow-wrap: anywhere; }
h1 small { font-size: 20px; font-weight: normal; color: var(--quiet); }
h2 { margin: 32px 0 8px; font-size: 22px; }
h3 { margin: 0; font-size: 17px; }
.charts { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 20px; }
figure { margin: 0; padding: 14px 16px 8px; background: var(--panel); border-radius: 8px; min-width: 0; }
figure.wide { grid-column: 1 / -1; }
figcaption { display: flex; flex-wrap: wrap; gap: 2px 24px; align-items: baseline; margin-bottom: 6px; }
figure > svg { display: block; width: 100%; height: auto; }
figure > svg text { font-variant-numeric: tabular-nums; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 18px; margin: 0; padding: 0; list-style: none; font-size: 15px; }
.legend svg { margin-right: 7px; vertical-align: -2px; overflow: visible; }
.table { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 4px 28px 4px 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
tbody th { font-weight: normal; color: var(--quiet); }
summary { cursor: pointer; margin: 12px 0 4px; }
@media (max-width: 900px) { .charts { grid-template-columns: minmax(0, 1fr); } main { padding: 16px; } th, td { padding-right: 16px; } }
@media print { figure { break-inside: avoid; } }
`;
