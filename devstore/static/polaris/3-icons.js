// A few glyphs of our own on a 20 x 20 grid; every other icon name shows a neutral dot.

const GLYPHS = {
  "alert-triangle": "M10 3.5 17 16H3zM10 8v4M10 14v.2", "alert-circle": "M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14M10 6.5v4M10 13v.2",
  "arrow-left": "M16 10H4m5-5-5 5 5 5", "arrow-right": "M4 10h12m-5-5 5 5-5 5", "arrow-up": "M10 16V4m-5 5 5-5 5 5",
  "arrow-down": "M10 4v12m-5-5 5 5 5-5", calendar: "M4 5h12v11H4zM4 8.5h12M7 3v3M13 3v3", check: "m4 10.5 4 4 8-9",
  "check-circle": "M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14m-3 7 2.2 2.2L13 8.2", "chevron-down": "m5 8 5 5 5-5",
  "chevron-up": "m5 12 5-5 5 5", "chevron-right": "m8 5 5 5-5 5", "chevron-left": "m12 5-5 5 5 5",
  clipboard: "M5 5h10v12H5zM8 3h4v3H8z", clock: "M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14m0 3v4l2.5 2",
  delete: "M4 6h12M8 6V4h4v2M6 6l.6 10h6.8L14 6", discount: "M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14M7.5 12.5l5-5M7.7 7.8h.1M12.2 12.2h.1",
  duplicate: "M4 4h9v9H4zM7 13v3h9V7h-3", edit: "m4 16 1-4 8-8 3 3-8 8z", email: "M3 5h14v10H3zm0 1 7 5 7-5",
  export: "M10 13V4M6.5 7 10 3.5 13.5 7M4 12v4h12v-4", external: "M11 4h5v5M16 4l-7 7M13 11v5H4V7h5",
  filter: "M4 6h12M6.5 10h7M9 14h2", home: "m3 10 7-6 7 6M5 9v7h10V9", info: "M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14M10 9v4.5M10 6.5v.2",
  link: "M8 12l4-4M9 6l1.5-1.5a3.5 3.5 0 0 1 5 5L14 11M11 14l-1.5 1.5a3.5 3.5 0 0 1-5-5L6 9", "menu-horizontal": "M5 10h.1M10 10h.1M15 10h.1",
  minus: "M4 10h12", money: "M3 6h14v8H3zM10 8.2a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6", order: "M4 4h12v12H4zM4 11h3l1 2h4l1-2h3",
  person: "M10 4a3 3 0 1 1 0 6 3 3 0 0 1 0-6M4 16c.8-3 3-4.2 6-4.2s5.2 1.2 6 4.2", plus: "M10 4v12M4 10h12", product: "M10 3h6v6l-7 7-6-6zM13 6.8h.1",
  refresh: "M15.5 8a6 6 0 1 0 .3 4M16 4v4h-4", search: "M9 4a5 5 0 1 1 0 10A5 5 0 0 1 9 4m3.5 8.5L16 16", settings: "M4 6h7M14 6h2M4 14h2M9 14h7M12.5 4.5v3M7.5 12.5v3",
  view: "M2.5 10C5 6 7.5 5 10 5s5 1 7.5 5c-2.5 4-5 5-7.5 5s-5-1-7.5-5m7.5-2a2 2 0 1 1 0 4 2 2 0 0 1 0-4", x: "m5 5 10 10M15 5 5 15",
  "question-circle": "M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14M8 8.2a2 2 0 1 1 2.7 1.9c-.5.2-.7.5-.7 1.1M10 13.5v.2",
};
const DOT = "M10 8.5a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3";

function glyph(name, size = 20) {
  const path = GLYPHS[name] ?? DOT;
  return `<svg part="icon" viewBox="0 0 20 20" width="${size}" height="${size}" fill="none" stroke="currentColor" stroke-width="1.5"
    stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="${path}"/></svg>`;
}

define("s-icon", class extends PolarisElement {
  static css = `
    :host { display: inline-flex; vertical-align: middle; }
    :host([color="subdued"]) { color: var(--s-subdued); } :host([tone="critical"]) { color: var(--s-critical); }
    :host([tone="success"]) { color: #29845a; } :host([tone="warning"]), :host([tone="caution"]) { color: #b28400; }
    :host([tone="info"]) { color: #0094d5; }`;

  html() {
    return glyph(this.text("type"), this.text("size") === "small" ? 16 : 20);
  }
});

define("s-spinner", class extends PolarisElement {
  static css = `
    :host { display: inline-flex; --size: 20px; } :host([size="large"]) { --size: 28px; } :host([size="large-100"]) { --size: 44px; }
    span { inline-size: var(--size); block-size: var(--size); border: 2px solid #cfcfcf; border-block-start-color: #4a4a4a;
      border-radius: 50%; animation: turn 0.8s linear infinite; }
    @keyframes turn { to { transform: rotate(1turn); } }`;

  html() {
    return `<span role="img" aria-label="${this.safe("accessibilitylabel") || "Loading"}"></span>`;
  }
});
