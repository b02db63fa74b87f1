import { register } from "@shopify/web-pixels-extension";

// Tells Tribute what becomes of a visit that a creator sent: page, product, cart, checkout, order.
// Shoppers who came by nobody are never spoken of, and nobody is after they withdrew their consent.
register(({ analytics, browser, customerPrivacy, init, settings }) => {
  const OURS = "_tribute_pixel";
  const EMBEDS = "_tribute_click";
  const DAYS_30 = 2_592_000_000;
  // Ours first, then what links of other apps were made with; the theme embed reads the same.
  const NAMES = ["ref", "sca_ref", "rfsn", "via", "dt_id"];

  const agreed = (said) => Boolean(said?.marketingAllowed && said.analyticsProcessingAllowed);
  let consent = init.customerPrivacy;

  // What an address says of who sent the shopper.
  function arrival(address) {
    try {
      const given = new URL(address).searchParams;
      const name = NAMES.map((one) => given.get(one)).find(Boolean);
      const tagged = given.get("utm_medium") === "creator" ? given.get("utm_content") : null;
      return { click: given.get("tribute_click"), ref: name || tagged };
    } catch {
      return {}; // No address: a page that was opened from nowhere.
    }
  }

  async function kept(key) {
    try {
      const found = JSON.parse(await browser.localStorage.getItem(key));
      return found && Date.now() - found.at < DAYS_30 ? found : null;
    } catch {
      return null; // Storage is blocked, or holds what is not ours.
    }
  }

  async function keep(found) {
    try {
      if (found) await browser.localStorage.setItem(OURS, JSON.stringify({ ...found, at: Date.now() }));
      else await browser.localStorage.removeItem(OURS);
    } catch {
      // Storage is blocked: this page is told of, later ones are not.
    }
  }

  // This page's address, then the newest of what the embed and earlier pages left. Where nothing is left the page
  // before is asked: consent that comes a page late loses nobody.
  async function sender({ name, context }) {
    const { location, referrer } = context?.document || {};
    const all = [await kept(EMBEDS), await kept(OURS)].filter(Boolean);
    const isOurs = referrer?.startsWith(`${location?.origin}/`);
    let { click, ref } = arrival(location?.href);
    if (!click && !ref && !all.length && isOurs) ({ click, ref } = arrival(referrer));
    if (click || ref) {
      const found = { click: click || undefined, ref: ref || undefined };
      await keep(found);
      return { ...found, arrived: name === "page_viewed" };
    }
    const newest = all.sort((a, b) => b.at - a.at)[0];
    // The embed has had the name made into a click meanwhile.
    const clicked = all.find((one) => one.click && (one === newest || one.ref === newest.ref));
    return clicked ? { click: clicked.click } : newest && { ref: newest.ref };
  }

  function facts({ data = {} }) {
    const variant = data.productVariant || data.cartLine?.merchandise;
    return {
      product: variant?.product?.id ?? undefined,
      checkout: data.checkout?.token ?? undefined,
      order: data.checkout?.order?.id ?? undefined,
    };
  }

  async function tell(event) {
    if (!agreed(consent)) return;
    const by = await sender(event);
    if (!by || !agreed(consent)) return;
    const body = {
      account: settings.accountID,
      id: event.id,
      name: event.name,
      client: event.clientId,
      ...by,
      ...facts(event),
      consent: { marketing: consent.marketingAllowed, analytics: consent.analyticsProcessingAllowed },
    };
    // As text, so that no browser asks first; kept alive, so that a shopper who moves on at once is counted, too.
    fetch(settings.endpoint, { method: "POST", keepalive: true, body: JSON.stringify(body) }).catch(() => {});
  }

  // One after the other: what the first page leaves is there for the second event.
  let last = Promise.resolve();
  const told = (event) => (last = last.then(() => tell(event)));

  customerPrivacy.subscribe("visitorConsentCollected", (event) => {
    consent = event.customerPrivacy;
    if (!agreed(consent)) last = last.then(() => keep(null));
  });
  analytics.subscribe("page_viewed", told);
  analytics.subscribe("product_viewed", told);
  analytics.subscribe("product_added_to_cart", told);
  analytics.subscribe("checkout_started", told);
  analytics.subscribe("checkout_completed", told);
});
