/* Countermark, the reviewer's bench: what it gains where scripts run. Everything works without it. */
(() => {
  "use strict";
  const all = (what, root = document) => [...root.querySelectorAll(what)];
  const one = (what, root = document) => root.querySelector(what);
  const typing = (at) => at.closest("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]");
  const panel = () => one("form[data-rv-panel]");

  /* Digits tick the grounds of the choice that is open. */
  document.addEventListener("keydown", (event) => {
    if (!/^[1-9]$/.test(event.key) || event.ctrlKey || event.metaKey || event.altKey || !panel() || one("dialog[open]") || typing(event.target)) return;
    const box = all(`[data-rv-digit="${event.key}"]`, panel()).find((each) => !each.disabled);
    if (box) { event.preventDefault(); box.closest("details")?.setAttribute("open", ""); box.click(); }
  });

  /* Ctrl Enter sends the panel also while one types. */
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && panel()) { event.preventDefault(); one("[data-rv-send]", panel()).click(); }
  });

  /* The button names what it sends. */
  const name = () => {
    const form = panel(); if (!form) return;
    const chosen = one("input[name=choice]:checked", form);
    all("[data-rv-label]", form).forEach((label) => { label.hidden = label.dataset.rvLabel !== (chosen ? chosen.value : ""); });
    all("[data-rv-chosen]", form).forEach((part) => { part.hidden = !chosen; });
  };
  document.addEventListener("change", (event) => { if (event.target.form === panel()) name(); });
  addEventListener("pageshow", name);

  /* Dialogs of the page: pictures, all keys, the statement in full. */
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-rv-open]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.rvOpen);
      if (!dialog) return;
      event.preventDefault();
      const from = opener.dataset.rvCopy && document.getElementById(opener.dataset.rvCopy);
      if (from) one("[data-rv-into]", dialog).replaceChildren(...[...from.childNodes].map((node) => node.cloneNode(true)));
      dialog.showModal();
      if (opener.dataset.rvPicture) document.getElementById(opener.dataset.rvPicture)?.scrollIntoView({ block: "nearest" });
    }
    if (event.target.closest("[data-rv-close]") || event.target.matches("dialog.rv-dialog")) event.target.closest("dialog").close();
  });
})();
