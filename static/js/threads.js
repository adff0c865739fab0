// Of what htmx is answered it takes the thread alone. An answer without one is another page, the login say, or
// the error of a share that has ended meanwhile: it is opened as such, so that nobody is left with half a page.
"use strict";

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, target } = event.detail;
  if (target.id !== "comments" || xhr.responseText.includes('id="comments"')) return;
  event.detail.shouldSwap = false;
  location.assign(xhr.responseURL);
});
