// What lies above the page: modal, popover, menu, tooltip.

define("s-modal", class extends PolarisElement {
  static css = `
    :host { display: contents; }
    dialog { border: 0; padding: 0; border-radius: 16px; inline-size: min(620px, calc(100vw - 32px)); max-block-size: calc(100vh - 64px); color: inherit;
      box-shadow: 0 20px 20px -8px #1a1a1a47, 0 0 0 1px #0000000f; overflow: hidden; }
    dialog[open] { display: flex; flex-direction: column; } dialog::backdrop { background: #00000080; }
    :host([size="small"]) dialog, :host([size="small-100"]) dialog { inline-size: min(380px, calc(100vw - 32px)); }
    :host([size="large"]) dialog, :host([size="large-100"]) dialog { inline-size: min(980px, calc(100vw - 32px)); }
    header { display: flex; align-items: center; gap: 8px; padding: 12px 16px; background: #f3f3f3; border-block-end: 1px solid var(--s-border); }
    h2 { font: inherit; font-size: 14px; font-weight: 650; margin: 0; flex: 1; }
    .close { border: 0; background: none; padding: 4px; display: flex; cursor: pointer; border-radius: 6px; color: inherit; } .close:hover { background: #0000000d; }
    .body { padding: 16px; overflow: auto; } :host([padding="none"]) .body { padding: 0; }
    footer { display: flex; gap: 8px; justify-content: flex-end; padding: 12px 16px; border-block-start: 1px solid var(--s-border); }
    @media (max-width: 490px) { dialog { margin-block-end: 0; max-inline-size: 100vw; inline-size: 100vw; border-end-start-radius: 0; border-end-end-radius: 0; } }`;

  html() {
    return `<dialog aria-label="${this.safe("accessibilitylabel") || this.safe("heading")}"><header><h2>${this.safe("heading")}</h2>
      <button class="close" type="button" aria-label="Close">${glyph("x", 16)}</button></header><div class="body"><slot></slot></div>
      <footer><slot name="secondary-actions"></slot><slot name="primary-action"></slot></footer></dialog>`;
  }

  wire() {
    const dialog = this.$("dialog");
    this.$(".close").addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => this.say("hide", "afterhide"));
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    this.wireFooter();
  }

  say(...types) {
    for (const type of types) this.dispatchEvent(new Event(type));
  }

  showOverlay() {
    const dialog = this.$("dialog");
    if (dialog.open) return;
    this.wireFooter();
    dialog.showModal();
    this.say("show", "aftershow");
  }

  wireFooter() {
    const hasActions = this.querySelector(':scope > [slot$="action"], :scope > [slot$="actions"]') !== null;
    this.$("footer").style.display = hasActions ? "" : "none";
  }

  hideOverlay() {
    this.$("dialog").close();
  }

  toggleOverlay() {
    if (this.$("dialog").open) this.hideOverlay();
    else this.showOverlay();
  }
});

// Beside its button, inside the window, mirrored for right-to-left pages.
function placeBeside(surface, anchor) {
  const at = anchor.getBoundingClientRect();
  const isRTL = getComputedStyle(anchor).direction === "rtl";
  const width = surface.offsetWidth;
  const left = isRTL ? at.right - width : at.left;
  surface.style.left = `${Math.max(8, Math.min(left, window.innerWidth - width - 8))}px`;
  surface.style.top = `${at.bottom + 4}px`;
}

class FloatingElement extends PolarisElement {
  static css = `
    :host { display: contents; }
    .surface { position: fixed; inset: auto; margin: 0; border: 0; padding: 4px; border-radius: 12px; background: #fff; color: inherit;
      min-inline-size: 160px; box-shadow: 0 4px 6px -2px #1a1a1a33, 0 0 0 1px #00000014; }
    ::slotted(s-button) { display: block; }`;

  html() {
    const label = this.is("accessibilitylabel") ? `aria-label="${this.safe("accessibilitylabel")}"` : "";
    return `<div class="surface" popover ${label} ${this.surfaceRole ?? ""}><slot></slot></div>`;
  }

  wire() {
    this.$(".surface").addEventListener("toggle", (event) => {
      const isOpen = event.newState === "open";
      for (const type of isOpen ? ["show", "aftershow"] : ["hide", "afterhide"]) this.dispatchEvent(new Event(type));
    });
    this.addEventListener("click", () => this.localName === "s-menu" && this.hideOverlay());
  }

  showOverlay(anchor) {
    this.$(".surface").showPopover();
    if (anchor) placeBeside(this.$(".surface"), anchor);
  }

  hideOverlay() {
    this.$(".surface").hidePopover();
  }

  toggleOverlay(anchor) {
    if (this.$(".surface").matches(":popover-open")) this.hideOverlay();
    else this.showOverlay(anchor);
  }
}

define("s-popover", class extends FloatingElement {});
define("s-menu", class extends FloatingElement {});

define("s-tooltip", class extends PolarisElement {
  static css = `:host { display: contents; } .tip { position: fixed; inset: auto; margin: 0; border: 0; padding: 6px 10px; border-radius: 8px; background: #fff;
    max-inline-size: 260px; color: inherit; box-shadow: 0 4px 6px -2px #1a1a1a33, 0 0 0 1px #00000014; }`;

  html() {
    return `<div class="tip" popover="manual" role="tooltip"><slot></slot></div>`;
  }

  showAt(anchor) {
    const tip = this.$(".tip");
    if (!anchor) {
      if (tip.matches(":popover-open")) tip.hidePopover();
      return;
    }
    tip.showPopover();
    placeBeside(tip, anchor);
  }
});
