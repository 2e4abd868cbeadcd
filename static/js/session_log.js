// The log page, made quicker. What keeps and saves it stands in typing.js.

const logForm = document.querySelector("[data-log-form]");

// A rating by mouse or thumb brings the next open one to the same place.
logForm?.addEventListener("click", (event) => {
  const rating = event.target.closest("[data-rating]");
  if (!rating || !event.detail || !event.target.matches("input[type=radio]")) return;
  const items = [...logForm.querySelectorAll("[data-rating]")];
  const isLast = rating === items.at(-1);
  const next = items.slice(items.indexOf(rating)).find((item) => !item.querySelector("input:checked"));
  const onward = next ?? (isLast ? logForm.querySelector("[data-after-ratings]") : null);
  if (!onward) return;
  if (event.pointerType === "mouse") onward.querySelector("input").focus({ preventScroll: true });
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const shift = onward.getBoundingClientRect().top - rating.getBoundingClientRect().top;
  if (innerWidth < 960) scrollBy({ top: shift, behavior: isCalm ? "instant" : "smooth" });
});

// In the ticks, number keys tick and 0 goes on to the next session.
logForm?.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const sheet = event.target.closest("[data-tick-keys]");
  if (!sheet || !/^[0-9]$/.test(event.key)) return;
  const ticks = [...sheet.querySelectorAll("input[type=checkbox]")];
  const onward = logForm.querySelector("[data-book-next]") ?? logForm.querySelector("textarea");
  event.preventDefault();
  if (event.key === "0") onward.focus();
  else if (ticks[event.key - 1]) {
    ticks[event.key - 1].click();
    ticks[event.key - 1].focus();
  }
});

logForm?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  logForm.requestSubmit();
});

// Who sets a date means to book.
logForm?.addEventListener("input", (event) => {
  const box = document.getElementById(event.target.dataset.ticks ?? "");
  if (box) box.checked = true;
});

document.querySelector("[data-problems]")?.focus();

// The keys work where the focus is: it begins at the first rating, without moving the page.
if (logForm && matchMedia("(hover: hover) and (pointer: fine)").matches && !logForm.hasAttribute("data-unsaved")) {
  const first = [...logForm.querySelectorAll("[data-rating]")].find((item) => !item.querySelector("input:checked"));
  first?.querySelector("input").focus({ preventScroll: true });
}
