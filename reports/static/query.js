// From what the address asks for to the findings to show, in order.

// Filters that ask for one exact value ("" is a value: it was empty).
const EXACT = {
  sev: "severity", rule: "rule_id", school: "school", table: "table_name", state: "state",
  file: "file_name", column: "column_name", value: "value", sid: "sid",
};
// In these the empty choice of a list means: all.
const LISTS = ["sev", "rule", "table", "state"];
const SEVERITY = { error: "Error", warning: "Warning", info: "Information", waived: "Waived" };

function readAddress(hash) {
  const [section, query] = hash.replace(/^#/, "").split("?");
  return section === "records" && query != null ? Object.fromEntries(new URLSearchParams(query)) : null;
}

function writeAddress(asked) {
  return "#records?" + new URLSearchParams(asked);
}

function select(findings, asked) {
  const size = findings.size;
  const keep = new Uint8Array(size).fill(1);
  for (const [name, column] of Object.entries(EXACT)) {
    if (asked[name] == null || (asked[name] === "" && LISTS.includes(name))) continue;
    const { codes } = findings.columns[column];
    const holds = findings.columns[column].test((value) => value === asked[name]);
    for (let i = 0; i < size; i++) keep[i] &= holds[codes[i]];
  }
  for (const word of (asked.q || "").toLowerCase().split(/\s+/).filter(Boolean)) {
    const has = containing(findings, word);
    for (let i = 0; i < size; i++) keep[i] &= has[i];
  }
  const rows = new Uint32Array(size);
  let n = 0;
  for (let i = 0; i < size; i++) if (keep[i]) rows[n++] = i;
  return asked.sort ? sorted(findings, rows.slice(0, n), asked.sort) : rows.slice(0, n);
}

// Where a word occurs in any text of a finding.
function containing(findings, word) {
  const found = new Uint8Array(findings.size);
  const has = (text) => String(text).toLowerCase().includes(word);
  const also = {
    rule_id: (id) => has(findings.rules[id].title),
    school: (code) => has(findings.school(code)),
    table_name: (name) => has(findings.table(name)),
  };
  const searched = ["rule_id", "school", "serving_rcdts", "table_name", "sid", "value", "column_name", "message", "file_name"];
  for (const name of [...searched, ...Object.keys(findings.columns).filter((c) => c.startsWith("key."))]) {
    const { codes } = findings.columns[name];
    const holds = findings.columns[name].test((value) => has(value) || (also[name] ? also[name](value) : false));
    if (!holds.includes(1)) continue;
    for (let i = 0; i < found.length; i++) found[i] |= holds[codes[i]];
  }
  return found;
}

const collator = new Intl.Collator("en", { numeric: true });

// To compare by language is slow: ids, of which there are many, are compared letter by letter.
const MOST_COMPARED = 5000;

// Place of each finding in the order of a column's shown texts.
function ranks(column, shown = (value) => value) {
  const many = column.values.length > MOST_COMPARED;
  const texts = column.values.map((value) => (many ? value ?? "" : shown(value ?? "")));
  const compare = many ? (a, b) => (a < b ? -1 : Number(a > b)) : collator.compare;
  const order = [...texts.keys()].sort((a, b) => compare(texts[a], texts[b]));
  const place = new Uint32Array(order.length);
  order.forEach((code, rank) => {
    const before = order[rank - 1];
    place[code] = rank && compare(texts[code], texts[before]) === 0 ? place[before] : rank;
  });
  return (i) => place[column.codes[i]];
}

function sorted(findings, rows, sort) {
  const [key, way] = sort.split(".");
  const { columns } = findings;
  const weight = Object.keys(SEVERITY);
  const rank = {
    sev: () => ranks(columns.severity, (value) => String((weight.indexOf(value) + 5) % 5)),
    what: () => ranks(columns.message),
    value: () => ranks(columns.value),
    school: () => ranks(columns.school, (code) => findings.school(code)),
    sid: () => ranks(columns.sid),
    line: () => {
      const file = ranks(columns.file_name);
      return (i) => file(i) * 2 ** 32 + findings.lines[i];
    },
  }[key];
  if (!rank) return rows;
  const at = rank();
  const sign = way === "d" ? -1 : 1;
  const places = new Float64Array(findings.size);
  for (const i of rows) places[i] = sign * at(i);
  return rows.sort((a, b) => places[a] - places[b] || a - b);
}

function tally(findings, rows) {
  const { codes, values } = findings.columns.severity;
  const numbers = new Uint32Array(values.length);
  for (const i of rows) numbers[codes[i]]++;
  return Object.keys(SEVERITY).map((name) => [name, numbers[values.indexOf(name)] || 0]).filter(([, n]) => n);
}
