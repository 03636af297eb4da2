// A page with nothing but its tools.
prepareTools();
document.documentElement.dataset.ready = "1";
