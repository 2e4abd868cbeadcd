// A form that came back because its sender was signed out. Signing in elsewhere made its safety token old: before the
// form goes out again, a fresh one is taken from a page that only opens to who is signed in. Without this script the
// server gives the words back once more, and the second press saves.
for (const form of document.querySelectorAll("form[data-send-again]")) {
  const says = form.querySelector("[data-send-again-says]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const answer = await fetch(form.dataset.sendAgain, { credentials: "same-origin", cache: "no-store" });
      if (new URL(answer.url).pathname !== form.dataset.sendAgain) {
        says.textContent = "You are still signed out. Sign in in another tab first; this page waits.";
        says.hidden = false;
        return;
      }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("input[name=csrfmiddlewaretoken]");
      form.querySelector("input[name=csrfmiddlewaretoken]").value = fresh.value;
    } catch {
      // No connection, or another page than expected: the form goes out as it is.
    }
    form.submit();
  });
}
