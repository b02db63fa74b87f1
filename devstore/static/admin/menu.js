// The drawer of small windows, and selects that act at once.

const button = document.querySelector(".menu-button");

function setMenu(isOpen) {
  document.body.classList.toggle("menu-open", isOpen);
  button.setAttribute("aria-expanded", String(isOpen));
}

button.addEventListener("click", (event) => {
  event.stopPropagation();
  setMenu(!document.body.classList.contains("menu-open"));
});
document.addEventListener("click", (event) => {
  if (!event.target.closest("#side")) setMenu(false);
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !document.body.classList.contains("menu-open")) return;
  setMenu(false);
  button.focus();
});

for (const form of document.querySelectorAll("[data-submit-on-change]")) {
  form.addEventListener("change", () => form.requestSubmit());
}
