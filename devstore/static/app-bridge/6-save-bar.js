// <form data-save-bar>: the admin shows Save and Discard as soon as a field of the form was touched.

let unsavedForm = null;

const isUnsaved = () => Boolean(unsavedForm?.isConnected);
const shakeSaveBar = () => tell("shake");

function saveBarState() {
  if (!isUnsaved()) return null;
  return { confirmDiscard: unsavedForm.hasAttribute("data-discard-confirmation") };
}

function setUnsaved(form) {
  unsavedForm = form;
  chromeChanged();
}

function saveBarFormOf(event) {
  const origin = event.composedPath().find((node) => node instanceof Element);
  const host = origin?.form ?? origin?.closest?.("form") ?? event.target.closest?.("form");
  return host?.matches("form[data-save-bar]") ? host : null;
}

function watchForms() {
  for (const type of ["input", "change"]) {
    document.addEventListener(type, (event) => {
      const form = saveBarFormOf(event);
      if (form) setUnsaved(form);
    });
  }
  for (const type of ["submit", "reset"]) {
    document.addEventListener(type, (event) => {
      if (event.target === unsavedForm) setUnsaved(null);
    });
  }
  onHost("save", () => unsavedForm?.requestSubmit());
  onHost("discard", () => unsavedForm?.reset());
}
