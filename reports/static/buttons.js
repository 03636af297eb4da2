// The buttons in the head of a page without records: colors and print.
"use strict";
const root = document.documentElement;
const theme = document.getElementById("theme");
const isDark = () => root.dataset.theme === "dark";
const nameTheme = () => { theme.textContent = isDark() ? "Light colors" : "Dark colors"; };
theme.onclick = () => {
  root.dataset.theme = isDark() ? "light" : "dark";
  nameTheme();
};
nameTheme();
document.getElementById("print").onclick = () => print();
