// Visits by fetch, to which App Bridge adds the token; the answer's <main> replaces ours.
(() => {
  const LINKS = "a[href],s-link[href],s-button[href],s-clickable[href]";
  const EVERY = 5000;
  const parser = new DOMParser();
  const $ = (selector, within = document) => within.querySelector(selector);
  const here = () => location.pathname + location.search;
  let current = null;

  function problem(text) {
    $(".problem")?.remove();
    $("main").prepend(Object.assign(document.createElement("div"), { className: "problem", role: "alert", textContent: text }));
    scrollTo(0, 0);
  }

  const toast = (text) => text && window.shopify?.toast.show(text);

  function busy(isBusy) {
    $("main").ariaBusy = isBusy;
    window.shopify?.loading(isBusy);
  }

  function focusSelector() {
    const at = document.activeElement;
    const href = at.getAttribute("href");
    return at.id ? `#${CSS.escape(at.id)}` : href && `[href="${CSS.escape(href)}"]`;
  }

  function show(page, url, push, keep) {
    const next = $("main", page);
    const key = keep && focusSelector();
    document.title = page.title;
    $("main").replaceWith(document.adoptNode(next));
    const clean = new URL(url);
    clean.searchParams.delete("done");
    if (push && clean.pathname + clean.search !== here()) history.pushState({}, "", clean);
    const chosen = $("[autofocus]", next);
    if (!keep) scrollTo(0, 0);
    (chosen || (key && $(key, next)) || next).focus({ preventScroll: !chosen });
    toast(next.dataset.toast);
  }

  async function ask(url, init) {
    const response = await fetch(url, { ...init, headers: { Accept: "text/html" } });
    if (!response.headers.get("Content-Type")?.startsWith("text/html") || response.headers.has("X-Full-Page")) return { response };
    const page = parser.parseFromString(await response.text(), "text/html");
    const isNew = page.documentElement.dataset.build === document.documentElement.dataset.build;
    return { response, page: isNew && $("main", page) && page };
  }

  async function visit(url, { method = "GET", body, push = true, keep = false } = {}) {
    current?.abort();
    const mine = (current = new AbortController());
    busy(true);
    try {
      const { response, page } = await ask(url, { method, body, signal: mine.signal });
      const refused = method !== "GET" && !response.redirected;
      if (page) show(page, response.url, push && !refused, keep && !refused);
      else location.assign(refused ? location.href : response.url);
    } catch (error) {
      if (error.name !== "AbortError") problem("The app could not be reached. Try again.");
    } finally {
      if (current === mine) {
        current = null;
        busy(false);
      }
    }
  }

  async function save(link) {
    try {
      const response = await fetch(link.getAttribute("href"));
      if (!response.ok) throw response;
      const file = document.createElement("a");
      file.href = URL.createObjectURL(await response.blob());
      file.download = link.dataset.file;
      file.click();
      URL.revokeObjectURL(file.href);
    } catch {
      problem("The file could not be made. Try again.");
    }
  }

  async function copy(button) {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      toast("Copied");
    } catch {
      getSelection().selectAllChildren($("code", button.parentNode));
      problem("The text is selected: press Ctrl+C or Cmd+C.");
    }
  }

  const grant = ({ dataset }) => shopify.scopes.request(dataset.scope.split(" ")).catch(() => problem("Shopify could not be reached. Try again."));

  document.addEventListener("click", (event) => {
    const path = event.composedPath().filter((node) => node instanceof Element);
    path.filter((node) => node.dataset.copy).forEach(copy);
    path.filter((node) => node.dataset.scope).forEach(grant);
    const link = path.filter((node) => node.matches(LINKS)).at(-1);
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const target = link.getAttribute("target");
    const url = new URL(link.getAttribute("href"), location.href);
    if ((target && !["_self", "auto"].includes(target)) || link.dataset.nav === "off") return;
    if (url.origin !== location.origin || link.hasAttribute("download")) return;
    if (url.hash && url.pathname + url.search === here()) return;
    event.preventDefault();
    if (link.dataset.file) save(link);
    else visit(url, { keep: "keep" in link.dataset });
  });

  // Polaris fields send nothing before they are defined.
  async function ready(form) {
    const tags = new Set([...form.querySelectorAll(":not(:defined)")].map((node) => node.localName));
    if (!tags.size) return;
    const late = new Promise((_, reject) => setTimeout(reject, EVERY));
    await Promise.race([Promise.all([...tags].map((tag) => customElements.whenDefined(tag))), late]);
  }

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.dataset.nav === "off") return;
    event.preventDefault();
    const url = new URL(form.getAttribute("action") || location.href, location.href);
    try {
      await ready(form);
    } catch {
      return problem("Shopify's form controls did not load, so nothing was sent. Reload the page.");
    }
    const body = new FormData(form, event.submitter);
    if (form.method === "post") return visit(url, { method: form.dataset.method ?? "POST", body });
    url.search = new URLSearchParams([...body].filter(([, value]) => value));
    return visit(url, { keep: true });
  });

  document.addEventListener("change", ({ target: { dataset, checked, form } }) => {
    if (dataset.all) for (const box of document.getElementsByName(dataset.all)) box.checked = checked;
    if (form?.matches("[data-autosubmit]")) form.requestSubmit();
  });
  addEventListener("popstate", () => visit(location.href, { push: false }));

  function swap(old, next) {
    const key = old.contains(document.activeElement) && focusSelector();
    const open = [...old.querySelectorAll("details[open]")].map((node) => node.id);
    old.replaceChildren(...next.childNodes);
    for (const id of open) $(`#${id}`, old)?.setAttribute("open", "");
    if (key) $(key, old)?.focus({ preventScroll: true });
  }

  // While somebody looks, figures are asked for again; only what changed is put in place.
  async function refresh() {
    if (!("live" in $("main").dataset) || document.hidden || current) return;
    const at = here();
    const answer = await ask(at).catch(() => null);
    if (at !== here() || current) return;
    const note = $("#stale");
    if (note) note.hidden = Boolean(answer?.response.ok);
    if (!answer?.page || !answer.response.ok) return;
    for (const next of answer.page.querySelectorAll("[data-live]")) {
      const old = next.id && document.getElementById(next.id);
      const html = next.innerHTML;
      if (old && old.html !== html) swap(old, next);
      if (old) old.html = html;
    }
  }
  const loop = () => setTimeout(() => refresh().finally(loop), EVERY);
  loop();
  toast($("main").dataset.toast);
})();
