// Checkbox, switch and lists of choices; last, the elements this stand-in shows plainly.

const TICK_CSS = `
  ${FIELD_CSS} .row { display: flex; gap: 8px; align-items: flex-start; } .row label { margin: 0; cursor: pointer; }
  .tick { appearance: none; flex: none; inline-size: 16px; block-size: 16px; margin: 2px 0; border: 1px solid #8a8a8a; border-radius: 4px; background: #fdfdfd; cursor: pointer; }
  .tick[type="radio"] { border-radius: 50%; } .tick:hover { border-color: #616161; }
  .tick[type="checkbox"]:checked { border-color: #303030; background: #303030 url('data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" fill="none" stroke="white" stroke-width="2"><path d="m4 8.5 2.5 2.500L12 5.5"/></svg>'); }
  .tick[type="radio"]:checked { border: 5px solid #303030; } .tick:disabled { background-color: #0000000d; border-color: #bdbdbd; cursor: default; }
  .tick[role="switch"] { inline-size: 32px; block-size: 20px; margin: 0; border: 0; border-radius: 999px; background: #8a8a8a; position: relative; transition: background 0.15s; }
  .tick[role="switch"]::after { content: ""; position: absolute; inset-block-start: 2px; inset-inline-start: 2px; inline-size: 16px; block-size: 16px; border-radius: 50%; background: #fff; }
  .tick[role="switch"]:checked { background: #303030; } .tick[role="switch"]:checked::after { inset-inline-start: 14px; }
  fieldset { border: 0; margin: 0; padding: 0; min-inline-size: 0; } .choices { display: grid; gap: 4px; } .sub { color: var(--s-subdued); }`;

class TickElement extends FieldElement {
  static css = TICK_CSS;

  get checked() {
    return this.current ?? this.is("checked");
  }

  set checked(checked) {
    this.current = Boolean(checked);
    if (this.isRendered) this.render();
  }

  get defaultChecked() {
    return this.is("checked");
  }

  get value() {
    return this.getAttribute("value") ?? "on";
  }

  set value(value) {
    this.setAttribute("value", value);
  }

  report() {
    this.internals.setFormValue(this.checked ? this.value : null);
  }

  html() {
    return `<div class="row"><input id="c" class="tick" type="checkbox" ${this.tickRole} ${this.ariaHTML()}>
      <div>${this.labelHTML()}${this.notesHTML()}</div></div>`;
  }

  wire() {
    const control = this.$("input");
    control.checked = this.checked;
    control.indeterminate = this.is("indeterminate") && this.current === null;
    this.report();
    this.relayChange(control, () => control.checked);
  }
}

define("s-checkbox", class extends TickElement {
  tickRole = "";
});
define("s-switch", class extends TickElement {
  tickRole = 'role="switch"';
});

define("s-choice", class extends PolarisElement {
  static css = ":host { display: none; }";
});

const slotted = (choice, slot) => choice.querySelector(`:scope > [slot="${slot}"]`)?.textContent.trim() ?? "";

function choiceLabel(choice) {
  const own = [...choice.childNodes].filter((node) => !(node instanceof Element && node.hasAttribute("slot")));
  return own.map((node) => node.textContent).join("").trim();
}

define("s-choice-list", class extends FieldElement {
  static css = TICK_CSS;

  get choices() {
    return [...this.querySelectorAll("s-choice")];
  }

  get values() {
    return this.current ?? this.choices.filter((choice) => choice.hasAttribute("selected")).map((choice) => choice.getAttribute("value"));
  }

  set values(values) {
    this.current = [...values];
    if (this.isRendered) this.render();
  }

  get value() {
    return this.values[0] ?? "";
  }

  connectedCallback() {
    super.connectedCallback();
    this.watch ??= new MutationObserver(() => this.render());
    this.watch.observe(this, { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ["selected", "value"] });
  }

  report() {
    const data = new FormData();
    for (const value of this.values) data.append(this.text("name"), value);
    this.internals.setFormValue(data);
  }

  choiceHTML(choice, index) {
    const type = this.is("multiple") ? "checkbox" : "radio";
    const off = this.isOff || choice.hasAttribute("disabled") ? "disabled" : "";
    const details = slotted(choice, "details");
    const described = details ? `aria-describedby="x${index}"` : "";
    const note = details ? `<div class="sub" id="x${index}">${escapeText(details)}</div>` : "";
    return `<div class="row"><input class="tick" type="${type}" name="choice" id="i${index}" data-index="${index}" ${off} ${described}>
      <div><label for="i${index}">${escapeText(choiceLabel(choice))}</label>${note}</div></div>`;
  }

  html() {
    const body = this.choices.map((choice, index) => this.choiceHTML(choice, index)).join("");
    const notes = this.text("error") ? 'aria-describedby="e" aria-invalid="true"' : "";
    const role = this.is("multiple") ? "group" : "radiogroup";
    const invalid = role === "radiogroup" ? notes : notes.replace(' aria-invalid="true"', "");
    return `<fieldset role="${role}" ${invalid}>${this.labelHTML("legend")}<div class="choices">${body}</div></fieldset>${this.notesHTML()}`;
  }

  wire() {
    const inputs = [...this.shadowRoot.querySelectorAll("input")];
    const choices = this.choices;
    for (const input of inputs) {
      input.checked = this.values.includes(choices[input.dataset.index].getAttribute("value"));
      this.relayChange(input, () => inputs.filter((one) => one.checked).map((one) => choices[one.dataset.index].getAttribute("value")));
    }
    this.report();
  }
});

// Tribute uses none of these; they are shown as plain text, with a word in the console so that nobody trusts the look.
const PLAIN = Object.keys(ELEMENTS).filter((tag) => tag.startsWith("s-") && tag !== "s-app-window" && !customElements.get(tag));
for (const tag of PLAIN) {
  define(tag, class extends PolarisElement {
    connectedCallback() {
      super.connectedCallback();
      warn(`<${tag}> is only shown plainly here; look at it on a real store.`);
    }
  });
}
