// What every script uses.
"use strict";

const byId = (id) => document.getElementById(id);
const count = (number) => number.toLocaleString("en-US");

function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text != null) node.textContent = text; // never markup: values come from outside
  return node;
}

// Text that may be broken behind "_", "/" and ";", as file and column names.
function breakable(tag, className, text) {
  const node = make(tag, className);
  text.split(/(?<=[_/;])/).forEach((part, i) => node.append(...(i ? [make("wbr")] : []), part));
  return node;
}
