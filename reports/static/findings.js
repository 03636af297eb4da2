// The findings, unpacked: one dictionary per column (the form is described in payload.py).
async function unpack(base64) {
  const letters = atob(base64);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = letters.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

// Text column: values[codes[i]] is the value of finding i.
class Column {
  constructor(values, codes) {
    this.values = values;
    this.codes = codes;
  }
  get(i) {
    return this.values[this.codes[i]] ?? "";
  }
  // For each value 1 where the test holds, else 0.
  test(holds) {
    return Uint8Array.from(this.values, (value) => (holds(value ?? "") ? 1 : 0));
  }
}

function summed(steps) {
  const numbers = new Uint32Array(steps.length);
  let last = 0;
  for (let i = 0; i < steps.length; i++) numbers[i] = last += steps[i];
  return numbers;
}

// Without inherited names: a school code may well be "constructor".
function dictionary(object) {
  return Object.assign(Object.create(null), object);
}

class Findings {
  constructor(packed) {
    this.size = packed.n;
    this.rules = dictionary(packed.rules);
    this.schoolNames = dictionary(packed.schools);
    this.tableNames = dictionary(packed.tables);
    this.withRows = new Set(packed.students); // those whose rows are in students.html
    this.columns = {};
    for (const [name, column] of Object.entries(packed.columns)) {
      if (!column.values) this.lines = summed(column.steps);
      else this.columns[name] = new Column(column.values, this.#codes(column));
    }
    this.columns.school = this.#schools();
  }

  #codes(column) {
    if (column.steps) return summed(column.steps);
    return column.index ? Uint32Array.from(column.index) : new Uint32Array(this.size);
  }

  // The home school, else the serving school.
  #schools() {
    const { home_rcdts: home, serving_rcdts: serving } = this.columns;
    const values = [...new Set([...home.values, ...serving.values].map((value) => value ?? ""))];
    const place = new Map(values.map((value, i) => [value, i]));
    const homes = home.values.map((value) => place.get(value ?? ""));
    const servings = serving.values.map((value) => place.get(value ?? ""));
    const empty = place.get("");
    const codes = new Uint32Array(this.size);
    for (let i = 0; i < this.size; i++) {
      const own = homes[home.codes[i]];
      codes[i] = own === empty ? servings[serving.codes[i]] : own;
    }
    return new Column(values, codes);
  }

  get(name, i) {
    return this.columns[name].get(i);
  }
  rule(i) {
    return this.rules[this.get("rule_id", i)];
  }
  school(code) {
    return this.schoolNames[code] || code || "No school in the record";
  }
  table(name) {
    return this.tableNames[name] || name || "No table";
  }
  // Names and values of the key of a finding's record, in order of name.
  key(i) {
    const names = this.get("exception_key", i).split(";").filter(Boolean);
    return names.map((name) => [name, this.#keyValue(name, i)]);
  }
  #keyValue(name, i) {
    const own = this.columns["key." + name];
    if (own) return own.get(i);
    return name === "line_number" ? String(this.lines[i]) : this.get(name, i);
  }
  // All findings of the student of finding i, itself among them; none when it names no student.
  ofStudent(i) {
    const { codes, values } = this.columns.sid;
    const found = [];
    if (!values[codes[i]]) return found;
    for (let j = 0; j < this.size; j++) if (codes[j] === codes[i]) found.push(j);
    return found;
  }
}
