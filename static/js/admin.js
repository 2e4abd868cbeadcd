/* The admin's pages name no main part; with it, people who listen can go straight there. */
document.addEventListener("DOMContentLoaded", () => document.getElementById("main")?.setAttribute("role", "main"));
