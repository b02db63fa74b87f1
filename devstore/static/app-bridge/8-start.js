// Start: a bounce page only becomes its target; every other page gets the whole bridge.

window.shopify = makeAPI();
listenToHost();

const reload = new URLSearchParams(location.search).get("shopify-reload");
if (reload !== null) {
  bounce(reload).catch((error) => {
    tell("toast", { id: "bounce", message: `The page could not be opened: ${error.message}`, duration: 0, isError: true });
    throw error;
  });
} else {
  window.fetch = patchedFetch;
  patchHistory();
  interceptClicks();
  watchPage();
  watchForms();
  watchModals();
  listenToToasts();
  tell("ready");
  tellAddress();
  chromeChanged();
}
