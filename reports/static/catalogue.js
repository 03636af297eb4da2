// The list of rules: search and filters, in the address.
const form = byId("filters");
const rows = [...document.querySelectorAll("#rules tbody tr")];
const texts = rows.map((row) => row.textContent.toLowerCase());

function filter() {
  const asked = Object.fromEntries(new FormData(form));
  const words = asked.q.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  rows.forEach((row, i) => {
    const fits = ["sev", "status", "section"].every((name) => !asked[name] || row.dataset[name] === asked[name]);
    row.hidden = !(fits && words.every((word) => texts[i].includes(word)));
    shown += !row.hidden;
  });
  const all = count(rows.length);
  const tally = byId("count");
  if (!shown) tally.textContent = "No rule matches. Remove a filter to see more.";
  else tally.textContent = shown === rows.length ? `${all} rules` : `${count(shown)} of ${all} rules`;
  const kept = Object.entries(asked).filter(([, value]) => value);
  history.replaceState(null, "", kept.length ? "#?" + new URLSearchParams(kept) : location.pathname);
}

function readAddress() {
  const asked = new URLSearchParams(location.hash.replace(/^#\??/, ""));
  for (const field of form.elements) if (field.name) field.value = asked.get(field.name) ?? "";
}

form.addEventListener("input", filter);
form.addEventListener("submit", (event) => event.preventDefault());
addEventListener("keydown", (event) => {
  if (event.key === "/" && !event.target.matches("input, select")) {
    event.preventDefault();
    form.elements.q.focus();
  }
});
prepareTools();
readAddress();
filter();
document.documentElement.dataset.ready = "1";
