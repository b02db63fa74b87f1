// Requests to the app's own hosts carry a fresh ID token; XMLHttpRequest is left alone, as Shopify leaves it.

const RETRY = "X-Shopify-Retry-Invalid-Session-Request";
const REAUTHORIZE = "X-Shopify-API-Request-Failure-Reauthorize-Url";

const idToken = () => ask("idToken");

function isOurs(url) {
  const sameHost = url.host === location.host || url.hostname.endsWith(`.${location.hostname}`);
  return /^https?:$/.test(url.protocol) && (sameHost || config.appOrigins.includes(url.origin));
}

async function withToken(request) {
  const headers = new Headers(request.headers);
  headers.set("Authorization", `Bearer ${await idToken()}`);
  headers.set("X-Requested-With", "XMLHttpRequest");
  headers.set("Accept-Language", config.locale);
  return new Request(request, { headers });
}

async function authorizedFetch(input, init) {
  const request = new Request(input, init);
  if (!isOurs(new URL(request.url)) || request.headers.has("Authorization") || !embedded) return natives.fetch(request);
  const again = request.clone();
  let response = await natives.fetch(await withToken(request));
  // Once only: a server that never accepts our tokens must not be asked for ever.
  if (response.headers.has(RETRY)) response = await natives.fetch(await withToken(again));
  const elsewhere = response.headers.get(REAUTHORIZE);
  if (elsewhere) tell("leave", { url: new URL(elsewhere, location.href).href });
  return response;
}

function patchedFetch(input, init) {
  if (String(input).startsWith("shopify:")) {
    return Promise.reject(new Error(`The App Bridge stand-in has no direct API access: ${input}. Ask the app's server.`));
  }
  return authorizedFetch(input, init);
}

// The page that a request without a token was sent to: fetch the wanted page with one and become it.
async function bounce(target) {
  const url = new URL(target, location.href);
  if (url.origin !== location.origin) throw new Error(`App Bridge: shopify-reload leads to another site: ${url.origin}`);
  const headers = { Accept: "text/html", "X-Shopify-Bounce": "1" };
  const response = await authorizedFetch(url.href, { headers });
  if (response.headers.has(REAUTHORIZE)) return;
  const html = await response.text();
  natives.replaceState(null, "", cleanURL(response.url || url.href));
  document.open();
  document.write(html);
  document.close();
}
