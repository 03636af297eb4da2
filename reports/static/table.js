// The rows of the records table, and what a row opens to.

const MOST_OTHERS = 12;

function severityMark(name) {
  return make("span", "sev " + name, SEVERITY[name] || name);
}

function line(number) {
  return number ? "line " + count(number) : "";
}

// A value as it is read; of several columns "2018-08-20; empty".
function found(findings, i) {
  const value = findings.get("value", i);
  const parts = value.split(";");
  const several = parts.length > 1 && parts.length === findings.get("column_name", i).split(";").length;
  return several ? parts.map((part) => part || "empty").join("; ") : value || "empty";
}

function drawRow(findings, i, isOpen, onToggle) {
  const tr = make("tr", findings.get("severity", i) === "waived" ? "waived" : "");
  const cell = (label) => {
    const td = tr.insertCell();
    if (label) td.dataset.label = label;
    return td;
  };
  cell().append(severityMark(findings.get("severity", i)));
  const button = make("button", "open", findings.get("message", i) || findings.rule(i).title);
  button.type = "button";
  button.dataset.row = i;
  button.setAttribute("aria-expanded", isOpen);
  button.onclick = () => onToggle(i, button);
  const what = cell();
  what.append(button);
  const state = { new: "New", came_back: "Came back" }[findings.get("state", i)];
  if (state && findings.hasHistory) what.append(make("span", "tag", state));
  what.append(make("span", "id", findings.get("rule_id", i) + " · " + findings.table(findings.get("table_name", i))));
  const value = findings.get("value", i);
  cell("Found").append(make("span", value ? "v" : "v none", found(findings, i)), breakable("span", "id", findings.get("column_name", i)));
  cell("School").append(make("span", "s", findings.school(findings.get("school", i))));
  cell("Student").append(make("span", "s", findings.get("sid", i) || "–"));
  cell("File").append(breakable("span", "", findings.get("file_name", i) || "–"), make("span", "id", line(findings.lines[i])));
  return tr;
}

function drawDetail(findings, i) {
  const tr = make("tr", "det");
  tr.id = "detail-" + i;
  const td = tr.insertCell();
  td.colSpan = 6;
  const two = make("div", "two");
  two.append(facts(findings, i), advice(findings, i));
  td.append(two);
  return tr;
}

// Parts of a key that a row shows anyhow.
const TOLD = ["sid", "home_rcdts", "serving_rcdts", "file_name", "line_number", "column_name"];

function named(findings, code) {
  return findings.schoolNames[code] ? `${findings.schoolNames[code]} (${code})` : findings.school(code);
}

// "local_course_id" -> "Local course id"
function label(name) {
  const text = name.replace(/_/g, " ");
  return text[0].toUpperCase() + text.slice(1);
}

// Field, found, expected; the record's key; where it stands.
function facts(findings, i) {
  const list = make("dl");
  const fact = (term, text, className) => list.append(make("dt", "", term), make("dd", className, text));
  const columns = findings.get("column_name", i).split(";");
  const values = findings.get("value", i).split(";");
  if (columns.length === values.length) {
    columns.forEach((column, k) => {
      fact("Field", column || "–");
      fact("Found", values[k] || "empty", "found");
    });
  } else {
    fact("Fields", columns.join(", "));
    fact("Found", findings.get("value", i) || "empty", "found");
  }
  fact("Expected", findings.get("expected", i));
  const school = findings.get("school", i);
  const serving = findings.get("serving_rcdts", i);
  fact("School", named(findings, school));
  if (serving && serving !== school) fact("Serving school", named(findings, serving));
  for (const [name, value] of findings.key(i)) {
    if (!TOLD.includes(name) && !columns.includes(name)) fact(label(name), value);
  }
  const first = findings.get("first_seen", i);
  if (findings.hasHistory && first) fact("First seen", first);
  return list;
}

// How to repair it, where the rule comes from, and what else is wrong with this student.
function advice(findings, i) {
  const box = make("div");
  const rule = findings.rule(i);
  box.append(make("h3", "", "How to repair"), make("p", "", rule.fix || "Correct the value in the student system and export again."));
  const cite = make("p", "cite", rule.cite + " ");
  const link = make("a", "", "More about " + findings.get("rule_id", i));
  link.href = "#rule-" + findings.get("rule_id", i);
  cite.append(link);
  box.append(cite, make("h3", "", "Other problems of this student"), others(findings, i));
  const sid = findings.get("sid", i);
  if (findings.withRows.has(sid)) {
    const rows = make("a", "button", "All rows of this student");
    rows.href = "students.html#" + new URLSearchParams({ sid });
    const go = make("p", "go");
    go.append(rows);
    box.append(go);
  }
  return box;
}

function others(findings, i) {
  const all = findings.ofStudent(i);
  const rest = all.filter((j) => j !== i);
  if (!findings.get("sid", i)) return make("p", "", "The record names no student.");
  if (!rest.length) return make("p", "", "None.");
  const list = make("ul");
  for (const j of rest.slice(0, MOST_OTHERS)) {
    const item = make("li");
    const value = findings.get("value", j);
    const where = [findings.get("rule_id", j), findings.table(findings.get("table_name", j)), line(findings.lines[j])];
    item.append(severityMark(findings.get("severity", j)), findings.get("message", j));
    if (value) item.append(" ", make("code", "", found(findings, j)));
    item.append(make("span", "id", where.filter(Boolean).join(" · ")));
    list.append(item);
  }
  const link = make("a", "", `Show all ${count(all.length)} findings of this student`);
  link.href = writeAddress({ sid: findings.get("sid", i) });
  const last = make("li");
  last.append(link);
  list.append(last);
  return list;
}

// CSV of the rows: as exceptions.csv, with the school's name and the repair, without the fingerprint.
const CSV_COLUMNS = [
  "rule_id", "severity", "table_name", "exception_key", "sid", "home_rcdts", "serving_rcdts", "file_name", "line_number",
  "column_name", "value", "expected", "message", "state", "first_seen",
];

// Everything in quotes; and a spreadsheet must not run a value as a formula (plain numbers are none).
function csvCell(value) {
  let text = String(value);
  if (/^[=+\-@\t\r\n＝＋－＠]/.test(text) && !/^[+-]?[0-9.]*(;[+-]?[0-9.]*)*$/.test(text)) text = "'" + text;
  return '"' + text.replace(/"/g, '""') + '"';
}

function csvParts(findings, rows) {
  const value = (name, i) => {
    if (name === "line_number") return findings.lines[i] || "";
    if (name === "exception_key") return JSON.stringify(Object.fromEntries(findings.key(i)));
    return findings.get(name, i);
  };
  const parts = ["\ufeff", [...CSV_COLUMNS, "school", "repair"].join(",")];
  for (const i of rows) {
    const cells = CSV_COLUMNS.map((name) => value(name, i));
    cells.push(findings.school(findings.get("school", i)), findings.rule(i).fix);
    parts.push("\r\n" + cells.map(csvCell).join(","));
  }
  parts.push("\r\n");
  return parts;
}
