// Form fields. Each takes part in its <form> through ElementInternals; a reset returns to the attribute the server wrote.

const FIELD_CSS = `
  :host { display: block; min-inline-size: 0; }
  label, legend { display: block; margin-block-end: 4px; padding: 0; }
  .hidden-label { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }
  .box { display: flex; align-items: center; gap: 4px; min-block-size: 32px; padding-inline: 12px; border: 1px solid #8a8a8a; border-radius: 8px; background: #fdfdfd; }
  .box:hover { border-color: #616161; } .box:focus-within { outline: 2px solid var(--s-focus); outline-offset: 1px; border-color: #303030; background: #fff; }
  .box.bad { border-color: var(--s-critical); background: #fee8eb; } .affix { color: var(--s-subdued); white-space: nowrap; }
  input.t, textarea, select { flex: 1; min-inline-size: 0; inline-size: 100%; border: 0; outline: 0; background: none; color: inherit; font: inherit; padding: 5px 0; }
  textarea { resize: vertical; min-block-size: 64px; } select { appearance: none; cursor: pointer; }
  input::placeholder, textarea::placeholder { color: #616161; }
  .details { color: var(--s-subdued); margin-block-start: 4px; } .error { display: flex; gap: 4px; color: var(--s-critical); margin-block-start: 4px; }
  .error:empty, .details:empty { display: none; } .error svg { flex: none; }
  :host([disabled]) .box { background: #0000000d; border-color: transparent; color: #616161; } .star { color: var(--s-critical); }
  @media (pointer: coarse) { input.t, textarea, select { font-size: 16px; } }`;

class FieldElement extends PolarisElement {
  static formAssociated = true;
  static delegatesFocus = true;
  static css = FIELD_CSS;

  constructor() {
    super();
    this.internals = this.attachInternals();
    this.current = null;
  }

  get form() {
    return this.internals.form;
  }

  get defaultValue() {
    return this.text("value");
  }

  get value() {
    return this.current ?? this.defaultValue;
  }

  set value(value) {
    this.current = String(value ?? "");
    if (this.isRendered) this.render();
  }

  connectedCallback() {
    super.connectedCallback();
    this.report();
  }

  formResetCallback() {
    this.current = null;
    this.render();
  }

  formDisabledCallback() {
    if (this.isRendered) this.render();
  }

  get isOff() {
    return this.is("disabled") || this.matches(":disabled");
  }

  report() {
    this.internals.setFormValue(this.value);
  }

  labelHTML(tag = "label") {
    const hidden = this.text("labelaccessibilityvisibility") === "exclusive" ? "hidden-label" : "";
    const star = this.is("required") ? '<span class="star" aria-hidden="true"> *</span>' : "";
    return this.is("label") ? `<${tag} ${tag === "label" ? 'for="c"' : ""} class="${hidden}">${this.safe("label")}${star}</${tag}>` : "";
  }

  notesHTML() {
    const error = this.text("error") ? `${glyph("alert-circle", 20)}<span>${this.safe("error")}</span>` : "";
    return `<div class="error" id="e" role="${error ? "alert" : "presentation"}">${error}</div><slot name="error"></slot>
      <div class="details" id="d">${this.safe("details")}</div><slot name="details"></slot>`;
  }

  // What both the label and the notes below say belongs to the control.
  ariaHTML() {
    const notes = [this.text("error") && "e", this.text("details") && "d"].filter(Boolean).join(" ");
    return [
      notes && `aria-describedby="${notes}"`,
      this.text("error") && 'aria-invalid="true"',
      this.is("required") && 'aria-required="true"',
      this.is("accessibilitylabel") && `aria-label="${this.safe("accessibilitylabel")}"`,
      this.isOff && "disabled",
    ].filter(Boolean).join(" ");
  }

  // A change event stays inside a shadow root; the page hears it from the element itself.
  relayChange(control, read) {
    const take = () => {
      this.current = read();
      this.report();
    };
    control.addEventListener("input", take);
    control.addEventListener("change", () => {
      take();
      this.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }

  // A server's answer changes `error` while the shopper types: draw again without losing the place.
  attributeChangedCallback(name) {
    if (!this.isRendered) return;
    const hadFocus = this.shadowRoot.activeElement !== null;
    this.render();
    if (hadFocus) this.focus();
    if (name === "value" || name === "name") this.report();
  }
}

const KINDS = {
  "s-text-field": { type: "text" }, "s-email-field": { type: "email" }, "s-url-field": { type: "url" },
  "s-password-field": { type: "password" }, "s-search-field": { type: "search" }, "s-number-field": { type: "number" },
  "s-date-field": { type: "date" }, "s-money-field": { type: "text", mode: "decimal" }, "s-color-field": { type: "text" },
};

function inputHTML(field, kind) {
  const copy = ["placeholder", "minlength", "maxlength", "min", "max", "step", "autocomplete"];
  const copied = copy.filter((name) => field.is(name)).map((name) => `${name}="${field.safe(name)}"`);
  if (kind.type === "number" && !field.is("step")) copied.push('step="any"');
  const mode = field.text("inputmode") || kind.mode;
  if (mode) copied.push(`inputmode="${mode}"`);
  if (field.is("readonly")) copied.push("readonly");
  return `<input id="c" class="t" type="${kind.type}" ${copied.join(" ")} ${field.ariaHTML()}>`;
}

for (const [tag, kind] of Object.entries(KINDS)) {
  define(tag, class extends FieldElement {
    html() {
      const currency = this.is("currencycode") ? this.text("currencycode") : "";
      const before = escapeText(this.text("prefix") || currency);
      const after = this.safe("suffix");
      return `${this.labelHTML()}<div class="box ${this.text("error") ? "bad" : ""}">
        ${before && `<span class="affix">${before}</span>`}${inputHTML(this, kind)}${after && `<span class="affix">${after}</span>`}
        <slot name="accessory"></slot></div>${this.notesHTML()}`;
    }

    wire() {
      const control = this.$("input");
      control.value = this.value;
      this.report();
      this.relayChange(control, () => control.value);
      control.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && !event.isComposing) this.form?.requestSubmit();
      });
    }
  });
}

define("s-text-area", class extends FieldElement {
  html() {
    const rows = this.safe("rows") || "3";
    const hint = this.is("placeholder") ? `placeholder="${this.safe("placeholder")}"` : "";
    return `${this.labelHTML()}<div class="box ${this.text("error") ? "bad" : ""}">
      <textarea id="c" rows="${rows}" ${hint} ${this.is("readonly") ? "readonly" : ""} ${this.ariaHTML()}></textarea></div>${this.notesHTML()}`;
  }

  wire() {
    const control = this.$("textarea");
    control.value = this.value;
    this.report();
    this.relayChange(control, () => control.value);
  }
});

define("s-option", class extends PolarisElement {
  static css = ":host { display: none; }";
});
define("s-option-group", class extends PolarisElement {
  static css = ":host { display: none; }";
});

function optionHTML(option) {
  if (option.localName === "s-option-group") {
    return `<optgroup label="${escapeText(option.getAttribute("label"))}">${[...option.children].map(optionHTML).join("")}</optgroup>`;
  }
  const label = option.textContent.trim();
  const value = escapeText(option.getAttribute("value") ?? label);
  return `<option value="${value}" ${option.hasAttribute("disabled") ? "disabled" : ""}>${escapeText(label)}</option>`;
}

define("s-select", class extends FieldElement {
  get defaultValue() {
    const options = [...this.querySelectorAll("s-option")];
    const chosen = options.find((option) => option.hasAttribute("selected")) ?? (this.is("placeholder") ? null : options[0]);
    return this.getAttribute("value") ?? chosen?.getAttribute("value") ?? chosen?.textContent.trim() ?? "";
  }

  connectedCallback() {
    super.connectedCallback();
    // The parser adds the options after it has opened the element.
    this.watch ??= new MutationObserver(() => this.render());
    this.watch.observe(this, { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ["value", "selected"] });
  }

  html() {
    const empty = this.is("placeholder") ? `<option value="">${this.safe("placeholder")}</option>` : "";
    const options = [...this.children].filter((child) => child.localName.startsWith("s-option")).map(optionHTML).join("");
    return `${this.labelHTML()}<div class="box ${this.text("error") ? "bad" : ""}">${this.is("icon") ? glyph(this.text("icon")) : ""}
      <select id="c" ${this.ariaHTML()}>${empty}${options}</select>${glyph("chevron-down", 16)}</div>${this.notesHTML()}`;
  }

  wire() {
    const control = this.$("select");
    control.value = this.value;
    this.report();
    this.relayChange(control, () => control.value);
  }
});
