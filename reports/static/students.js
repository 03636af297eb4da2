// The page of students: a list to choose from, and the rows of the one chosen.

const LISTED = 25;

// The columns that a finding names.
function names(findings, i) {
  return findings.get("column_name", i).split(";").filter(Boolean);
}

class Students {
  constructor(packed) {
    this.findings = new Findings(packed);
    this.ids = packed.students;
    this.rows = packed.rows.map((table) => this.#unpacked(table));
    this.found = this.#byStudent();
    this.shown = [...this.ids.keys()];
    this.page = 1;
    this.chosen = -1;
  }

  // Places of the rows of each student, and the columns of a table.
  #unpacked({ table, student, file, line, cells }) {
    const of = new Map();
    student.forEach((s, row) => of.set(s, [...(of.get(s) || []), row]));
    const column = ({ values, index }) => new Column(values, index || new Uint32Array(student.length));
    const columns = Object.entries(cells).map(([name, packed]) => [name, column(packed)]);
    return { table, of, file: column(file), line, columns };
  }

  // The findings of each student by place in the list.
  #byStudent() {
    const { codes, values } = this.findings.columns.sid;
    const place = new Map(this.ids.map((id, i) => [id, i]));
    const found = this.ids.map(() => []);
    for (let i = 0; i < this.findings.size; i++) found[place.get(values[codes[i]])]?.push(i);
    return found;
  }

  search(text) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const school = (s) => this.school(s).toLowerCase();
    const fits = (s) => words.every((word) => this.ids[s].toLowerCase().includes(word) || school(s).includes(word));
    this.shown = [...this.ids.keys()].filter(fits);
    this.page = 1;
    this.drawList();
  }

  school(s) {
    const i = this.found[s][0];
    return i == null ? "" : this.findings.school(this.findings.get("school", i));
  }

  count(s, severity) {
    return this.found[s].filter((i) => this.findings.get("severity", i) === severity).length;
  }

  drawList() {
    const last = Math.max(1, Math.ceil(this.shown.length / LISTED));
    const from = (this.page - 1) * LISTED;
    byId("list").tBodies[0].replaceChildren(...this.shown.slice(from, from + LISTED).map((s) => this.#listRow(s)));
    byId("count").textContent = count(this.shown.length) + (this.shown.length === 1 ? " student" : " students");
    byId("page").textContent = `Page ${count(this.page)} of ${count(last)}`;
    byId("previous").disabled = this.page <= 1;
    byId("next").disabled = this.page >= last;
  }

  #listRow(s) {
    const tr = make("tr");
    const head = make("th");
    head.scope = "row";
    const link = make("a", "", this.ids[s]);
    link.href = "#" + new URLSearchParams({ sid: this.ids[s] });
    if (s === this.chosen) link.setAttribute("aria-current", "true");
    head.append(link);
    head.append(make("span", "id", this.school(s)));
    tr.append(head);
    for (const severity of ["error", "warning"]) tr.append(make("td", "r", count(this.count(s, severity))));
    return tr;
  }

  // Shows the student of the address; false when it names none that is here.
  readAddress() {
    const sid = new URLSearchParams(location.hash.slice(1)).get("sid");
    const s = this.ids.indexOf(sid);
    if (s < 0 && sid) byId("failed").textContent = `The rows of student ${sid} are not in this page.`;
    byId("failed").hidden = s >= 0 || !sid;
    if (s < 0) return false;
    this.chosen = s;
    this.draw();
    this.drawList();
    return true;
  }

  draw() {
    const s = this.chosen;
    const used = new Set();
    const tables = this.rows.filter((t) => t.of.has(s)).map((t) => this.#drawTable(t, t.of.get(s), used));
    const rest = this.found[s].filter((i) => !used.has(i));
    byId("h-student").textContent = "Student " + this.ids[s];
    const lead = make("p", "lead", [this.school(s), this.#sums(s)].filter(Boolean).join(" · "));
    byId("rows").replaceChildren(lead, ...tables, ...(rest.length ? [this.#drawRest(rest)] : []));
    byId("student").hidden = false;
  }

  #sums(s) {
    const told = { error: ["error", "errors"], warning: ["warning", "warnings"], info: ["note", "notes"] };
    return Object.entries(told).map(([severity, [one, many]]) => {
      const n = this.count(s, severity);
      return n ? `${count(n)} ${n === 1 ? one : many}` : "";
    }).filter(Boolean).join(", ");
  }

  // Findings on a row of a table, by file and line.
  #on(s, table, file, line) {
    const { findings } = this;
    return this.found[s].filter((i) => findings.lines[i] === line && findings.get("file_name", i) === file
      && findings.get("table_name", i) === table);
  }

  #drawTable(t, rows, used) {
    const on = rows.map((r) => this.#on(this.chosen, t.table, t.file.get(r), t.line[r]));
    const own = on.flat();
    own.forEach((i) => used.add(i));
    const elsewhere = this.#named(t);
    on.forEach((found) => found.push(...elsewhere));
    const columns = this.#columns(t, rows, on.flat());

    const part = make("section", "rows");
    const title = this.findings.table(t.table);
    part.append(make("h3", "", `${title} (${count(rows.length)})`));
    const scroll = make("div", "scroll");
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", "Rows of the table " + title);
    const table = make("table", "cells");
    const head = table.createTHead().insertRow();
    for (const name of ["Line and file", ...columns.keys()]) {
      const th = breakable("th", "", name);
      th.scope = "col";
      head.append(th);
    }
    const body = table.createTBody();
    rows.forEach((r, n) => body.append(this.#drawRow(t, r, on[n], columns)));
    scroll.append(table);
    part.append(scroll, this.#problems(own));
    return part;
  }

  // Findings on rows of other tables that name a column which that table does not have, but this one.
  #named(t) {
    const has = (table, name) => this.rows.some((r) => r.table === table && r.columns.some(([c]) => c === name));
    return this.found[this.chosen].filter((i) => {
      const judged = this.findings.get("table_name", i);
      return judged !== t.table && names(this.findings, i).some((name) => has(t.table, name) && !has(judged, name));
    });
  }

  // Columns to show: those that a finding names, then those that are filled in a row. Null for one that no row fills.
  #columns(t, rows, found) {
    const marked = new Set(found.filter((i) => this.findings.get("table_name", i) === t.table).flatMap((i) => names(this.findings, i)));
    const all = new Map(t.columns);
    const filled = t.columns.filter(([, column]) => rows.some((r) => column.get(r))).map(([name]) => name);
    const shown = new Set([...marked, ...filled]);
    shown.delete("sid");
    return new Map([...shown].map((name) => [name, all.get(name) || null]));
  }

  #drawRow(t, r, found, columns) {
    const tr = make("tr");
    const head = make("th");
    head.scope = "row";
    head.append(make("span", "", line(t.line[r])), breakable("span", "id", t.file.get(r)));
    tr.append(head);
    for (const [name, column] of columns) {
      const value = column ? column.get(r) : "";
      const td = make("td", value ? "" : "none", value || "–");
      const marks = found.filter((i) => this.#isAbout(i, t.table, name, value));
      if (marks.length) this.#mark(td, marks, value);
      tr.append(td);
    }
    return tr;
  }

  // Whether a finding is about a cell: of a row of another table only if it tells of this very value.
  #isAbout(i, table, name, value) {
    const columns = this.findings.get("column_name", i).split(";");
    const values = this.findings.get("value", i).split(";");
    const at = columns.indexOf(name);
    if (at < 0) return false;
    return this.findings.get("table_name", i) === table || (values.length === columns.length && values[at] === value);
  }

  #mark(td, marks, value) {
    const severities = marks.map((i) => this.findings.get("severity", i));
    const worst = Object.keys(SEVERITY).find((name) => severities.includes(name)) || "info";
    td.className = "marked " + worst;
    td.replaceChildren(make("b", "", value || "empty"), severityMark(worst));
  }

  #problems(found) {
    const list = make("ul", "problems");
    for (const i of found) {
      const { findings } = this;
      const item = make("li");
      const expected = findings.get("expected", i);
      item.append(severityMark(findings.get("severity", i)), make("b", "", findings.get("message", i)));
      if (expected) item.append(make("span", "", " Expected: " + expected));
      const where = [findings.get("rule_id", i), findings.get("column_name", i), line(findings.lines[i])];
      item.append(make("span", "id", where.filter(Boolean).join(" · ")));
      list.append(item);
    }
    return list;
  }

  // Findings whose row is not here.
  #drawRest(found) {
    const part = make("section", "rows");
    part.append(make("h3", "", "On other records"), this.#problems(found));
    return part;
  }

  listen() {
    let timer;
    const form = byId("find");
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => this.search(form.elements.q.value), 120);
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    const turn = (by) => {
      this.page += by;
      this.drawList();
    };
    byId("previous").onclick = () => turn(-1);
    byId("next").onclick = () => turn(1);
    addEventListener("hashchange", () => {
      if (this.readAddress()) byId("h-student").focus();
    });
  }
}

prepareTools();
searchBySlash();
try {
  const students = new Students(await unpack(byId("data").textContent));
  byId("data").remove();
  students.listen();
  students.drawList();
  if (!students.readAddress() && students.ids.length && !location.hash) {
    students.chosen = 0;
    students.draw();
    students.drawList();
  }
} catch (error) {
  console.error(error);
  byId("failed").textContent = "This browser can’t unpack the rows. A browser of 2023 or later can.";
  byId("failed").hidden = false;
}
document.documentElement.dataset.ready = "1";
