// Lists of many rows (districts, rules): search, filters, sorting and pages, with their state in the address.
// The rows are drawn already and wait in a <template>; here they are only chosen and put in order.

const PAGE = 50;
const collator = new Intl.Collator("en", { numeric: true });

class List {
  constructor(box) {
    this.box = box;
    this.name = box.dataset.list;
    this.form = box.querySelector("form");
    this.table = box.querySelector("table");
    this.rows = [...box.querySelector("template").content.querySelectorAll("tr")];
    this.texts = this.rows.map((row) => (row.textContent + " " + row.textContent.replace(/-/g, "")).toLowerCase());
    this.asked = {};
    this.heads = [...this.table.tHead.rows[0].cells];
    this.heads.forEach((th, column) => this.addButton(th, column));
    let timer;
    this.form.addEventListener("input", ({ target }) => {
      clearTimeout(timer);
      const ask = () => this.go({ [target.name]: target.value || undefined, page: undefined });
      timer = setTimeout(ask, target.type === "search" ? 120 : 0);
    });
    this.form.addEventListener("submit", (event) => event.preventDefault());
    for (const button of box.querySelectorAll("[data-turn]")) {
      button.onclick = () => {
        this.go({ page: this.page + Number(button.dataset.turn) });
        box.scrollIntoView();
      };
    }
  }

  addButton(th, column) {
    if (!this.rows.some((row) => row.cells[column].dataset.v)) return; // a chart has no order
    const button = make("button", "", th.dataset.label);
    button.type = "button";
    // numbers from the largest, words from A
    const [first, then] = th.classList.contains("r") ? ["d", "a"] : ["a", "d"];
    button.onclick = () => this.go({ sort: `${column}.${this.asked.sort === `${column}.${first}` ? then : first}`, page: undefined });
    th.replaceChildren(button, make("span", "printed", th.dataset.label));
  }

  go(change) {
    for (const [name, value] of Object.entries({ ...this.asked, ...change })) {
      if (value == null) delete this.asked[name];
      else this.asked[name] = value;
    }
    history.replaceState(null, "", `#${this.name}?` + new URLSearchParams(this.asked));
    this.draw();
  }

  read(asked) {
    this.asked = asked;
    for (const field of this.form.elements) if (field.name) field.value = asked[field.name] ?? "";
    this.draw();
  }

  get page() {
    return Math.min(Math.max(1, Number(this.asked.page) || 1), this.pages);
  }

  chosen() {
    const words = (this.asked.q || "").toLowerCase().split(/\s+/).filter(Boolean);
    const filters = ["status", "sev", "spread"].filter((name) => this.asked[name]);
    const rows = this.rows.filter((row, i) =>
      filters.every((name) => row.dataset[name] === this.asked[name]) && words.every((word) => this.texts[i].includes(word)));
    const [column, way] = (this.asked.sort || "").split(".");
    if (!this.heads[column]) return rows;
    const value = (row) => row.cells[column].dataset.v ?? "";
    const sign = way === "d" ? -1 : 1;
    return rows.sort((a, b) => sign * (value(a) - value(b) || collator.compare(value(a), value(b))));
  }

  draw() {
    const rows = this.chosen();
    this.pages = Math.max(1, Math.ceil(rows.length / PAGE));
    const first = (this.page - 1) * PAGE;
    const shown = rows.slice(first, first + PAGE);
    this.table.tBodies[0].replaceChildren(...shown.map((row) => row.cloneNode(true)));
    const tally = this.box.querySelector(".tally");
    if (!rows.length) tally.textContent = "Nothing matches. Remove a filter to see more.";
    else tally.textContent = `${count(first + 1)}–${count(first + shown.length)} of ${count(rows.length)}`;
    this.box.querySelector(".pager").hidden = this.pages === 1;
    this.box.querySelector(".page").textContent = `Page ${count(this.page)} of ${count(this.pages)}`;
    for (const button of this.box.querySelectorAll("[data-turn]")) {
      const to = this.page + Number(button.dataset.turn);
      button.disabled = to < 1 || to > this.pages;
    }
    const [column, way] = (this.asked.sort || "").split(".");
    this.heads.forEach((th, i) => {
      if (String(i) === column) th.setAttribute("aria-sort", way === "d" ? "descending" : "ascending");
      else th.removeAttribute("aria-sort");
    });
  }
}

const lists = new Map([...document.querySelectorAll("[data-list]")].map((box) => [box.dataset.list, new List(box)]));

function readAddress() {
  const [name, query] = location.hash.replace(/^#/, "").split("?");
  const asked = lists.get(name);
  if (!asked || query == null) return;
  asked.read(Object.fromEntries(new URLSearchParams(query)));
  byId("h-" + name).focus({ preventScroll: true });
  byId(name).scrollIntoView({ behavior: "instant" });
}

prepareTools();
followSections();
for (const list of lists.values()) list.draw();
if (location.hash.includes("?")) history.scrollRestoration = "manual";
readAddress();
addEventListener("hashchange", readAddress);
document.documentElement.dataset.ready = "1";
