// What a script adds to the portal: copying, sharing, one form field set at a time. Reading needs none of it.
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
