// The page's side of a web pixel: loads it once the shopper agreed, tells it what happens, and lends it storage.

(() => {
  "use strict";
  const facts = JSON.parse(document.querySelector("#pixel-facts").textContent);
  const PENDING = "pixel_pending";
  const TOLD = "pixel_told";
  let port = null;

  const cookie = (name) => document.cookie.match(new RegExp(`(?:^|; )${name}=([^;]*)`))?.[1] ?? "";
  const isAllowed = () => cookie(facts.consent) === "yes";

  function consent() {
    const allowed = isAllowed();
    return {
      analyticsProcessingAllowed: allowed,
      marketingAllowed: allowed,
      preferencesProcessingAllowed: allowed,
      saleOfDataAllowed: allowed,
    };
  }

  function clientId() {
    if (!cookie(facts.client)) {
      document.cookie = `${facts.client}=${crypto.randomUUID()}; path=/; max-age=31536000; SameSite=Lax`;
    }
    return cookie(facts.client);
  }

  function whole({ name, data }) {
    const { href, origin, pathname, search } = location;
    const page = { location: { href, origin, pathname, search }, referrer: document.referrer, title: document.title };
    const id = `sh-${crypto.randomUUID()}`;
    return { id, name, data, clientId: clientId(), timestamp: new Date().toISOString(), context: { document: page } };
  }

  const kept = (key) => JSON.parse(sessionStorage.getItem(key) ?? "[]");

  // A checkout begins and ends once, however often its page is loaded.
  function isNews({ name, data }) {
    const token = data.checkout?.token;
    if (!token) return true;
    const told = kept(TOLD);
    if (told.includes(name + token)) return false;
    sessionStorage.setItem(TOLD, JSON.stringify([...told, name + token]));
    return true;
  }

  function lend({ call, method, given }) {
    try {
      port.postMessage({ answer: call, value: localStorage[method](...given) });
    } catch (error) {
      port.postMessage({ answer: call, problem: String(error) });
    }
  }

  function begin() {
    const earlier = kept(PENDING);
    sessionStorage.removeItem(PENDING);
    for (const event of [...earlier, ...facts.events.filter(isNews).map(whole)]) port.postMessage({ event });
  }

  async function load() {
    const source = await (await fetch("/_extensions/tribute-pixel/worker.js")).text();
    const frame = Object.assign(document.createElement("iframe"), { src: "/_static/pixel/sandbox.html", hidden: true });
    frame.setAttribute("sandbox", "allow-scripts");
    frame.title = "Pixel";
    const channel = new MessageChannel();
    port = channel.port1;
    port.addEventListener("message", ({ data }) => (data.isReady ? begin() : lend(data)));
    port.start();
    frame.addEventListener("load", () => {
      const told = { code: source, settings: facts.settings, consent: consent() };
      frame.contentWindow.postMessage(told, "*", [channel.port2]);
    });
    document.body.append(frame);
  }

  document.addEventListener("visitorConsentCollected", () => {
    if (port) port.postMessage({ consent: consent() });
    else if (isAllowed()) load();
  });

  // The form leads to another page, which tells of it.
  document.addEventListener("submit", ({ target }) => {
    const product = facts.events.find((event) => event.name === "product_viewed")?.data.productVariant;
    if (!port || !product || !target.matches('form[action*="/cart/add"]')) return;
    const added = whole({ name: "product_added_to_cart", data: { cartLine: { merchandise: product, quantity: 1 } } });
    sessionStorage.setItem(PENDING, JSON.stringify([...kept(PENDING), added]));
  });

  if (isAllowed()) load();
})();
