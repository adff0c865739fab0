// What is typed into a form with data-draft stays in its tab until it is saved: a session that ends, a page
// that is left, a server that does not answer lose nothing. Without this the form works as ever.
// A tab's own storage (sessionStorage), so that two tabs keep apart and a closed one leaves nothing behind.
"use strict";

const PREFIX = "draft:";

forgetSaved();
for (const form of document.querySelectorAll("form[data-draft]")) keep(form);

// Whoever logs out in another tab takes along what this one has kept (app.js sends word).
new BroadcastChannel("logout").addEventListener("message", () => sessionStorage.clear());

function forgetSaved() {
  const saved = document.querySelector('meta[name="saved-drafts"]')?.content.split(" ") ?? [];
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(PREFIX) && saved.includes(read(key)?.token)) sessionStorage.removeItem(key);
  }
}

function read(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key));
  } catch {
    return null;
  }
}

function keep(form) {
  const key = PREFIX + form.dataset.draft;
  const named = (name) => form.elements.namedItem(name);
  const token = named("draft_token");
  const typed = [...form.elements].filter(
    (control) => control.name && control.matches("textarea, select, input:not([type=hidden], [type=file])"),
  );
  const isChosen = (control) => control.type === "radio" || control.type === "checkbox";
  const changed = (control) =>
    isChosen(control) ? control.checked !== control.defaultChecked : control.value !== control.defaultValue;
  // A page that comes back with what was typed has nothing of it saved: all of it counts as typed.
  const redisplayed = form.hasAttribute("data-redisplayed");

  const stored = read(key);
  if (stored && !redisplayed && restore(stored)) announce();
  token.value = `${Date.now().toString(36)}${Math.random().toString(36).slice(2)}`;
  if (stored || redisplayed) store();
  form.addEventListener("input", store);
  form.addEventListener("change", store);

  function store() {
    const entries = typed
      .filter((control) => (redisplayed || changed(control)) && choice(control) !== "theirs")
      .map((control) => ({
        name: control.name,
        value: control.value,
        checked: isChosen(control) ? control.checked : undefined,
        basedOn: basis(control),
      }));
    try {
      if (entries.length) sessionStorage.setItem(key, JSON.stringify({ token: token.value, entries }));
      else sessionStorage.removeItem(key);
    } catch {
      // The browser keeps nothing, or is full: the page works on without.
    }
  }

  // Where two texts stand side by side: which of them was chosen.
  function choice(control) {
    return named(`choose_${control.name}`)?.value;
  }

  // The text that this one changes; none as long as it is not chosen over another, so that it is asked again.
  function basis(control) {
    const undecided = named(`conflict_${control.name}`) && choice(control) !== "mine";
    return undecided ? "undecided" : named(`based_on_${control.name}`)?.value;
  }

  function restore({ entries }) {
    let brought = false;
    for (const entry of entries) {
      for (const control of typed.filter((each) => each.name === entry.name)) {
        if (isChosen(control)) {
          if (control.value !== entry.value || control.checked === entry.checked) continue;
          control.checked = entry.checked;
        } else {
          if (control.value === entry.value) continue;
          control.value = entry.value;
          const basedOn = named(`based_on_${entry.name}`);
          if (entry.basedOn && basedOn) basedOn.value = entry.basedOn;
        }
        brought = true;
      }
    }
    return brought;
  }

  function announce() {
    const template = form.querySelector("template[data-restored]");
    if (!template) return;
    form.prepend(template.content.cloneNode(true));
    form.querySelector("[data-discard]").addEventListener("click", () => {
      sessionStorage.removeItem(key);
      location.reload();
    });
  }
}
