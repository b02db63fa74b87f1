// Stand-in for the Polaris web components, for development without Shopify: own code and own CSS on public names.
// The parts of this folder are joined in order into one script; ELEMENTS (tags, attributes, values) is put before them.

const TOKENS = `
  :host {
    --s-bg: #f1f1f1; --s-card: #fff; --s-text: #303030; --s-subdued: #616161; --s-border: #e3e3e3; --s-strong-border: #8a8a8a;
    --s-link: #005bd3; --s-focus: #005bd3; --s-critical: #8e0b21; --s-critical-fill: #c70a24; --s-success: #0c5132;
    --s-caution: #5e4200; --s-warning: #5e4200; --s-info: #003a5a; --s-neutral: #303030;
    font: 450 13px/20px Inter, -apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, sans-serif; color: var(--s-text);
    box-sizing: border-box;
  }
  :host([hidden]) { display: none !important; }
  *, *::before, *::after { box-sizing: border-box; }
  :focus-visible { outline: 2px solid var(--s-focus); outline-offset: 1px; }
  .visually-hidden { position: absolute; inline-size: 1px; block-size: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  @media (prefers-reduced-motion: reduce) { *, *::before, *::after { animation-duration: 0.01ms !important; transition: none !important; } }
`;

const SPACE = {
  none: 0, "small-500": 1, "small-400": 2, "small-300": 4, "small-200": 6, "small-100": 8, small: 12, base: 16,
  large: 20, "large-100": 24, "large-200": 32, "large-300": 40, "large-400": 48, "large-500": 64,
};
const RADIUS = { none: 0, "small-200": 2, "small-100": 4, small: 6, base: 8, large: 12, "large-100": 16, "large-200": 20 };
const FONT_SIZE = {
  "small-200": "10px", "small-100": "11px", small: "12px", base: "13px", large: "14px", "large-100": "16px",
  "large-200": "18px", "large-300": "20px", "large-400": "24px",
};
const FONT_WEIGHT = { base: 450, medium: 550, semibold: 650, bold: 700 };

function sheet(css) {
  const made = new CSSStyleSheet();
  made.replaceSync(css);
  return made;
}

const TOKEN_SHEET = sheet(TOKENS);
const SHEETS = new Map();

function sheetsOf(kind) {
  if (!SHEETS.has(kind)) SHEETS.set(kind, [TOKEN_SHEET, sheet(kind.css ?? "")]);
  return SHEETS.get(kind);
}

// "small-200 base" -> "6px 16px"; a value with its own unit, or a responsive one, falls back to the largest case.
function spacing(value) {
  const plain = value.startsWith("@container") ? value.split(",").at(-1).trim() : value;
  return plain.split(/\s+/).map((name) => (name in SPACE ? `${SPACE[name]}px` : name)).join(" ");
}

const escapes = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escapeText = (text) => String(text ?? "").replace(/[&<>"]/g, (sign) => escapes[sign]);

// Base of every element: a shadow root rendered from `html()`, rendered again when an observed attribute changes.
class PolarisElement extends HTMLElement {
  static css = ":host { display: block; }";

  constructor() {
    super();
    this.attachShadow({ mode: "open", delegatesFocus: this.constructor.delegatesFocus ?? false });
    this.shadowRoot.adoptedStyleSheets = sheetsOf(this.constructor);
  }

  static get observedAttributes() {
    return Object.keys(ELEMENTS[this.tag]?.attributes ?? {});
  }

  connectedCallback() {
    checkElement(this);
    if (!this.isRendered) this.render();
  }

  attributeChangedCallback() {
    if (this.isRendered) this.render();
  }

  render() {
    this.isRendered = true;
    this.shadowRoot.innerHTML = this.html();
    this.wire();
  }

  html() {
    return "<slot></slot>";
  }

  wire() {}

  is(name) {
    return this.hasAttribute(name);
  }

  text(name) {
    return this.getAttribute(name) ?? "";
  }

  safe(name) {
    return escapeText(this.text(name));
  }

  $(selector) {
    return this.shadowRoot.querySelector(selector);
  }
}

// Attribute names are also properties (heading, loading, accessibilityLabel ...), as the manifest spells them.
function addProperties(kind, tag) {
  for (const [name, type] of Object.entries(ELEMENTS[tag]?.attributes ?? {})) {
    const property = ELEMENTS._camel[name] ?? name;
    if (property in kind.prototype) continue;
    Object.defineProperty(kind.prototype, property, {
      configurable: true,
      get() {
        return type === "boolean" ? this.hasAttribute(name) : this.getAttribute(name) ?? "";
      },
      set(value) {
        if (type === "boolean") this.toggleAttribute(name, Boolean(value));
        else if (value == null) this.removeAttribute(name);
        else this.setAttribute(name, value);
      },
    });
  }
}

function define(tag, kind) {
  if (customElements.get(tag)) return;
  kind.tag = tag;
  addProperties(kind, tag);
  customElements.define(tag, kind);
}
