/* What only a script can mend. */

// Pages opened as files may not read each other: search then lists titles, without excerpts.
if (location.protocol === "file:") {
  DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
}

// The keyboard scrolls only what has the focus. The theme sees to code and tables; formulas are left.
function reachFormulas() {
  for (const formula of document.querySelectorAll("mjx-container[display=true]")) {
    formula.tabIndex = formula.scrollWidth > formula.clientWidth ? 0 : -1;
  }
}

addEventListener("load", () => {
  const rendered = window.MathJax?.startup?.promise ?? Promise.resolve();
  rendered.then(reachFormulas);
  addEventListener("resize", reachFormulas);
});
