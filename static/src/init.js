import { initAll } from "./govuk-frontend.min.js";

initAll();

// Filters are open in the page, so that they work without JavaScript; on a phone they would push
// the list off the screen, unless one of them is in use.
const narrow = window.matchMedia("(max-width: 40.0525em)");

function fold() {
  for (const filters of document.querySelectorAll("details.app-filters")) {
    filters.open = !narrow.matches || "used" in filters.dataset;
  }
}

fold();
narrow.addEventListener("change", fold);

for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
