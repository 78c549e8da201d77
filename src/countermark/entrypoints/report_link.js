// Fills the address of the page into links to the report form that name no listing yet. Keeps nothing, sends nothing.
"use strict";
for (const link of document.querySelectorAll("a[data-countermark-report]")) {
  const form = new URL(link.href);
  if (!form.searchParams.has("link")) {
    const canonical = document.querySelector('link[rel="canonical"]');
    const page = new URL((canonical && canonical.href) || location.href);
    page.hash = "";
    form.searchParams.set("link", page.href);
    link.href = form.href;
  }
}
