// Puts a page of Tribute (a creator's, or the sign-up form) into the block that asks for it. It sends nothing of the shopper and keeps nothing.
(() => {
  "use strict";
  // What the theme has to show comes first; a browser that tells of no paint is not waited for long.
  const painted = new Promise((done) => {
    new PerformanceObserver(done).observe({ type: "paint", buffered: true });
    setTimeout(done, 2000);
  });

  async function fill(block) {
    const address = block.dataset.tributePart;
    delete block.dataset.tributePart; // Two kinds of blocks share this script: whichever comes second finds nothing left.
    await painted;
    try {
      const answer = await fetch(`${address}?part=1`, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const section = page.querySelector("section.tribute");
      if (!section) throw new Error(`${address} answered ${answer.status} without a page of Tribute.`);
      // The form's answer, a thank you or what is wrong, is a page of its own in the theme.
      for (const form of section.querySelectorAll("form")) form.action = address;
      block.replaceChildren(...page.querySelectorAll("style"), section);
    } catch (wrong) {
      console.warn(wrong);
      block.querySelector("a").hidden = false;
    }
    block.setAttribute("aria-busy", "false");
  }

  const fillAll = (root) => root.querySelectorAll("[data-tribute-part]").forEach(fill);
  document.addEventListener("shopify:section:load", ({ target }) => fillAll(target));
  fillAll(document);
})();
