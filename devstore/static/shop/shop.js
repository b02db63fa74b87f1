// What every storefront page offers to apps: Shopify.routes, Shopify.actions, Shopify.customerPrivacy.
// Pretend implementations of the public behaviour; the cookies here are the devstore's own.

(() => {
  "use strict";
  const { shop, root, currency } = JSON.parse(document.querySelector("#shop-facts").textContent);
  const consentCookie = `consent_${shop.split(".")[0]}`;

  const readConsent = () => document.cookie.match(new RegExp(`(?:^|; )${consentCookie}=(yes|no)`))?.[1] ?? "";

  function consentDetail() {
    const allowed = readConsent() === "yes";
    return { marketingAllowed: allowed, analyticsAllowed: allowed, preferencesAllowed: allowed, saleOfDataAllowed: allowed };
  }

  function setConsent(isAllowed) {
    document.cookie = `${consentCookie}=${isAllowed ? "yes" : "no"}; path=/; max-age=31536000; SameSite=Lax`;
    document.dispatchEvent(new CustomEvent("visitorConsentCollected", { detail: consentDetail() }));
  }

  const customerPrivacy = {
    marketingAllowed: () => consentDetail().marketingAllowed,
    analyticsProcessingAllowed: () => consentDetail().analyticsAllowed,
    preferencesProcessingAllowed: () => consentDetail().preferencesAllowed,
    saleOfDataAllowed: () => consentDetail().saleOfDataAllowed,
    shouldShowBanner: () => readConsent() === "",
    getRegion: () => "NL",
    currentVisitorConsent: () => ({ marketing: readConsent(), analytics: readConsent() }),
    setTrackingConsent(consent, done = () => undefined) {
      setConsent(consent.marketing ?? consent.analytics ?? false);
      done();
    },
  };

  // The privacy API is loaded on demand, as on a real storefront; code that does not ask for it finds nothing.
  function loadFeatures(features, done) {
    const unknown = features.find((feature) => feature.name !== "consent-tracking-api");
    if (unknown) {
      done(new Error(`The devstore has no feature ${unknown.name}.`));
      return;
    }
    window.Shopify.customerPrivacy = customerPrivacy;
    done();
  }

  async function post(path, body) {
    const headers = { "Content-Type": "application/json" };
    const response = await fetch(root + path, { method: "POST", headers, body: JSON.stringify(body) });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.description ?? `${path}: ${response.status}`);
    return answer;
  }

  const say = (name, cart) => document.dispatchEvent(new CustomEvent(name, { bubbles: true, detail: { cart } }));

  async function getCart() {
    return (await fetch(`${root}cart.js`)).json();
  }

  // Here the whole set is replaced, unlike the Ajax API, which merges attributes.
  async function updateCart({ attributes, discountCodes, note, lines }) {
    const body = {};
    if (attributes) {
      const held = (await getCart()).attributes;
      body.attributes = { ...Object.fromEntries(Object.keys(held).map((name) => [name, ""])), ...attributes };
    }
    if (discountCodes) body.discount = discountCodes.join(",");
    if (note !== undefined) body.note = note;
    if (lines) body.updates = Object.fromEntries(lines.map((line) => [line.variantId, line.quantity]));
    const cart = await post("cart/update.js", body);
    if (lines) say("shopify:cart:lines-update", cart);
    if (attributes) say("shopify:cart:attributes-update", cart);
    if (discountCodes) say("shopify:cart:discount-update", cart);
    for (const count of document.querySelectorAll("[data-cart-count]")) count.textContent = cart.item_count;
    return cart;
  }

  window.Shopify = { shop, currency: { active: currency, rate: "1.0" }, routes: { root }, loadFeatures };

  document.addEventListener("DOMContentLoaded", () => {
    window.Shopify.actions = { getCart, updateCart, openCart: async () => location.assign(`${root}cart`) };
    const banner = document.querySelector(".consent");
    banner.hidden = !customerPrivacy.shouldShowBanner();
    banner.addEventListener("click", (event) => {
      const choice = event.target.dataset.consent;
      if (!choice) return;
      setConsent(choice === "yes");
      banner.hidden = true;
    });
    const variant = document.querySelector("#variant");
    variant?.addEventListener("change", () => {
      document.querySelector("[data-price]").textContent = variant.selectedOptions[0].dataset.price;
    });
  });
})();
