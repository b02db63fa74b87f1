// What a script adds to the portal: copying, sharing, one form field set at a time. Reading needs none of it.
document.querySelector("nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
document.querySelectorAll("[data-copy]").forEach((button) => {
  if (!navigator.clipboard) return;
  button.hidden = false;
  const before = button.textContent;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = before; }, 2000);
  });
});
document.querySelectorAll("[data-share]").forEach((button) => {
  if (!navigator.share) return;
  button.hidden = false;
  button.addEventListener("click", () => navigator.share({ text: button.dataset.text, url: button.dataset.share }).catch((error) => {
    if (error.name !== "AbortError") throw error; // Closing the sheet is no failure.
  }));
});
document.querySelectorAll("[data-shows]").forEach((choice) => {
  const sets = choice.form.querySelectorAll(`[data-${choice.dataset.shows}]`);
  const show = () => sets.forEach((set) => { set.disabled = set.hidden = set.dataset[choice.dataset.shows] !== choice.value; });
  choice.addEventListener("change", show);
  show();
});
document.querySelectorAll("[data-sends]").forEach((choice) => {
  choice.form.querySelector("button").hidden = true;
  choice.addEventListener("change", () => choice.form.requestSubmit());
});
// Passkeys: the server asks, the device answers, the page goes on.
document.querySelectorAll("[data-passkey]").forEach((form) => {
  if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) return;
  form.hidden = false;
  const says = form.querySelector("[role=status]");
  const post = async (path, fields) => {
    const answer = await fetch(path, { method: "POST", body: fields, headers: { Accept: "application/json" } });
    const said = await answer.json();
    if (!answer.ok) throw new Error(said.error.message);
    return said;
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const asked = await post(form.action, new FormData(form));
      const made = form.dataset.passkey === "add"
        ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(asked.options) })
        : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(asked.options) });
      const fields = new FormData(form);
      fields.set("ticket", asked.ticket);
      fields.set("answer", JSON.stringify(made.toJSON()));
      fields.set("to", form.dataset.to);
      location.assign((await post(form.action.replace(/\/question$/, ""), fields)).to);
    } catch (error) {
      says.textContent = error.message;
    }
  });
});
