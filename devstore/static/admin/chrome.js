// The parts of the admin that the page in the frame decides: menu, title bar, save bar, toasts.

const $ = (selector) => document.querySelector(selector);

function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

export function drawMenu(items, base) {
  const links = items.filter((item) => !item.home).map((item) => {
    const link = make("a", { href: base + item.href, textContent: item.label });
    link.dataset.path = item.href;
    return make("li", {}, link);
  });
  $("#app-menu").replaceChildren(...links);
  $("#app-home").dataset.path = items.find((item) => item.home)?.href ?? "/";
}

// The longest matching link is the current one: /creators/7 belongs to Creators, not to Home.
export function markCurrent(path) {
  const here = new URL(path || "/", location.origin).pathname;
  const links = [...document.querySelectorAll("#app-menu a")];
  const fits = links.filter((link) => {
    const wanted = new URL(link.dataset.path, location.origin).pathname;
    return here === wanted || here.startsWith(`${wanted.replace(/\/$/, "")}/`);
  });
  const current = fits.sort((a, b) => b.dataset.path.length - a.dataset.path.length)[0] ?? $("#app-home");
  for (const link of [...links, $("#app-home")]) {
    if (link === current) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

function actionButton(action, press) {
  const classes = ["button", action.primary ? "primary" : "", action.tone === "critical" ? "critical" : ""];
  const button = make("button", { type: "button", className: classes.join(" ").trim(), textContent: action.label });
  button.disabled = action.disabled || action.loading;
  if (action.loading) button.setAttribute("aria-busy", "true");
  if (action.items.length === 0) {
    button.addEventListener("click", () => press(action.key));
    return button;
  }
  return menuButton(button, action.items, press);
}

function menuButton(button, items, press) {
  const rows = items.map((item) => {
    const row = make("button", { type: "button", textContent: item.label, disabled: item.disabled });
    row.addEventListener("click", () => press(item.key));
    return row;
  });
  const summary = make("summary", { className: "button", textContent: `${button.textContent} ▾` });
  const details = make("details", { className: "menu" }, summary, make("div", {}, ...rows));
  details.addEventListener("click", (event) => event.target.matches("div button") && details.removeAttribute("open"));
  return details;
}

function breadcrumb(action, press) {
  const link = make("button", { type: "button", className: "crumb", textContent: action.label });
  link.addEventListener("click", () => press(action.key));
  return [link, make("span", { className: "crumb-arrow", ariaHidden: "true" })];
}

const NO_TITLE = { heading: "", "breadcrumb-actions": [], accessory: [], "secondary-actions": [], "primary-action": [] };

// A page without s-page, or without a heading, is called by the app's name.
export function drawTitle(given, press) {
  const title = given ?? NO_TITLE;
  $("#crumbs").replaceChildren(...title["breadcrumb-actions"].flatMap((action) => breadcrumb(action, press)));
  $("#heading").textContent = title.heading || $("#app-frame").title;
  const badges = title.accessory.map((badge) => {
    return make("span", { className: `badge ${badge.tone ?? ""}`, textContent: badge.label });
  });
  $("#accessory").replaceChildren(...badges);
  const secondary = title["secondary-actions"].map((action) => actionButton(action, press));
  const primary = title["primary-action"].map((action) => actionButton({ ...action, primary: true }, press));
  $("#title-actions").replaceChildren(...secondary, ...primary);
}

export function drawSaveBar(state) {
  $("#savebar").hidden = !state;
}

export function shakeSaveBar() {
  const bar = $("#savebar");
  bar.classList.remove("shake");
  void bar.offsetWidth; // a restarted animation needs a layout in between
  bar.classList.add("shake");
}

export function showLoading(isLoading) {
  $("#loading").hidden = !isLoading;
}

export function hideToast(id) {
  document.getElementById(`toast-${id}`)?.remove();
}

export function showToast(toast, tell) {
  hideToast(toast.id);
  const gone = () => {
    hideToast(toast.id);
    tell("toast-gone");
  };
  const box = make("div", { id: `toast-${toast.id}`, className: toast.isError ? "toast error" : "toast" });
  box.append(make("span", { textContent: toast.message }));
  if (toast.action) {
    const action = make("button", { type: "button", textContent: toast.action });
    action.addEventListener("click", () => tell("toast-action"));
    box.append(action);
  }
  const close = make("button", { type: "button", textContent: "×", ariaLabel: "Dismiss" });
  close.addEventListener("click", gone);
  box.append(close);
  $("#toasts").append(box);
  if (toast.duration > 0) setTimeout(gone, toast.duration);
}
