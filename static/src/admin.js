// The stock admin leaves the fields of its tables, its pairs of date and time, and its searching choices
// without a name for those who listen. They get the one that stands above or beside them.

function label(field) {
  const cell = field.closest(".tabular td");
  const row = field.closest(".form-row");
  const heading = cell
    ? field.closest("table").tHead.rows[0].cells[cell.cellIndex]
    : row?.querySelector("label, legend");
  const part = { vDateField: ", date", vTimeField: ", time" }[field.classList[0]];
  const pair = field.closest(".datetime") ? (part ?? "") : "";
  return (heading?.textContent ?? "").trim().replace(/:$/, "") + pair;
}

function nameFields() {
  const fields = document.querySelectorAll(".tabular td :is(input, select, textarea), .datetime input");
  for (const field of fields) {
    if (!field.labels?.length && !field.ariaLabel) field.ariaLabel = label(field);
  }
  for (const choice of document.querySelectorAll("select + .select2-container")) {
    const name = label(choice.previousElementSibling);
    for (const part of choice.querySelectorAll("[role=combobox], [role=textbox]")) {
      part.removeAttribute("aria-labelledby");
      part.ariaLabel = part.textContent.trim() ? `${name}: ${part.textContent.trim()}` : name;
    }
  }
}

// After the admin's own scripts, which wait for jQuery's turn where a page has fields at all.
const { jQuery } = window.django ?? {};
if (jQuery) jQuery(nameFields);
else nameFields();
document.addEventListener("formset:added", () => setTimeout(nameFields));
