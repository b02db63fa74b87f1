// Page, cards, boxes and text.

define("s-page", class extends PolarisElement {
  static css = `
    :host { display: block; max-inline-size: 998px; margin-inline: auto; padding: 16px; }
    :host([inlinesize="small"]) { max-inline-size: 662px; } :host([inlinesize="large"]) { max-inline-size: none; }
    header { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; min-block-size: 28px; margin-block-end: 16px; }
    header[hidden] { display: none; }
    h1 { font: 650 18px/24px Inter, -apple-system, sans-serif; margin: 0; margin-inline-end: auto; }
    .body { display: grid; gap: 16px; grid-template-columns: minmax(0, 1fr); }
    .main { display: grid; gap: 16px; grid-template-columns: minmax(0, 1fr); align-content: start; }
    .main ::slotted(*) { min-inline-size: 0; }
    @media (min-width: 768px) { .body.split { grid-template-columns: minmax(0, 2fr) minmax(0, 1fr); } }
    @media (max-width: 490px) { :host { padding-inline: 0; } header { padding-inline: 16px; } }`;

  // Inside the admin the title bar is the admin's; a second heading in the frame would say everything twice.
  html() {
    const hidden = globalThis.shopify?.environment?.embedded ? "hidden" : "";
    return `<header part="header" ${hidden}>
        <slot name="breadcrumb-actions"></slot><h1>${this.safe("heading")}</h1><slot name="supplemental-start"></slot>
        <slot name="secondary-actions"></slot><slot name="primary-action"></slot></header>
      <div class="body"><div class="main"><slot></slot></div><div class="main aside"><slot name="aside"></slot></div></div>`;
  }

  wire() {
    const aside = this.$('slot[name="aside"]');
    const update = () => {
      const isSplit = aside.assignedElements().length > 0;
      this.$(".body").classList.toggle("split", isSplit);
      this.$(".aside").hidden = !isSplit;
      this.$(".aside").style.display = isSplit ? "" : "none";
    };
    aside.addEventListener("slotchange", update);
    update();
  }
});

define("s-section", class extends PolarisElement {
  static css = `
    :host { display: block; }
    section { background: var(--s-card); border-radius: 12px; padding: 16px;
      box-shadow: 0 1px 0 #1a1a1a12, 0 2px 3px -1px #0000001f, 0 0 0 1px #0000000f; }
    :host([padding="none"]) section { padding: 0; overflow: hidden; } :host([padding="none"]) header { padding: 16px 16px 12px; margin: 0; }
    section.nested { box-shadow: none; padding: 0; border-radius: 0; }
    header { display: flex; align-items: center; gap: 8px; flex-wrap: wrap; margin-block-end: 12px; }
    h2 { font: 650 14px/20px Inter, -apple-system, sans-serif; margin: 0; } p { margin: 0; color: var(--s-subdued); flex-basis: 100%; }
    .push { margin-inline-start: auto; display: flex; gap: 8px; }
    .body { display: flex; flex-direction: column; gap: 12px; } :host([padding="none"]) .body { gap: 0; }
    @media (max-width: 490px) { section { border-radius: 0; } }`;

  html() {
    const heading = this.safe("heading");
    const name = this.safe("accessibilitylabel") || heading;
    const label = name ? `aria-label="${name}"` : "";
    const title = heading && `<h2>${heading}</h2>`;
    const lead = this.is("subheading") ? `<p>${this.safe("subheading")}</p>` : "";
    const nested = this.parentElement?.closest("s-section") ? "nested" : "";
    return `<section class="${nested}" ${label}>
      <header><slot name="graphic"></slot>${title}<slot name="accessory"></slot>
        <span class="push"><slot name="secondary-actions"></slot><slot name="primary-action"></slot></span>${lead}</header>
      <div class="body"><slot></slot></div><slot name="supplemental"></slot></section>`;
  }

  wire() {
    const named = [...this.shadowRoot.querySelectorAll("header slot")];
    const update = () => {
      const isUsed = this.text("heading") || named.some((slot) => slot.assignedElements().length > 0);
      this.$("header").style.display = isUsed ? "" : "none";
    };
    for (const slot of named) slot.addEventListener("slotchange", update);
    update();
  }
});

// Attributes that are CSS properties of the host under another name.
const BOX_STYLES = {
  padding: ["padding", spacing], paddingblock: ["padding-block", spacing], paddinginline: ["padding-inline", spacing],
  paddingblockstart: ["padding-block-start", spacing], paddingblockend: ["padding-block-end", spacing],
  paddinginlinestart: ["padding-inline-start", spacing], paddinginlineend: ["padding-inline-end", spacing],
  gap: ["gap", spacing], rowgap: ["row-gap", spacing], columngap: ["column-gap", spacing],
  alignitems: ["align-items"], justifycontent: ["justify-content"], aligncontent: ["align-content"],
  justifyitems: ["justify-items"], placeitems: ["place-items"],
  gridtemplatecolumns: ["grid-template-columns", responsiveValue], gridtemplaterows: ["grid-template-rows", responsiveValue],
  gridcolumn: ["grid-column"], gridrow: ["grid-row"], inlinesize: ["inline-size"], blocksize: ["block-size"],
  mininlinesize: ["min-inline-size"], maxinlinesize: ["max-inline-size"], minblocksize: ["min-block-size"],
  maxblocksize: ["max-block-size"], overflow: ["overflow"],
  background: ["background", (name) => ({ subdued: "#f7f7f7", base: "#fff", strong: "#ebebeb" })[name] ?? "transparent"],
  borderradius: ["border-radius", (names) => names.split(" ").map((name) => `${RADIUS[name] ?? 0}px`).join(" ")],
  border: ["border", borderOf], borderwidth: ["border-width", (value) => (value === "none" ? "0" : "1px")],
};

// "@container (inline-size > 500px) 1fr 1fr, 1fr": the stand-in asks the window instead of the container.
function responsiveValue(value) {
  const match = /^@container\s*\(inline-size\s*(>=?)\s*(\d+)px\)\s*(.+),\s*(.+)$/.exec(value);
  if (!match) return value;
  return window.innerWidth >= Number(match[2]) ? match[3] : match[4];
}

function borderOf(value) {
  const [size, color = "base", style = "solid"] = value.split(" ");
  if (size === "none") return "0";
  return `${size.startsWith("large") ? 2 : 1}px ${style} ${{ subdued: "#ebebeb", base: "#e3e3e3", strong: "#8a8a8a" }[color]}`;
}

class BoxElement extends PolarisElement {
  wire() {
    for (const [name, [property, convert = (value) => value]] of Object.entries(BOX_STYLES)) {
      if (this.is(name)) this.style.setProperty(property, convert(this.text(name)));
    }
    const role = { section: "region", aside: "complementary", header: "banner", footer: "contentinfo", main: "main",
      navigation: "navigation", status: "status", "unordered-list": "list", "ordered-list": "list", "list-item": "listitem" };
    const wanted = role[this.text("accessibilityrole")];
    if (wanted) this.role = wanted;
    if (this.is("accessibilitylabel")) this.ariaLabel = this.text("accessibilitylabel");
  }
}

define("s-box", class extends BoxElement { static css = ":host { display: block; } :host([display=none]) { display: none; }"; });
define("s-scroll-box", class extends BoxElement { static css = ":host { display: block; overflow: auto; }"; });
define("s-query-container", class extends PolarisElement {});
define("s-grid", class extends BoxElement { static css = ":host { display: grid; grid-template-columns: minmax(0, 1fr); }"; });
define("s-grid-item", class extends BoxElement { static css = ":host { display: block; min-inline-size: 0; }"; });
define("s-stack", class extends BoxElement {
  static css = `:host { display: flex; flex-direction: column; } :host([direction="inline"]) { flex-direction: row; flex-wrap: wrap; align-items: center; }`;
});

define("s-divider", class extends PolarisElement {
  static css = `:host { display: block; border-block-start: 1px solid var(--s-border); } :host([color="strong"]) { border-color: #8a8a8a; }
    :host([direction="block"]) { border: 0; border-inline-start: 1px solid var(--s-border); align-self: stretch; }`;

  html() {
    return "";
  }

  connectedCallback() {
    super.connectedCallback();
    this.role = "separator";
  }
});
