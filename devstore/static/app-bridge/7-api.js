// The global `shopify`. What is not here refuses by name instead of pretending to have worked.

let lastToast = 0;
const toastActions = new Map();

const toast = {
  show(message, options = {}) {
    const id = `toast-${++lastToast}`;
    toastActions.set(id, options);
    const { duration = 5000, isError = false, action = null } = options;
    tell("toast", { id, message: String(message), duration, isError, action });
    return id;
  },
  hide: (id) => tell("toast-hide", { id }),
};

function overlay(id) {
  const element = document.getElementById(id);
  if (!element?.showOverlay) throw new Error(`App Bridge: there is no modal with the id "${id}" on this page.`);
  return element;
}

const modal = {
  show: async (id) => overlay(id).showOverlay(),
  hide: async (id) => overlay(id).hideOverlay(),
  toggle: async (id) => overlay(id).toggleOverlay(),
};

const saveBar = {
  // Resolves at once without unsaved changes; else it shakes the bar and resolves when the bar has gone.
  leaveConfirmation: async () => {
    if (!isUnsaved()) return;
    shakeSaveBar();
    const form = unsavedForm;
    await new Promise((resolve) => {
      for (const type of ["submit", "reset"]) form.addEventListener(type, resolve, { once: true });
    });
  },
};

const scopes = {
  query: () => ask("scopes.query"),
  request: (names) => ask("scopes.request", { names }),
  revoke: (names) => ask("scopes.revoke", { names }),
};

const refuse = (name) => () => Promise.reject(new Error(`The App Bridge stand-in does not have shopify.${name}.`));

function makeAPI() {
  const missing = ["resourcePicker", "picker", "scanner", "share", "print", "support", "intents", "reviews", "pos"];
  return {
    ...Object.fromEntries(missing.map((name) => [name, refuse(name)])),
    config,
    origin: location.origin,
    ready: Promise.resolve(),
    environment: { embedded, mobile: false, pos: false, intent: false },
    idToken,
    toast,
    modal,
    saveBar,
    scopes,
    loading: (isLoading = true) => tell("loading", { isLoading: Boolean(isLoading) }),
    user: () => ask("user"),
    app: { extensions: () => ask("app.extensions") },
    // Real App Bridge reports the browser's measurements; here the callback is taken and nothing is measured.
    webVitals: { onReport: () => undefined },
  };
}

function listenToToasts() {
  onHost("toast-action", ({ id }) => toastActions.get(id)?.onAction?.());
  onHost("toast-gone", ({ id }) => {
    toastActions.get(id)?.onDismiss?.();
    toastActions.delete(id);
  });
}

// A modal opens inside the frame; the admin darkens what lies around it, so that the two look like one page.
function watchModals() {
  for (const [type, isOpen] of [["show", true], ["hide", false]]) {
    document.addEventListener(
      type,
      (event) => {
        if (event.target.localName === "s-modal") tell("modal", { isOpen });
      },
      { capture: true },
    );
  }
}
