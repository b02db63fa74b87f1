// What the page lends to the admin: the side menu (s-app-nav), the title bar (s-page) and its buttons.

const ACTION_SLOTS = ["primary-action", "secondary-actions", "breadcrumb-actions", "accessory"];
let actions = [];
let lastSent = "";

const labelOf = (element) => element.textContent.trim().replace(/\s+/g, " ");

function menuItems() {
  const links = document.querySelectorAll("s-app-nav > s-link[href], s-app-nav > a[href]");
  return [...links].map((link) => {
    const url = cleanURL(link.getAttribute("href"));
    return { href: url.pathname + url.search, label: labelOf(link), home: link.getAttribute("rel") === "home" };
  });
}

function describeAction(element) {
  const menu = element.getAttribute("commandfor");
  const list = menu ? document.getElementById(menu) : null;
  const isMenu = list?.localName === "s-menu";
  return {
    key: actions.push(element) - 1,
    label: labelOf(element) || element.getAttribute("accessibilityLabel") || "",
    tone: element.getAttribute("tone"),
    variant: element.getAttribute("variant"),
    disabled: element.hasAttribute("disabled"),
    loading: element.hasAttribute("loading"),
    items: isMenu ? [...list.querySelectorAll("s-button, s-link")].map(describeAction) : [],
  };
}

// Actions may come wrapped in a group; the buttons inside it are what the title bar shows.
function slotActions(page, slot) {
  const children = [...page.querySelectorAll(`:scope > [slot="${slot}"]`)];
  const buttons = children.flatMap((child) =>
    child.matches("s-button, s-link, a, button, s-badge") ? [child] : [...child.querySelectorAll("s-button, s-link")],
  );
  for (const child of children) child.style.display = "none";
  return buttons.map(describeAction);
}

function titleBar() {
  const page = document.querySelector("s-page");
  if (!page) return null;
  actions = [];
  const bar = { heading: page.getAttribute("heading") ?? "" };
  for (const slot of ACTION_SLOTS) bar[slot] = slotActions(page, slot);
  return bar;
}

function tellChrome() {
  if (!embedded || document.readyState === "loading") return;
  const state = { menu: menuItems(), title: titleBar(), saveBar: saveBarState() };
  const said = JSON.stringify(state);
  if (said !== lastSent) tell("chrome", state);
  lastSent = said;
}

let isTold = false;
function chromeChanged() {
  if (isTold) return;
  isTold = true;
  setTimeout(() => {
    isTold = false;
    tellChrome();
  }, 0);
}

function watchPage() {
  new MutationObserver(chromeChanged).observe(document, {
    subtree: true,
    childList: true,
    characterData: true,
    attributes: true,
    attributeFilter: ["heading", "href", "disabled", "loading", "tone", "variant", "slot", "data-save-bar"],
  });
  document.addEventListener("readystatechange", chromeChanged);
  onHost("action", ({ key }) => actions[key]?.click());
  onHost("hello", () => {
    lastSent = "";
    tellAddress();
    chromeChanged();
  });
}
