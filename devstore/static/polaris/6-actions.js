// Buttons, links, banners.

// A command names another element: show it, hide it, switch it. Menus and popovers open beside the button.
function runCommand(element) {
  const target = element.is("commandfor") ? element.getRootNode().getElementById(element.text("commandfor")) : null;
  if (!target?.showOverlay) return;
  const command = element.text("command") || "--auto";
  if (command === "--show" || (command === "--auto" && target.localName === "s-modal")) target.showOverlay(element);
  else if (command === "--hide") target.hideOverlay();
  else target.toggleOverlay(element);
}

function showTooltip(element, isShown) {
  const target = element.is("interestfor") ? document.getElementById(element.text("interestfor")) : null;
  target?.showAt?.(isShown ? element : null);
}

// The inner control is a link when there is an address, else a button; both take the keyboard by themselves.
class ActionElement extends PolarisElement {
  static delegatesFocus = true;

  inner(content, classes = "") {
    const label = this.is("accessibilitylabel") ? `aria-label="${this.safe("accessibilitylabel")}"` : "";
    const isOff = this.is("disabled") || this.is("loading");
    if (this.is("href") && !isOff) {
      const target = this.text("target") && this.text("target") !== "auto" ? `target="${this.safe("target")}"` : "";
      const download = this.is("download") ? `download="${this.safe("download")}"` : "";
      return `<a part="control" class="${classes}" href="${this.safe("href")}" ${target} ${download} ${label}>${content}</a>`;
    }
    const busy = this.is("loading") ? 'aria-busy="true"' : "";
    return `<button part="control" type="button" class="${classes}" ${label} ${isOff ? "disabled" : ""} ${busy}>${content}</button>`;
  }

  get control() {
    return this.$("a, button");
  }

  click() {
    this.control?.click();
  }

  connectedCallback() {
    super.connectedCallback();
    if (this.isWired) return;
    this.isWired = true;
    this.addEventListener("click", (event) => this.activate(event));
    for (const [type, isShown] of [["mouseenter", true], ["focusin", true], ["mouseleave", false], ["focusout", false]]) {
      this.addEventListener(type, () => showTooltip(this, isShown));
    }
  }

  activate(event) {
    if (this.is("disabled") || this.is("loading")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    runCommand(this);
    // After the page's own click handlers, which may still prevent it, as with a native button.
    queueMicrotask(() => event.defaultPrevented || this.submitOrReset());
  }

  submitOrReset() {
    const form = this.closest("form");
    if (this.text("type") === "submit") form?.requestSubmit();
    if (this.text("type") === "reset") form?.reset();
  }
}

define("s-button", class extends ActionElement {
  static css = `
    :host { display: inline-block; max-inline-size: 100%; vertical-align: middle; } :host([inlinesize="fill"]) { display: block; }
    :host([inlinesize="fill"]) .b { inline-size: 100%; }
    .b { display: inline-flex; align-items: center; justify-content: center; gap: 4px; min-block-size: 28px; padding: 4px 12px; border: 0;
      border-radius: 8px; background: #fff; color: var(--s-text); font: inherit; font-size: 12px; font-weight: 550; line-height: 16px;
      text-decoration: none; cursor: pointer; position: relative; white-space: nowrap;
      box-shadow: inset 0 -1px 0 #b5b5b5, inset 0 0 0 1px #0000001a, inset 0 0.5px 0 1.5px #fff; }
    .b.only { padding: 4px; min-inline-size: 28px; } .b:hover { background: #fafafa; } .b:active { background: #f3f3f3; box-shadow: inset 0 2px 1px #1a1a1a33; }
    .primary { background: #303030; color: #fff; box-shadow: inset 0 -1px 0 1px #000000cc, inset 0 0 0 1px #303030, inset 0 0.5px 0 1.5px #ffffff40; }
    .primary:hover { background: #1a1a1a; } .primary:active { background: #1a1a1a; }
    .tertiary { background: transparent; box-shadow: none; } .tertiary:hover { background: #0000000d; }
    .critical { color: #8e0b21; } .primary.critical { background: #c70a24; color: #fff; box-shadow: inset 0 -1px 0 1px #8e0b21cc, inset 0 0 0 1px #c70a24; }
    .b:disabled { background: #0000000d; color: #707070; box-shadow: none; cursor: default; } .primary:disabled { background: #6f6f6f; color: #fff; }
    .tertiary:disabled { background: transparent; }
    [aria-busy] .label { opacity: 0; } [aria-busy]::after { content: ""; position: absolute; inline-size: 14px; block-size: 14px;
      border: 2px solid currentColor; border-block-start-color: transparent; border-radius: 50%; animation: turn 0.8s linear infinite; }
    @keyframes turn { to { transform: rotate(1turn); } }
    @media (pointer: coarse) { .b { min-block-size: 32px; } }`;

  html() {
    const variant = this.text("variant") || (this.slot === "primary-action" ? "primary" : "secondary");
    const icon = this.is("icon") ? glyph(this.text("icon"), 16) : "";
    const classes = `b ${variant} ${this.text("tone")}`;
    return this.inner(`${icon}<span class="label"><slot></slot></span>`, classes);
  }

  // The parser adds the label after it has opened the element, so an icon on its own is only known later.
  wire() {
    const update = () => this.control.classList.toggle("only", this.is("icon") && this.textContent.trim() === "");
    this.$("slot").addEventListener("slotchange", update);
    update();
  }
});

define("s-link", class extends ActionElement {
  static css = `
    :host { display: inline; font: inherit; } :host([tone="neutral"]) .l { color: inherit; } :host([tone="critical"]) .l { color: var(--s-critical); }
    .l { font: inherit; color: var(--s-link); background: none; border: 0; padding: 0; cursor: pointer; text-decoration: underline; text-underline-offset: 2px; border-radius: 4px; }
    .l:hover { color: #004299; }`;

  html() {
    return this.inner("<slot></slot>", "l");
  }
});

define("s-clickable", class extends ActionElement {
  static css = `:host { display: block; } .c { display: block; inline-size: 100%; font: inherit; color: inherit; text-align: start; background: none; border: 0;
    padding: 0; text-decoration: none; cursor: pointer; border-radius: inherit; }`;

  html() {
    return this.inner("<slot></slot>", "c");
  }

  wire() {
    BoxElement.prototype.wire.call(this);
  }
});

define("s-button-group", class extends PolarisElement {
  static css = `:host { display: inline-flex; gap: 8px; flex-wrap: wrap; } :host([gap="none"]) { gap: 0; }`;

  html() {
    return `<slot name="secondary-actions"></slot><slot></slot><slot name="primary-action"></slot>`;
  }
});

// The admin draws the menu of the app; in the page these links only say what it holds.
define("s-app-nav", class extends PolarisElement {
  static css = ":host { display: none; }";
});

define("s-banner", class extends PolarisElement {
  static css = `
    :host { display: block; } .box { border-radius: 12px; background: #fff; box-shadow: 0 1px 0 #1a1a1a12, 0 0 0 1px #0000000f; overflow: hidden; }
    .head { display: flex; align-items: center; gap: 8px; padding: 10px 12px; font-weight: 650; background: var(--fill, #d5ebff); color: var(--ink, #003a5a); }
    .head b { flex: 1; font-weight: 650; } .body { padding: 12px; display: flex; flex-direction: column; gap: 8px; }
    .none { flex: 1; font-weight: 450; } .close { border: 0; background: none; color: inherit; padding: 4px; display: flex; cursor: pointer; border-radius: 6px; }
    :host([tone="success"]) { --fill: #92fcac; --ink: #014b40; } :host([tone="warning"]) { --fill: #ffb800; --ink: #251a00; }
    :host([tone="critical"]) { --fill: #fdd8dd; --ink: #8e0b21; }`;

  html() {
    const icon = { success: "check-circle", warning: "alert-triangle", critical: "alert-circle" }[this.text("tone")] ?? "info";
    const close = this.is("dismissible") ? `<button class="close" type="button" aria-label="Dismiss">${glyph("x", 16)}</button>` : "";
    const role = this.text("tone") === "critical" ? "alert" : "status";
    const lead = this.is("heading") ? `<b>${this.safe("heading")}</b>` : `<span class="none"><slot></slot></span>`;
    const rest = this.is("heading") ? `<div class="body"><slot></slot><slot name="secondary-actions"></slot></div>` : "";
    return `<div class="box" role="${role}"><div class="head">${glyph(icon)}${lead}${close}</div>${rest}</div>`;
  }

  wire() {
    this.$(".close")?.addEventListener("click", () => {
      this.hidden = true;
      for (const type of ["dismiss", "afterhide"]) this.dispatchEvent(new Event(type));
    });
    const body = this.$(".body");
    if (!body) return;
    const update = () => {
      body.style.display = this.textContent.trim() === "" && this.children.length === 0 ? "none" : "";
    };
    for (const slot of this.shadowRoot.querySelectorAll("slot")) slot.addEventListener("slotchange", update);
    update();
  }
});
