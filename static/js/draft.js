// What is typed into a form with data-draft is kept on this device until it is saved: a session that ends, a
// page that is left, a tab that is closed, a server that does not answer lose nothing. A form with data-autosave
// is saved by itself besides. Without this the form works as ever.
"use strict";

// draft:<person>:<form>:<tab>; each tab keeps its own, so that two of them do not mix their texts.
const PREFIX = "draft:";
const AFTER_TYPING = 1500, AFTER_LEAVING = 250, BETWEEN_TRIES = 10000; // milliseconds

forgetSaved();
for (const form of document.querySelectorAll("form[data-draft]")) keep(form);
focusOnTarget();

function keysOf(start) {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(start));
  } catch {
    return []; // the browser keeps nothing
  }
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function forgetSaved() {
  const saved = document.querySelector('meta[name="saved-drafts"]')?.content.split(" ") ?? [];
  for (const key of keysOf(PREFIX)) if (saved.includes(read(key)?.token)) localStorage.removeItem(key);
}

// After a row was added, moved or removed the page goes on there, for the keyboard too.
function focusOnTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target?.closest("form[data-draft]")) target.focus();
}

function randomId() {
  return `${Date.now().toString(36)}${Math.random().toString(36).slice(2)}`;
}

function tabId() {
  try {
    sessionStorage.tab ??= randomId();
    return sessionStorage.tab;
  } catch {
    return "";
  }
}

// What tabs have kept that are closed by now: an open one holds a lock of the key's name.
async function inherit(start, key) {
  const { held } = (await navigator.locks?.query()) ?? { held: [] };
  const open = new Set(held.map((lock) => lock.name));
  const left = keysOf(start).filter((each) => each !== key && !open.has(each));
  const found = left.map((each) => [each, read(each)]).filter(([, stored]) => stored?.entries);
  found.sort(([, one], [, other]) => one.at - other.at);
  const entries = new Map(found.flatMap(([, stored]) => stored.entries.map((entry) => [entry.name, entry])));
  for (const each of left) localStorage.removeItem(each);
  return found.length ? { ...found.at(-1)[1], entries: [...entries.values()] } : null;
}

async function keep(form) {
  const start = `${PREFIX}${form.dataset.draft}:`;
  const key = start + tabId();
  const named = (name) => form.elements.namedItem(name);
  const token = named("draft_token");
  const isTyped = (control) =>
    control.name && control.matches("textarea, select, input:not([type=hidden], [type=file])");
  const typed = () => [...form.elements].filter(isTyped); // more of them once a row is opened
  const saved = new Map(); // what a control had when it was last saved by itself
  const isChosen = (control) => control.type === "radio" || control.type === "checkbox";
  // A page that comes back with what was typed has nothing of it saved: all of it counts as typed.
  const redisplayed = form.hasAttribute("data-redisplayed");
  let field = ""; // where the writer was
  const homeless = []; // what was typed into something that is not on the page any more
  let waiting = []; // and into rows that are folded, until they are open
  let isKept = true;

  const own = read(key);
  const stored = own ?? (redisplayed ? null : await inherit(start, key));
  navigator.locks?.request(key, () => new Promise(() => {}));
  if (stored && !redisplayed) restore(stored);
  token.value = randomId();
  if (stored || redisplayed) store();
  form.addEventListener("focusin", (event) => {
    if (isTyped(event.target)) field = event.target.name;
  });
  form.addEventListener("htmx:afterSwap", focusOnOpened);
  form.addEventListener("input", store);
  form.addEventListener("change", store);
  if (form.hasAttribute("data-autosave") && !redisplayed) saveByItself();

  function changed(control) {
    if (isChosen(control)) return control.checked !== control.defaultChecked;
    return control.value !== (saved.get(control) ?? original(control));
  }

  function original(control) {
    if (control.type !== "select-one") return control.defaultValue;
    const options = [...control.options];
    return (options.find((option) => option.defaultSelected) ?? options[0])?.value;
  }

  function store() {
    const entries = typed()
      .filter((control) => (redisplayed || changed(control)) && choice(control) !== "theirs")
      .map((control) => ({
        name: control.name,
        value: control.value,
        checked: isChosen(control) ? control.checked : undefined,
        basedOn: basis(control),
      }));
    try {
      entries.push(...homeless, ...waiting);
      const record = { token: token.value, at: Date.now(), field, entries };
      if (entries.length) localStorage.setItem(key, JSON.stringify(record));
      else localStorage.removeItem(key);
      isKept = true;
    } catch {
      isKept = false; // the browser keeps nothing, or is full: the page works on without
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

  function restore({ entries, field: last }) {
    const folded = entries.filter((entry) => foldedRow(entry.name));
    const brought = fill(entries.filter((entry) => !folded.includes(entry)));
    if (brought || homeless.length) announce();
    if (brought) typed().find((control) => control.name === last)?.focus();
    if (folded.length) openAndFill(folded, last);
  }

  // Whether any text was put back into its place; those that have none any more are homeless.
  function fill(entries) {
    let brought = false;
    for (const entry of entries) {
      const controls = typed().filter((each) => each.name === entry.name);
      if (!controls.length && entry.checked === undefined && entry.value) homeless.push(entry);
      for (const control of controls) {
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

  // Of a row that is folded on the page its cells are not there yet.
  function foldedRow(name) {
    const id = name.split(".")[0];
    return named(name) ? null : form.querySelector(`[data-folded~="${CSS.escape(id)}"]`);
  }

  async function openAndFill(entries, last) {
    waiting = entries;
    for (const row of new Set(entries.map((entry) => foldedRow(entry.name)))) {
      const open = row.querySelector("[hx-get]").getAttribute("hx-get");
      await globalThis.htmx?.ajax("GET", open, { target: row, swap: "outerHTML" });
    }
    waiting = entries.filter((entry) => foldedRow(entry.name)); // not to be had now: kept for the next time
    if (!fill(entries.filter((entry) => !waiting.includes(entry)))) return;
    if (!form.querySelector("[data-discard]")) announce();
    named(last)?.focus();
    store();
    form.dispatchEvent(new Event("change"));
  }

  function focusOnOpened({ detail }) {
    if (waiting.length) return;
    const row = document.getElementById(detail.target.id);
    [...(row?.querySelectorAll("*") ?? [])].find(isTyped)?.focus();
  }

  function announce() {
    const template = form.querySelector("template[data-restored]");
    if (!template) return;
    form.prepend(template.content.cloneNode(true));
    form.querySelector("[data-discard]").addEventListener("click", () => {
      localStorage.removeItem(key);
      location.reload();
    });
    const place = form.querySelector("[data-lost]");
    for (const { value } of homeless) {
      place.append(Object.assign(document.createElement("li"), { textContent: value }));
    }
    if (homeless.length) place.closest("[hidden]").hidden = false;
  }

  // --- Saving by itself ---------------------------------------------------------------------------

  function saveByItself() {
    const line = form.querySelector("[data-save-status]");
    const logIn = form.querySelector("[data-log-in]");
    let timer = 0;
    let underWay = false;
    let pressed; // a button that waits until the save under way is over

    form.addEventListener("input", () => saveIn(AFTER_TYPING));
    form.addEventListener("change", () => saveIn(AFTER_LEAVING));
    form.addEventListener("submit", wait);
    addEventListener("online", () => saveIn(0));

    // The button saves all of it; it is based on what the save before it wrote.
    function wait(event) {
      clearTimeout(timer);
      if (!underWay) return;
      event.preventDefault();
      event.stopPropagation();
      pressed = event.submitter;
    }

    function saveIn(delay) {
      clearTimeout(timer);
      timer = setTimeout(save, delay);
    }

    function say(sentence, isProblem) {
      line.dataset.tone = isProblem ? "problem" : "";
      line.textContent = isProblem && !isKept ? line.dataset.unkept : sentence;
    }

    async function save() {
      const sent = typed().filter(changed).map((control) => [control, control.value]);
      if (!sent.length) return;
      if (underWay) return saveIn(AFTER_TYPING);
      underWay = true;
      try {
        await answered(await fetch(form.action, request(sent)), sent);
      } catch {
        say(line.dataset.offline, true);
        saveIn(BETWEEN_TRIES);
      } finally {
        underWay = false;
        if (pressed) form.requestSubmit(pressed);
      }
    }

    function request(sent) {
      const body = new FormData();
      body.append("csrfmiddlewaretoken", named("csrfmiddlewaretoken").value);
      for (const row of form.querySelectorAll("input[name=row]")) body.append("row", row.value);
      for (const [control, value] of sent) {
        body.append(control.name, value);
        body.append(`based_on_${control.name}`, basis(control) ?? "");
      }
      return { method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual" };
    }

    async function answered(response, sent) {
      const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
      const loggedOut = response.type === "opaqueredirect" || (response.status === 403 && !isJson);
      logIn.hidden = !loggedOut;
      if (loggedOut) return say(line.dataset.loggedOut, true);
      if (!isJson) {
        say(line.dataset.failed, true);
        return saveIn(BETWEEN_TRIES);
      }
      const answer = await response.json();
      for (const [control, value] of sent) settle(control, value, answer.digests[control.name]);
      for (const [name, [text, digest]] of Object.entries(answer.filled ?? {})) fillIn(named(name), text, digest);
      if (answer.parts) showParts(answer.parts);
      store();
      say(answer.status, !answer.saved);
      if (answer.saved && typed().some(changed)) saveIn(AFTER_TYPING);
    }

    // The list of the plan's parts says what is complete; whoever is in it with the keyboard stays there.
    function showParts(html) {
      const list = document.querySelector(".plan-parts");
      if (list && !list.contains(document.activeElement)) list.outerHTML = html;
    }

    function settle(control, value, digest) {
      if (digest === undefined) return;
      saved.set(control, value);
      named(`based_on_${control.name}`).value = digest;
    }

    // What the portal wrote besides, such as the name of an organisation that was chosen.
    function fillIn(control, text, digest) {
      if (!control || changed(control)) return;
      control.value = text;
      settle(control, text, digest);
    }
  }
}
