// Before the first paint: the reader's colors, and the controls that need a script.
document.documentElement.dataset.theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
document.documentElement.classList.add("on");
