// Clicks on links, the side menu, and the address bar of the admin.

const LINKS = "a[href], s-link[href], s-button[href], s-clickable[href]";

// The outermost match is the element the author wrote; a link inside a component's shadow root is its private part.
function linkOf(event) {
  const path = event.composedPath().filter((node) => node instanceof Element && node.matches(LINKS));
  return path.at(-1) ?? null;
}

function isPlain(event) {
  return event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
}

function staysHere(link) {
  const target = link.getAttribute("target") ?? "_self";
  return ["", "auto", "_self"].includes(target) && !link.hasAttribute("download");
}

function openHere(href) {
  natives.open(cleanURL(href).href, "_self");
}

// Unsaved changes stop every way out of the page, before any handler of the app can act.
function stopWhileUnsaved(event) {
  const link = linkOf(event);
  if (!link || !isPlain(event) || !staysHere(link) || !isUnsaved()) return false;
  event.preventDefault();
  event.stopImmediatePropagation();
  shakeSaveBar();
  return true;
}

// The listener's place in the order matters: it is the last on window, so whoever calls preventDefault first wins.
function followClick(event) {
  const link = linkOf(event);
  if (!link || event.defaultPrevented || !isPlain(event)) return;
  const href = link.getAttribute("href");
  if (/^shopify:\/{0,2}admin\//.test(href)) {
    event.preventDefault();
    tell("admin", { path: href.replace(/^shopify:\/{0,2}admin\//, "") });
    return;
  }
  const url = new URL(href, location.href);
  if (!staysHere(link) || url.origin !== location.origin || isSamePlace(url)) return;
  event.preventDefault();
  openHere(url);
}

function isSamePlace(url) {
  return url.hash !== "" && url.pathname === location.pathname && url.search === location.search;
}

function sameAddress(link, wanted) {
  const url = cleanURL(link.getAttribute("href"));
  return url.pathname + url.search === wanted.pathname + wanted.search;
}

// The admin's menu names an address; the page's own link to it is clicked, so that the app's navigation code runs.
function navigateTo(href) {
  const wanted = cleanURL(href);
  const links = [...document.querySelectorAll(LINKS)];
  const link = links.find((candidate) => staysHere(candidate) && sameAddress(candidate, wanted));
  if (isUnsaved()) shakeSaveBar();
  else if (link) link.click();
  else openHere(wanted);
}

function tellAddress() {
  const url = cleanURL(location.href);
  tell("address", { path: url.pathname + url.search + url.hash, title: document.title });
}

function patchHistory() {
  for (const name of ["pushState", "replaceState"]) {
    history[name] = (...args) => {
      natives[name](...args);
      tellAddress();
    };
  }
  window.addEventListener("popstate", tellAddress);
  window.addEventListener("hashchange", tellAddress);
}

function interceptClicks() {
  window.addEventListener(
    "click",
    (event) => {
      if (!stopWhileUnsaved(event)) window.addEventListener("click", followClick, { once: true });
    },
    { capture: true },
  );
  onHost("navigate", ({ href }) => navigateTo(href));
}
