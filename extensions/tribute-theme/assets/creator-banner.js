// Says by whom a shopper came, on top of the page, where nothing has to move for it. The embed keeps the visit, after consent only;
// this reads it, under the same consent, and asks Tribute once for each visit whose it was.
(() => {
  "use strict";
  const banner = document.getElementById("tribute-banner");
  const facts = document.getElementById("tribute-embed");
  if (!banner || !facts || banner.dataset.sample || !window.Shopify?.loadFeatures) return;
  const { proxy, days } = JSON.parse(facts.textContent);
  const VISIT = "_tribute_click";
  const KNOWN = "_tribute_creator";
  const part = (name) => banner.querySelector(`[data-part="${name}"]`);
  let asked = "";

  function read(key) {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null; // Storage is blocked: nothing is known of the visit, so nothing is said.
    }
  }

  function keep(known) {
    try {
      if (known) localStorage.setItem(KNOWN, JSON.stringify(known));
      else localStorage.removeItem(KNOWN);
    } catch {
      // Storage is blocked: the next page asks again.
    }
  }

  const isAllowed = () => Boolean(Shopify.customerPrivacy?.marketingAllowed());

  function show({ name, picture, code }) {
    part("name").textContent = banner.dataset.greeting.replace("[name]", () => name);
    part("picture").hidden = !picture;
    if (picture) part("picture").src = picture;
    part("offer").hidden = !code;
    part("code").textContent = code || "";
    const store = new URL(banner.dataset.origin, location.href).href.replace(/\/$/, "");
    const back = (location.origin + location.pathname).slice(store.length);
    part("use").href = `${store}/discount/${encodeURIComponent(code || "")}?redirect=${encodeURIComponent(back)}`;
    banner.hidden = false;
  }

  async function ask(click) {
    const answer = await fetch(`${proxy}/creator?click=${encodeURIComponent(click)}`);
    if (!answer.ok && answer.status !== 404) return null;
    const known = { click, creator: answer.ok ? await answer.json() : null };
    if (isAllowed()) keep(known);
    return known;
  }

  async function look() {
    const visit = isAllowed() ? read(VISIT) : null;
    if (!visit || Date.now() - visit.at > days * 86_400_000 || asked === visit.click) return;
    asked = visit.click;
    const kept = read(KNOWN);
    const known = kept?.click === visit.click ? kept : await ask(visit.click);
    if (known?.creator && !known.shut && isAllowed()) show(known.creator);
  }

  function forget() {
    banner.hidden = true;
    asked = "";
    keep(null);
  }

  part("close").addEventListener("click", () => {
    banner.hidden = true;
    const known = read(KNOWN);
    if (known) keep({ ...known, shut: true });
  });
  document.addEventListener("visitorConsentCollected", ({ detail }) => (detail.marketingAllowed ? look() : forget()));
  // The embed reads the cart right after it has kept a visit: from then on there is something to say.
  new PerformanceObserver((list) => {
    if (list.getEntries().some((one) => one.name.includes("/cart.js"))) look();
  }).observe({ type: "resource", buffered: true });
  Shopify.loadFeatures([{ name: "consent-tracking-api", version: "0.1" }], (error) => !error && look());
})();
