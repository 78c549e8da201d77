/* Countermark: what the pages gain where scripts run. Every page works without it; nothing here decides anything.
   Words a person reads are in the page (data-cm-… attributes and templates), so that they are translated there. */
(() => {
  "use strict";
  const all = (what, root = document) => [...root.querySelectorAll(what)];
  const one = (what, root = document) => root.querySelector(what);
  const typing = (at) => at.closest("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]");

  /* A form goes out once. The second click is swallowed; the button says it is busy. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.cmBusy !== undefined) { event.preventDefault(); return; }
    if (form.method !== "post" || form.matches("[hx-post], [data-cm-again]")) return;
    setTimeout(() => { if (!event.defaultPrevented) { form.dataset.cmBusy = ""; form.setAttribute("aria-busy", "true"); } });
  });
  addEventListener("pageshow", () => all("[data-cm-busy]").forEach((form) => { delete form.dataset.cmBusy; form.removeAttribute("aria-busy"); }));

  /* Filters send themselves; the button stays for those without a script. */
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-cm-auto]");
    if (form && event.target.matches("select, [type=checkbox], [type=radio]")) form.requestSubmit();
  });

  /* Instants also in the reader's own time, as a title; the page itself keeps the place the clock runs in. */
  const localise = (root) => all("time[data-cm-local]", root).forEach((time) => {
    const at = new Date(time.dateTime);
    if (!isNaN(at)) time.title = at.toLocaleString(document.documentElement.lang, { weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short" });
  });

  /* The undo toast counts down and leaves; the server decides whether the undo was in time. */
  const countdown = (toast) => {
    const ends = Date.now() + 1000 * Number(toast.dataset.cmToast);
    const said = one("[data-cm-count]", toast);
    const tick = setInterval(() => {
      const left = Math.ceil((ends - Date.now()) / 1000);
      if (left <= 0) { clearInterval(tick); toast.remove(); return; }
      if (said) said.textContent = said.textContent.replace(/\d+/, left);
    }, 250);
  };

  /* Keys. A page marks what a key does: data-cm-key="u" on a button, link or input. J and K walk [data-cm-rows] rows. */
  const rows = () => all("[data-cm-rows] > tr, [data-cm-rows] > li").filter((row) => row.offsetParent !== null);
  const chosen = () => rows().find((row) => row.getAttribute("aria-selected") === "true");
  const choose = (row) => {
    if (!row) return;
    rows().forEach((each) => { each.setAttribute("aria-selected", each === row); each.tabIndex = each === row ? 0 : -1; });
    row.focus({ preventScroll: true }); row.scrollIntoView({ block: "nearest" });
  };
  const walk = (step) => { const list = rows(); const now = list.indexOf(chosen()); choose(list[Math.min(Math.max(now + step, 0), list.length - 1)] || list[0]); };
  const press = (key) => {
    const row = chosen();
    const target = (row && one(`[data-cm-row-key="${CSS.escape(key)}"]`, row)) || one(`[data-cm-key="${CSS.escape(key)}"]`);
    if (!target || target.disabled) return false;
    if (target.matches("input[type=text], input[type=search], input:not([type]), textarea, select")) target.focus(); else target.click();
    return true;
  };
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && one("dialog[data-cm-palette]")) { event.preventDefault(); open(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || one("dialog[open]") || typing(event.target)) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (rows().length && (key === "j" || key === "k")) { event.preventDefault(); walk(key === "j" ? 1 : -1); return; }
    if (key === "Enter" && event.target.matches("a, button, summary, input")) return;
    if (press(key)) event.preventDefault();
  });

  /* The command palette: a <dialog data-cm-palette> with a search field and links; typing narrows, Enter goes. */
  const palette = () => one("dialog[data-cm-palette]");
  const items = () => all("li", palette());
  const shown = () => items().filter((item) => !item.hidden);
  const mark = (item) => { items().forEach((each) => { if (each === item) each.firstElementChild.setAttribute("aria-current", "true"); else each.firstElementChild.removeAttribute("aria-current"); }); if (item) item.scrollIntoView({ block: "nearest" }); };
  const narrow = (words) => { items().forEach((item) => { item.hidden = !words.every((word) => item.textContent.toLowerCase().includes(word)); }); mark(shown()[0]); };
  const open = () => { const box = palette(); const search = one("input", box); search.value = ""; narrow([]); box.showModal(); search.focus(); };
  document.addEventListener("input", (event) => { if (event.target.closest("dialog[data-cm-palette]")) narrow(event.target.value.toLowerCase().split(/\s+/).filter(Boolean)); });
  document.addEventListener("keydown", (event) => {
    if (!event.target.closest?.("dialog[data-cm-palette]")) return;
    const list = shown(); const now = list.findIndex((item) => item.firstElementChild.hasAttribute("aria-current"));
    if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); mark(list[(now + (event.key === "ArrowDown" ? 1 : list.length - 1)) % list.length]); }
    if (event.key === "Enter" && list[now]) {
      event.preventDefault();
      const command = list[now].firstElementChild;
      palette().close();
      if (command.dataset.cmPress) press(command.dataset.cmPress); else command.click();
    }
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-cm-open-palette]") && palette()) open();
    const command = event.target.closest("dialog[data-cm-palette] [data-cm-press]");
    if (command) { palette().close(); press(command.dataset.cmPress); }
  });

  /* Selecting many: [data-cm-bulk] shows itself while a box of its form is ticked, and says how many. */
  const bulk = (form) => {
    const bar = one("[data-cm-bulk]", form); if (!bar) return;
    const ticked = all("input[type=checkbox][data-cm-pick]:checked", form).length;
    bar.hidden = ticked === 0;
    all("[data-cm-picked]", bar).forEach((place) => { place.textContent = ticked; });
  };
  document.addEventListener("change", (event) => {
    const form = event.target.form; if (!form) return;
    if (event.target.matches("[data-cm-pick-all]")) all("input[type=checkbox][data-cm-pick]", form).forEach((box) => { box.checked = event.target.checked; });
    if (event.target.matches("[data-cm-pick-all], [data-cm-pick]")) bulk(form);
  });

  /* What is shown under a choice stays hidden until it is chosen: [data-cm-when="name=value"]. */
  const reveal = (root) => all("[data-cm-when]", root).forEach((part) => {
    const [name, value] = part.dataset.cmWhen.split("=");
    const form = part.closest("form") || document;
    const on = all(`[name="${CSS.escape(name)}"]`, form).some((field) => (field.matches("[type=radio], [type=checkbox]") ? field.checked && field.value === value : field.value === value));
    part.hidden = !on; all("input, select, textarea", part).forEach((field) => { field.disabled = !on; });
  });
  document.addEventListener("change", () => reveal(document));

  /* Menus of the bar close when one goes elsewhere. */
  document.addEventListener("click", (event) => all("details.cm-who[open], details.cm-menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; }));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") all("details.cm-who[open], details.cm-menu[open]").forEach((menu) => { menu.open = false; one("summary", menu).focus(); }); });
  document.addEventListener("click", (event) => { if (event.target.closest("[data-cm-print]")) print(); });

  /* Filters are an open <details class="cm-sheet">; a phone begins with them folded. */
  if (matchMedia("(max-width: 767.98px)").matches) all("details.cm-sheet:not([data-cm-used])").forEach((sheet) => { sheet.open = false; });
  /* Tabs that do not fit slide; the one we are on is brought into view. */
  all(".cm-tabs [aria-current]").forEach((tab) => { const row = tab.parentElement; row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2; });
  all("[data-cm-unhide]").forEach((part) => { part.hidden = false; });

  const begin = (root) => { localise(root); reveal(root); all("[data-cm-toast]", root).forEach(countdown); all("form:has([data-cm-bulk])", root).forEach(bulk); };
  begin(document);
  one("[data-cm-focus]")?.focus();
  document.addEventListener("htmx:load", (event) => { if (event.target !== document.body) begin(event.target); });
})();
