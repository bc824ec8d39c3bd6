"use strict";
// Faster with it, whole without it: keys for the review queue, a button that copies the brief, a guard against pressing twice.
document.addEventListener("keydown", function (event) {
  if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
  const button = document.querySelector('button[data-key="' + CSS.escape(event.key) + '"]');
  if (button) { event.preventDefault(); button.click(); }
});
document.addEventListener("submit", function (event) {
  const pressed = event.submitter;
  if (event.target.dataset.sent) { event.preventDefault(); return; }
  event.target.dataset.sent = "1";
  if (pressed) pressed.setAttribute("aria-busy", "true");
});
const copy = document.querySelector("[data-copy]");
if (copy && navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async function () {
    const answer = await fetch(copy.dataset.copy, { credentials: "same-origin" });
    if (answer.ok) { await navigator.clipboard.writeText(await answer.text()); copy.textContent = "已复制"; }
  });
}
const kind = document.getElementById("form-kind");
function showProofs() {
  for (const one of document.querySelectorAll("[data-forms]")) one.hidden = !one.dataset.forms.split(" ").includes(kind.value);
}
if (kind) { kind.addEventListener("change", showProofs); showProofs(); }
