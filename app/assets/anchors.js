// Gradio's page has a <base>, so that a link to a place on the page would lose the case in the address.
// This keeps it: the fragment alone changes, and whoever uses the keyboard goes along.
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest('a[href^="#"]') : null;
  if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const name = decodeURIComponent(link.getAttribute("href").slice(1));
  const place = document.getElementById(name);
  if (!place) return;
  event.preventDefault();
  const here = new URL(window.location);
  here.hash = name;
  if (here.href === window.location.href) window.location.hash = ""; // the same place twice still marks it
  window.location.hash = name;
  const quick = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (!place.matches("a[href], button, input, select, textarea, [tabindex]")) place.setAttribute("tabindex", "-1");
  place.focus({ preventScroll: true });
  place.scrollIntoView({ block: "center", behavior: quick ? "auto" : "smooth" });
});
