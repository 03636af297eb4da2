// What every page has: colors, printing, the section in view.

function prepareTools() {
  const root = document.documentElement;
  const theme = byId("theme");
  const name = () => { theme.textContent = root.dataset.theme === "dark" ? "Light colors" : "Dark colors"; };
  theme.onclick = () => {
    root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
    name();
  };
  name();
  byId("print").onclick = () => print();
}

// "/" leads to the search field, unless one is writing.
function searchBySlash() {
  const field = document.querySelector("input[type=search]");
  addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.activeElement.matches("input, select, textarea")) return;
    event.preventDefault();
    field.focus();
  });
}

// Marks the section in view in the navigation.
function followSections() {
  const links = [...document.querySelectorAll(".toc a")];
  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      for (const link of links) {
        if (link.hash === "#" + entry.target.id) {
          link.setAttribute("aria-current", "true");
          link.parentElement.scrollLeft = link.offsetLeft - 20; // on a phone the bar is wider than the screen
        } else link.removeAttribute("aria-current");
      }
    }
  }, { rootMargin: "-30% 0px -60% 0px" });
  document.querySelectorAll("main > section").forEach((section) => observer.observe(section));
}

// Opens what the address points into (a rule).
function openTarget() {
  const target = byId(decodeURIComponent(location.hash.slice(1)));
  for (let node = target; node; node = node.parentElement) if (node.tagName === "DETAILS") node.open = true;
  if (target && target.tagName === "DETAILS") target.scrollIntoView();
}
