/* Names that the admin's own pages leave out, for people who listen: the main part, the side, the last column. */
window.addEventListener("load", () => {
  document.getElementById("main")?.setAttribute("role", "main");
  document.querySelector("#nav-sidebar-apps [role=region]")?.setAttribute("aria-label", "Navigation");
  for (const head of document.querySelectorAll("thead th, thead td")) {
    if (!head.textContent.trim()) head.append("Remove");
  }
});
