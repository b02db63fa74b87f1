// Stand-in for App Bridge, for development without Shopify. Written from observed behaviour, not from Shopify's script.
// The parts of this folder are joined in order into one classic script inside one function (devstore/pages_cdn.py).

// A bounce page rewrites its own document, and this script then runs twice in one window. The browser's own functions
// are kept aside once, so that the second run does not wrap the first.
const natives = (window[Symbol.for("devstore.app-bridge.natives")] ??= {
  fetch: window.fetch.bind(window),
  open: window.open.bind(window),
  pushState: history.pushState.bind(history),
  replaceState: history.replaceState.bind(history),
});

// What the admin adds to the address of the frame; it never belongs into a link of the app.
const EMBED_PARAMS = ["hmac", "locale", "protocol", "session", "id_token", "shop", "timestamp", "host", "embedded", "appLoadId"];

const script = document.currentScript;
if (script && (script.async || script.defer || script.type === "module")) {
  throw new Error("App Bridge: load app-bridge.js as a plain blocking script, without async, defer or type=module.");
}

function metaConfig() {
  const found = {};
  for (const meta of document.querySelectorAll('meta[name^="shopify-"]')) {
    const name = meta.name.slice("shopify-".length).replace(/-([a-z])/g, (_, letter) => letter.toUpperCase());
    found[name] = meta.content;
  }
  if (script?.dataset.apiKey) found.apiKey = script.dataset.apiKey;
  return found;
}

function urlConfig() {
  const query = new URLSearchParams(location.search);
  const found = {};
  for (const name of ["shop", "host", "locale"]) if (query.get(name)) found[name] = query.get(name);
  return found;
}

// Storage is refused in a third-party frame: then the page's own meta tags have to say everything.
function storedConfig(write) {
  try {
    if (write) sessionStorage.setItem("app-bridge-config", JSON.stringify(write));
    return JSON.parse(sessionStorage.getItem("app-bridge-config") ?? "{}");
  } catch {
    return {};
  }
}

function readConfig() {
  const found = { locale: "en", ...storedConfig(), ...urlConfig(), ...metaConfig() };
  if (!found.apiKey) {
    throw new Error('App Bridge: no API key. Put <meta name="shopify-api-key" content="..."> before the script.');
  }
  if (!found.shop) {
    throw new Error('App Bridge: no shop. Put <meta name="shopify-shop"> into the page or ?shop= into its address.');
  }
  const origins = (found.appOrigins ?? "").split(",").map((origin) => origin.trim()).filter(Boolean);
  const config = { ...found, appOrigins: origins };
  storedConfig({ apiKey: config.apiKey, shop: config.shop, host: config.host, locale: config.locale });
  return Object.freeze(config);
}

function cleanURL(href) {
  const url = new URL(href, location.href);
  for (const name of EMBED_PARAMS) url.searchParams.delete(name);
  return url;
}

const config = readConfig();
const embedded = window.parent !== window;
