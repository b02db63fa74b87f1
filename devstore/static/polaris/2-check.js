// Warnings for what the real elements would silently ignore: unknown tags, attributes and values.

const warned = new Set();

function warn(message) {
  if (warned.has(message)) return;
  warned.add(message);
  console.warn(`Polaris stand-in: ${message}`);
}

const isGlobal = (name) => /^(data-|aria-|on)/.test(name) || ELEMENTS._global.includes(name);

function listOf(type) {
  return typeof type === "string" && type.startsWith("@") ? ELEMENTS._shared[type.slice(1)] : type;
}

function isAllowed(type, value) {
  const list = listOf(type);
  if (Array.isArray(list)) return list.includes(value);
  if (typeof list !== "object" || list === null) return type !== "number" || value === "" || !Number.isNaN(Number(value));
  if (value === "") return Boolean(list.empty);
  if (list.responsive && value.startsWith("@container")) return true;
  const allowed = listOf(list.of);
  const words = value.split(/\s+/);
  return words.length <= (list.max ?? 1) && words.every((word) => allowed.includes(word));
}

function checkAttribute(tag, known, { name, value }) {
  if (isGlobal(name)) return;
  if (!(name in known)) warn(`<${tag}> has no attribute "${name}".`);
  else if (!isAllowed(known[name], value)) warn(`<${tag} ${name}="${value}"> is not one of the allowed values.`);
}

function checkSlot(element) {
  const parent = element.parentElement;
  const slots = ELEMENTS[parent?.localName]?.slots;
  const slot = element.getAttribute("slot");
  if (slots && slot && !slots.includes(slot)) warn(`<${parent.localName}> has no slot "${slot}".`);
}

function checkElement(element) {
  const tag = element.localName;
  const entry = ELEMENTS[tag];
  if (!entry) return;
  // A parent may allow more, as s-app-nav does with rel on its links.
  const known = { ...entry.attributes, ...ELEMENTS[element.parentElement?.localName]?.children?.[tag] };
  for (const attribute of element.attributes) checkAttribute(tag, known, attribute);
}

function checkTags(root) {
  for (const element of [root, ...root.querySelectorAll("*")]) {
    const tag = element.localName;
    if (tag.startsWith("s-") && !(tag in ELEMENTS)) warn(`<${tag}> is no Polaris element.`);
    if (element.hasAttribute("slot")) checkSlot(element);
  }
}

new MutationObserver((changes) => {
  for (const change of changes) {
    for (const node of change.addedNodes) if (node instanceof Element) checkTags(node);
  }
}).observe(document, { subtree: true, childList: true });
