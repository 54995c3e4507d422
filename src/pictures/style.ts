/** Of pages with pictures: letters for the back of a hall. */
export const PAGE = `
/* maps have the same colours on a dark page */
:root {
  --map0: #0072b2; --map1: #d55e00; --map2: #009e73; --map3: #b0508a; --map4: #b27b00; --map5: #000000;
}
main { max-width: 1280px; }
header p { font-size: 24px; line-height: 1.4; }
h1 { font-size: 42px; }
.picture { margin: 28px 0; padding: 24px 28px; }
.picture h2 { margin: 0 0 12px; font-size: 32px; line-height: 1.25; }
.picture h3 { font-size: 24px; font-weight: normal; }
.picture .legend { font-size: 24px; gap: 4px 36px; margin-bottom: 8px; }
.picture .legend svg { width: 52px; height: 28px; vertical-align: -6px; }
.panels { display: flex; flex-wrap: wrap; gap: 20px; }
.panels > div { min-width: 0; }
.drawing { overflow-x: auto; overflow-y: hidden; }
.drawing > svg { display: block; width: 100%; height: auto; font-variant-numeric: tabular-nums; }
.picture figcaption { display: block; margin-top: 12px; font-size: 22px; line-height: 1.45; }
.picture figcaption p { margin: 0 0 8px; max-width: 70em; }
.picture code { font-size: 20px; color: var(--quiet); overflow-wrap: anywhere; }
.picture table { font-size: 26px; white-space: nowrap; }
.picture thead th { color: var(--quiet); font-weight: normal; }
.picture tbody th { font-weight: bold; color: var(--text); }
.relief { margin-bottom: 20px; }
.relief-stage { position: relative; height: min(72vh, 720px); overflow: hidden; }
.relief canvas { display: block; width: 100%; height: 100%; touch-action: pan-y; cursor: grab; border-radius: 6px; }
.relief canvas:focus-visible { outline: 3px solid var(--run0); outline-offset: -3px; }
.relief-label { position: absolute; left: 0; top: 0; pointer-events: none; white-space: nowrap; font-size: 22px; font-weight: bold; padding: 0 6px; border-radius: 4px; background: color-mix(in srgb, var(--panel) 78%, transparent); }
.relief-steps { display: flex; gap: 16px; align-items: center; margin-top: 12px; }
.relief-steps button { font: inherit; font-size: 22px; padding: 4px 20px; }
.relief-steps input { flex: 1; min-width: 0; height: 32px; }
.relief-told, .relief-help, .relief-missing { margin: 8px 0 0; font-size: 20px; font-variant-numeric: tabular-nums; }
.relief-help { color: var(--quiet); }
@media (max-width: 900px) {
  h1 { font-size: 30px; } header p { font-size: 18px; }
  .picture { padding: 14px; } .picture h2 { font-size: 23px; }
  .picture figcaption, .picture .legend, .picture h3 { font-size: 17px; } .picture code { font-size: 15px; } .picture table { font-size: 18px; }
  .picture .legend svg { width: 36px; height: 20px; vertical-align: -4px; }
  .panels > div { flex-basis: 100% !important; }
  .broad > svg { min-width: 600px; }
  .relief-stage { height: 56vh; } .relief-label { font-size: 15px; } .relief-told, .relief-help, .relief-missing { font-size: 15px; }
}
`;
