// Small comforts; every page works without them.
"use strict";

// Open menus close with Escape, and when one clicks or moves elsewhere.
const menus = document.querySelectorAll("details[data-menu]");
const closeMenus = (except) => menus.forEach((menu) => menu !== except && menu.removeAttribute("open"));
const menuOf = (node) => (node instanceof Element ? node.closest("details[data-menu]") : null);
document.addEventListener("click", (event) => closeMenus(menuOf(event.target)));
document.addEventListener("focusin", (event) => closeMenus(menuOf(event.target)));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = menuOf(document.activeElement);
  closeMenus(null);
  if (menu) menu.querySelector("summary").focus();
});

// A form that was just sent is not sent again by a second click.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.hasAttribute("data-once")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 3000);
});

// What was typed and not saved is kept for one person (draft.js), and goes when that person logs out.
document.addEventListener("submit", (event) => {
  if (!new URL(event.target.action).pathname.endsWith("/logout/")) return;
  const own = `draft:${document.body.dataset.user}:`;
  for (const key of Object.keys(localStorage)) if (key.startsWith(own)) localStorage.removeItem(key);
});

// On a phone the filters of a list fold away, unless they are in use; a wide page has them open.
const wide = matchMedia("(min-width: 48rem)");
const foldFilters = () => document.querySelectorAll("[data-filters]").forEach((filters) => {
  filters.open = wide.matches || "used" in filters.dataset;
});
wide.addEventListener?.("change", foldFilters);
foldFilters();

// One box ticks all rows of its table; without scripts a button goes on with the page as it is.
document.querySelectorAll("[data-ticks]").forEach((all) => {
  const boxes = all.closest("table").querySelectorAll(`input[name="${all.dataset.ticks}"]`);
  all.closest("label").hidden = false;
  all.addEventListener("change", () => boxes.forEach((box) => { box.checked = all.checked; }));
});
