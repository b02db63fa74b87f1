// Loaded only for a shopper who is signed in: says once, after consent, by which click they came. Shopify signs who they are.
(() => {
  "use strict";
  const facts = document.getElementById("tribute-embed");
  if (!facts || !window.Shopify?.loadFeatures) return;
  const { proxy, days } = JSON.parse(facts.textContent);
  const VISIT = "_tribute_click";
  const TOLD = "_tribute_account";
  const isAllowed = () => Boolean(Shopify.customerPrivacy?.marketingAllowed());

  async function tell() {
    if (!isAllowed()) return;
    try {
      const visit = JSON.parse(localStorage.getItem(VISIT));
      if (!visit || Date.now() - visit.at > days * 86_400_000 || localStorage.getItem(TOLD) === visit.click) return;
      const headers = { "Content-Type": "application/json" };
      const body = JSON.stringify({ click: visit.click });
      const answer = await fetch(`${proxy}/account`, { method: "POST", headers, body });
      if (answer.status < 500 && answer.status !== 429 && isAllowed()) localStorage.setItem(TOLD, visit.click);
    } catch (wrong) {
      console.warn(wrong); // Storage is blocked or the network is away: the next page tries again.
    }
  }

  document.addEventListener("visitorConsentCollected", ({ detail }) => {
    if (detail.marketingAllowed) return tell();
    try {
      localStorage.removeItem(TOLD);
    } catch {
      // Storage is blocked: nothing was kept.
    }
  });
  Shopify.loadFeatures([{ name: "consent-tracking-api", version: "0.1" }], (error) => !error && tell());
})();
