// Runs before the first paint, so that a dark page never flashes white. The choice is made in src/feature/shell/theme.ts.
(function () {
  let choice = null;
  try {
    choice = localStorage.getItem("tintype.theme");
  } catch {}
  const dark = choice === "dark" || (choice !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  document.querySelector('meta[name="theme-color"]').content = dark ? "#101214" : "#ffffff";
})();
