// Carries the click that led a shopper here into their cart, so that the creator is credited.
// Until the shopper agrees to marketing nothing is stored, sent or changed; when they withdraw, it goes again.
(() => {
  "use strict";
  const facts = document.getElementById("tribute-embed");
  if (!facts || !window.Shopify?.loadFeatures) return;
  const { root, proxy, days, applies } = JSON.parse(facts.textContent);
  const KEY = "_tribute_click";
  const FIELD = `attributes[${KEY}]`;
  const DAY = 86_400_000;
  // Ours first, then those of other apps: their links go on working.
  const NAMES = ["ref", "sca_ref", "rfsn", "via", "dt_id"];
  let held = null;
  // Nothing is sent before the page was painted.
  const painted = new Promise((done) => {
    new PerformanceObserver(done).observe({ type: "paint", buffered: true });
    setTimeout(done, 2000);
  });

  // Who sent the shopper: a signed click of our own link, or a creator's name.
  function arrival(address) {
    const given = new URL(address, location.href).searchParams;
    const name = NAMES.map((one) => given.get(one)).find(Boolean);
    const tagged = given.get("utm_medium") === "creator" ? given.get("utm_content") : null;
    return { click: given.get("tribute_click"), ref: name || tagged };
  }

  // On the second page the first is the referrer: consent that comes late loses nobody.
  function arrived() {
    const here = arrival(location.href);
    const isOurs = document.referrer.startsWith(`${location.origin}/`);
    return here.click || here.ref || !isOurs ? here : arrival(document.referrer);
  }

  function recall() {
    try {
      const kept = JSON.parse(localStorage.getItem(KEY));
      return kept && Date.now() - kept.at < days * DAY ? kept : null;
    } catch {
      return held; // Storage is blocked.
    }
  }

  function remember(found) {
    held = found;
    try {
      if (found) localStorage.setItem(KEY, JSON.stringify(found));
      else localStorage.removeItem(KEY);
    } catch {
      // The cart still carries the click.
    }
  }

  // Kept alive: who moves on at once is counted, too.
  const send = (address, body) =>
    fetch(address, {
      method: "POST",
      keepalive: true,
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });

  // Tribute makes a click of a creator's name.
  async function clicked(ref) {
    await painted;
    const answer = await send(`${proxy}/click`, {
      ref,
      page: location.pathname + location.search,
      referrer: document.referrer,
    });
    return answer.ok ? answer.json() : {};
  }

  // Attributes are merged by the shop; codes are replaced, so those of others go along.
  async function carry(click, code) {
    await painted;
    const cart = await (await fetch(`${root}cart.js`)).json();
    const body = {};
    if ((cart.attributes[KEY] || "") !== click) body.attributes = { [KEY]: click };
    const codes = (cart.discount_codes || []).map((one) => one.code);
    if (code && !codes.some((one) => one.toUpperCase() === code.toUpperCase())) body.discount = [...codes, code].join();
    if (Object.keys(body).length) await send(`${root}cart/update.js`, body);
  }

  async function begin() {
    const { click, ref } = arrived();
    const known = recall();
    let code;
    if (click && click !== known?.click) {
      remember({ click, at: Date.now() });
    } else if (!click && ref && (ref !== known?.ref || Date.now() - known.at > DAY)) {
      const told = await clicked(ref);
      if (told.click) remember({ click: told.click, ref, at: Date.now() });
      else held = known;
      code = applies ? told.code : undefined;
    } else {
      held = known;
    }
    if (held) await carry(held.click, code);
  }

  async function forget() {
    const known = recall();
    remember(null);
    for (const input of document.querySelectorAll(`[name="${FIELD}"]`)) input.remove();
    if (known) await carry("");
  }

  // "Buy it now" makes a cart of its own from the product's form.
  function stamp({ target }) {
    const form = held && target.closest?.('form[action*="/cart/add"]');
    if (!form) return;
    const input = form.elements[FIELD] || form.appendChild(document.createElement("input"));
    Object.assign(input, { type: "hidden", name: FIELD, value: held.click });
  }

  document.addEventListener("click", stamp, true);
  document.addEventListener("submit", stamp, true);
  document.addEventListener("visitorConsentCollected", ({ detail }) => (detail.marketingAllowed ? begin() : forget()));
  Shopify.loadFeatures([{ name: "consent-tracking-api", version: "0.1" }], (error) => {
    if (!error && Shopify.customerPrivacy.marketingAllowed()) begin();
  });
})();
