// The page of a report: the address, and the controls of the records table.

class Records {
  constructor(findings) {
    this.findings = findings;
    this.asked = {};
    this.rows = new Uint32Array(0);
    this.open = new Set();
    this.form = byId("filters");
    this.body = byId("table").tBodies[0];
    findings.hasHistory = findings.columns.state.values.some((state) => state && state !== "new");
    this.#fillLists();
    this.#addSortButtons();
    this.#listen();
  }

  // Takes the state from the address; true when it asks for records.
  readAddress() {
    const asked = readAddress(location.hash);
    if (asked) this.asked = asked;
    this.open = new Set((this.asked.open || "").split(".").filter(Boolean).map(Number));
    for (const field of this.form.elements) {
      if (field.name && field !== document.activeElement) field.value = this.#listed(field.name);
    }
    if ([...byId("size").options].some((o) => o.value === this.asked.size)) byId("size").value = this.asked.size;
    this.rows = select(this.findings, this.asked);
    this.draw();
    return asked != null;
  }

  // A list has no place for "the value is empty" but as a choice of its own.
  #listed(name) {
    const value = this.asked[name];
    return name === "school" && value === "" ? " " : value || "";
  }

  go(change) {
    const asked = { ...this.asked, page: undefined, open: undefined, ...change };
    for (const key of Object.keys(asked)) if (asked[key] == null) delete asked[key];
    this.asked = asked;
    history.replaceState(null, "", writeAddress(asked));
    this.readAddress();
  }

  get size() {
    return Number(byId("size").value);
  }
  get pages() {
    return Math.max(1, Math.ceil(this.rows.length / this.size));
  }
  get page() {
    return Math.min(Math.max(1, Number(this.asked.page) || 1), this.pages);
  }

  draw() {
    const { findings, rows, size, page } = this;
    const drawn = [];
    for (const i of rows.subarray((page - 1) * size, page * size)) {
      const row = drawRow(findings, i, this.open.has(i), (...of) => this.toggle(...of));
      drawn.push(row);
      if (this.open.has(i)) drawn.push(drawDetail(findings, i));
    }
    this.body.replaceChildren(...drawn);
    this.#drawCount();
    this.#drawChips();
    byId("page").textContent = `Page ${count(page)} of ${count(this.pages)}`;
    byId("previous").disabled = page <= 1;
    byId("next").disabled = page >= this.pages;
    byId("csv").disabled = !rows.length;
    const [key, way] = (this.asked.sort || "").split(".");
    for (const th of byId("table").tHead.rows[0].cells) {
      if (th.dataset.key === key) th.setAttribute("aria-sort", way === "d" ? "descending" : "ascending");
      else th.removeAttribute("aria-sort");
    }
  }

  toggle(i, button) {
    const row = button.closest("tr");
    if (this.open.delete(i)) row.nextSibling.remove();
    else {
      this.open.add(i);
      row.after(drawDetail(this.findings, i));
    }
    button.setAttribute("aria-expanded", this.open.has(i));
    this.asked.open = [...this.open].join(".");
    if (!this.asked.open) delete this.asked.open;
    history.replaceState(null, "", writeAddress(this.asked));
  }

  #drawCount() {
    const { rows, page, size } = this;
    const text = byId("count");
    if (!rows.length) {
      text.textContent = "No finding matches. Remove a filter to see more.";
      return;
    }
    const last = Math.min(page * size, rows.length);
    const parts = tally(this.findings, rows).map(([name, n]) =>
      name === "info" || name === "waived" ? `${count(n)} ${{ info: "information only", waived: "waived" }[name]}` : `${count(n)} ${name}${n === 1 ? "" : "s"}`);
    text.textContent = `${count((page - 1) * size + 1)}–${count(last)} of ${count(rows.length)} `;
    text.append(make("small", "", parts.join(", ")));
  }

  // The filters that no list shows, each with a button that removes it.
  #drawChips() {
    const names = { column: "Field", value: "Found", sid: "Student", file: "File" };
    const chips = Object.keys(names).filter((name) => this.asked[name] != null).map((name) => {
      const text = `${names[name]}: ${this.asked[name] || "empty"}`;
      const button = make("button", "chip", text + " ✕");
      button.type = "button";
      button.setAttribute("aria-label", "Remove filter " + text);
      button.onclick = () => {
        this.go({ [name]: undefined });
        byId("h-records").focus({ preventScroll: true });
      };
      const item = make("li");
      item.append(button);
      return item;
    });
    byId("chips").replaceChildren(...chips);
    byId("clear").hidden = !["q", ...Object.keys(EXACT)].some((name) => this.asked[name]) && !chips.length && this.asked.school == null;
  }

  #fillLists() {
    const { columns } = this.findings;
    const fill = (name, pairs) => {
      const list = this.form.elements[name];
      for (const [value, text] of pairs) list.append(new Option(text, value));
      return list;
    };
    const present = (name) => columns[name].values.filter((value) => value);
    fill("sev", Object.entries(SEVERITY).filter(([name]) => columns.severity.values.includes(name)));
    fill("rule", present("rule_id").map((id) => [id, `${id} ${this.findings.rules[id].title}`]));
    fill("table", present("table_name").map((name) => [name, this.findings.table(name)]));
    const used = new Set(columns.school.codes);
    const schools = columns.school.values.filter((_, code) => used.has(code));
    fill("school", schools.map((code) => [code || " ", named(this.findings, code)]).sort((a, b) => collator.compare(a[1], b[1])));
    const states = { new: "New", came_back: "Came back", open: "Still open" };
    const list = fill("state", Object.entries(states).filter(([state]) => columns.state.values.includes(state)));
    list.parentElement.hidden = !this.findings.hasHistory;
  }

  #addSortButtons() {
    for (const th of byId("table").tHead.rows[0].cells) {
      const button = make("button", "", th.textContent);
      button.type = "button";
      const key = th.dataset.key;
      button.onclick = () => this.go({ sort: this.asked.sort === key + ".a" ? key + ".d" : key + ".a" });
      th.replaceChildren(button, make("span", "printed", th.dataset.label));
    }
  }

  #listen() {
    let timer;
    this.form.addEventListener("input", ({ target }) => {
      clearTimeout(timer);
      const value = target.name === "school" && target.value === " " ? "" : target.value || undefined;
      timer = setTimeout(() => this.go({ [target.name]: value }), target.type === "search" ? 120 : 0);
    });
    this.form.addEventListener("submit", (event) => event.preventDefault());
    byId("clear").onclick = () => {
      this.asked = {};
      this.form.reset();
      this.go({});
      this.form.elements.q.focus();
    };
    byId("previous").onclick = () => this.#turn(this.page - 1);
    byId("next").onclick = () => this.#turn(this.page + 1);
    byId("size").onchange = () => this.go({ size: byId("size").value });
    byId("csv").onclick = () => this.#download();
    addEventListener("hashchange", () => {
      if (this.readAddress()) this.show();
      else openTarget();
    });
  }

  #turn(page) {
    this.go({ page });
    byId("count").scrollIntoView({ block: "center" });
  }

  show() {
    byId("h-records").focus({ preventScroll: true });
    byId("records").scrollIntoView();
  }

  #download() {
    const link = make("a");
    link.href = URL.createObjectURL(new Blob(csvParts(this.findings, this.rows), { type: "text/csv" }));
    link.download = "records_to_repair.csv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }
}

prepareTools();
followSections();
openTarget();
if (byId("table")) {
  searchBySlash();
  try {
    const findings = new Findings(await unpack(byId("data").textContent));
    byId("data").remove();
    const records = new Records(findings);
    if (records.readAddress()) {
      history.scrollRestoration = "manual";
      byId("records").scrollIntoView({ behavior: "instant" });
    }
  } catch (error) {
    console.error(error);
    for (const node of document.querySelectorAll("#records .js")) node.hidden = true;
    byId("failed").textContent = "This browser can’t unpack the findings, so only the first are shown. "
      + `A browser of 2023 or later can; all findings are in exceptions.csv, ${byId("failed").dataset.where}.`;
    byId("failed").hidden = false;
  }
}
document.documentElement.dataset.ready = "1";
