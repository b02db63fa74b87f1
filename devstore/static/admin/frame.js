// The dev admin around the app's frame: answers what App Bridge's stand-in asks, and draws what the page lends.

import { drawMenu, drawSaveBar, drawTitle, hideToast, markCurrent, shakeSaveBar, showLoading, showToast } from "./chrome.js";

const MARK = "devstore.app-bridge";
const frame = document.querySelector("#app-frame");
const { appOrigin, appBase, storeBase, user } = frame.dataset;

let latest = { menu: [], title: null, saveBar: null };

function tell(type, data = {}) {
  frame.contentWindow.postMessage({ mark: MARK, type, ...data }, appOrigin);
}

async function asked(path, body) {
  const options = body ? { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } } : {};
  const response = await fetch(`${appBase}/_bridge/${path}`, options);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error ?? `${path}: ${response.status}`);
  return answer.result;
}

const QUESTIONS = {
  idToken: () => asked("id-token"),
  user: async () => JSON.parse(user),
  "scopes.query": () => asked("scopes"),
  "scopes.request": async ({ names }) => {
    const isGranted = window.confirm(`Let the app also have: ${names.join(", ")}?`);
    return isGranted ? asked("scopes/request", { names }) : { result: "declined-all", detail: await asked("scopes") };
  },
  "scopes.revoke": ({ names }) => asked("scopes/revoke", { names }),
  "app.extensions": () => asked("extensions"),
};

async function answer({ id, method, args }) {
  try {
    if (!(method in QUESTIONS)) throw new Error(`The dev admin cannot answer ${method}.`);
    tell("answer", { id, result: await QUESTIONS[method](args) });
  } catch (error) {
    tell("answer", { id, error: error.message });
  }
}

function setAddress({ path, title }) {
  history.replaceState(null, "", appBase + path);
  document.title = `${title || "Tribute"} · dev admin (not Shopify)`;
  markCurrent(path);
}

function setChrome(state) {
  latest = state;
  drawMenu(state.menu, appBase);
  drawTitle(state.title, (key) => tell("action", { key }));
  drawSaveBar(state.saveBar);
  markCurrent(location.pathname.slice(appBase.length) + location.search);
}

const HEARD = {
  ask: answer,
  address: setAddress,
  chrome: setChrome,
  ready: () => showLoading(false),
  loading: ({ isLoading }) => showLoading(isLoading),
  shake: shakeSaveBar,
  toast: (toast) => showToast(toast, (type) => tell(type, { id: toast.id })),
  "toast-hide": ({ id }) => hideToast(id),
  modal: ({ isOpen }) => document.body.classList.toggle("under-modal", isOpen),
  admin: ({ path }) => location.assign(`${storeBase}/${path}`),
  leave: ({ url }) => location.assign(url),
};

window.addEventListener("message", (event) => {
  if (event.source !== frame.contentWindow || event.origin !== appOrigin || event.data?.mark !== MARK) return;
  HEARD[event.data.type]?.(event.data);
});

// A menu click goes to the page in the frame, which clicks its own link: its navigation code then runs.
document.addEventListener("click", (event) => {
  const link = event.target.closest("#app-menu a, #app-home");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  document.body.classList.remove("menu-open");
  tell("navigate", { href: new URL(link.dataset.path, appOrigin).href });
});

const discard = document.querySelector("#discard-dialog");
document.querySelector("#save").addEventListener("click", () => tell("save"));
document.querySelector("#discard").addEventListener("click", () => {
  if (latest.saveBar?.confirmDiscard) discard.showModal();
  else tell("discard");
});
discard.addEventListener("close", () => discard.returnValue === "discard" && tell("discard"));

// Leaving the app by the admin's own links would lose the changes as well.
document.addEventListener(
  "click",
  (event) => {
    if (!latest.saveBar || !event.target.closest("a[href]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    shakeSaveBar();
  },
  { capture: true },
);

frame.src = frame.dataset.src;
