// Text, headings, lists, badges, the plain table, the empty state.

const TONES = `
  :host([color="subdued"]) { color: var(--s-subdued); } :host([tone="critical"]) { color: var(--s-critical); }
  :host([tone="success"]) { color: var(--s-success); } :host([tone="info"]) { color: var(--s-info); }
  :host([tone="warning"]), :host([tone="caution"]) { color: var(--s-warning); }
  :host([fontvariantnumeric="tabular-nums"]) { font-variant-numeric: tabular-nums; }
  :host([accessibilityvisibility="exclusive"]) { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }`;

class TextElement extends PolarisElement {
  wire() {
    if (this.is("fontsize")) this.style.fontSize = FONT_SIZE[this.text("fontsize")] ?? "";
    if (this.is("fontweight")) this.style.fontWeight = FONT_WEIGHT[this.text("fontweight")] ?? "";
    if (this.text("accessibilityvisibility") === "hidden") this.ariaHidden = "true";
  }
}

define("s-text", class extends TextElement {
  static css = `:host { display: inline; font: inherit; color: inherit; } :host([type="strong"]) { font-weight: 650; }
    :host([type="redundant"]) { text-decoration: line-through; } ${TONES}`;
});
define("s-number", class extends TextElement {
  static css = `:host { display: inline; font-variant-numeric: tabular-nums; } ${TONES}`;
});
define("s-paragraph", class extends TextElement {
  static css = `:host { display: block; } ${TONES}`;

  html() {
    return `<span part="paragraph" role="paragraph"><slot></slot></span>`;
  }
});

// The level follows the nesting in sections, as in the real element: the author never writes it.
define("s-heading", class extends TextElement {
  static css = `:host { display: block; } .h { font-size: 14px; line-height: 20px; font-weight: 650; margin: 0; }
    :host([fontsize]) .h { font-size: inherit; line-height: 1.35; } :host([lineclamp]) .h { overflow: hidden; text-overflow: ellipsis; }`;

  html() {
    if (["none", "presentation"].includes(this.text("accessibilityrole"))) return `<div class="h"><slot></slot></div>`;
    let level = 2;
    for (let up = this.closest("s-section"); up; up = up.parentElement?.closest("s-section")) level += 1;
    return `<h${Math.min(level, 6)} class="h"><slot></slot></h${Math.min(level, 6)}>`;
  }
});

for (const [tag, style] of [["s-unordered-list", "disc"], ["s-ordered-list", "decimal"]]) {
  define(tag, class extends PolarisElement {
    static css = `:host { display: block; padding-inline-start: 20px; list-style: ${style}; }`;

    connectedCallback() {
      super.connectedCallback();
      this.role = "list";
    }
  });
}
define("s-list-item", class extends PolarisElement {
  static css = ":host { display: list-item; list-style: inherit; margin-block: 4px; }";

  connectedCallback() {
    super.connectedCallback();
    this.role = "listitem";
  }
});

define("s-badge", class extends PolarisElement {
  static css = `
    :host { display: inline-flex; align-items: center; gap: 4px; padding: 2px 8px; border-radius: 8px; background: #0000000f; color: #616161;
      font-weight: 550; font-size: 12px; line-height: 16px; inline-size: fit-content; white-space: nowrap; }
    :host([size="large"]), :host([size="large-100"]) { padding: 4px 10px; font-size: 13px; }
    :host([tone="info"]) { background: #e0f0ff; color: #00527c; } :host([tone="success"]) { background: #affebf; color: #014b40; }
    :host([tone="caution"]) { background: #fff8db; color: #4f4700; } :host([tone="warning"]) { background: #ffebd5; color: #5e4200; }
    :host([tone="critical"]) { background: #fee8eb; color: #8e0b21; }
    :host([tone="success"][color="strong"]) { background: #29845a; color: #fff; } :host([tone="critical"][color="strong"]) { background: #c70a24; color: #fff; }`;

  html() {
    return `${this.is("icon") ? glyph(this.text("icon"), 16) : ""}<slot></slot>`;
  }
});

define("s-chip", class extends PolarisElement {
  static css = `:host { display: inline-flex; gap: 4px; padding: 2px 10px; border-radius: 999px; background: #ebebeb; font-size: 12px; }`;

  html() {
    return `<slot name="graphic"></slot><slot></slot>`;
  }
});

define("s-empty-state", class extends PolarisElement {
  static css = `
    :host { display: grid; justify-items: center; gap: 12px; padding: 40px 16px; text-align: center; }
    h3 { font-size: 14px; line-height: 20px; font-weight: 650; margin: 0; } .actions { display: flex; gap: 8px; flex-wrap: wrap; justify-content: center; }
    .sub { color: var(--s-subdued); max-inline-size: 52ch; }`;

  html() {
    return `<slot name="graphic"></slot><h3>${this.safe("heading")}</h3><div class="sub"><slot name="subheading"></slot></div>
      <div class="actions"><slot name="secondary-actions"></slot><slot name="primary-action"></slot></div>`;
  }
});

// Plain on purpose: Tribute shows data in native tables; these only keep a page readable that uses them.
const TABLE = {
  "s-table": ["table", "table", "inline-size: 100%; border-collapse: collapse"],
  "s-table-header-row": ["table-row", "row", "background: #f7f7f7; color: #616161; font-weight: 550; font-size: 12px"],
  "s-table-header": ["table-cell", "columnheader", "padding: 8px 12px; border-block: 1px solid #e3e3e3"],
  "s-table-body": ["table-row-group", "rowgroup", ""],
  "s-table-row": ["table-row", "row", ""],
  "s-table-cell": ["table-cell", "cell", "padding: 8px 12px; border-block-end: 1px solid #ebebeb"],
};
for (const [tag, [display, role, css]] of Object.entries(TABLE)) {
  define(tag, class extends PolarisElement {
    static css = `:host { display: ${display}; ${css} } :host([format="numeric"]), :host([format="currency"]) { text-align: end; }`;

    connectedCallback() {
      super.connectedCallback();
      this.role = role;
    }
  });
}
