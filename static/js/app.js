// Progressive enhancement only: every page works without this file.

// A menu closes on Escape and on a click elsewhere.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open], details.confirm[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details[data-menu][open], details.confirm[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// One press sends a form once. The server copes with two anyway.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (event.defaultPrevented || !button || event.target.method !== "post") return;
  if (button.dataset.busy) event.preventDefault();
  else setTimeout(() => (button.dataset.busy = "1"));
});
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("[data-busy]")) delete button.dataset.busy;
});

// Ratings by number keys inside [data-rating-flow]: 1 to 7 rates, 0 or N says "not observed", and the next item is on.
// Only where the focus is in the flow: a single key must not act on what somebody is not at.
const isTyping = (element) => element.matches("textarea, select, input:not([type=radio], [type=checkbox])");

function currentRating(flow, focused) {
  const items = [...flow.querySelectorAll("[data-rating]")];
  return focused.closest("[data-rating]") ?? items.find((item) => !item.querySelector("input:checked"));
}

document.addEventListener("keydown", (event) => {
  if (!/^[0-7n]$/i.test(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
  const focused = document.activeElement ?? document.body;
  const flow = focused.closest("[data-rating-flow]");
  if (!flow || isTyping(focused)) return;
  const item = currentRating(flow, focused);
  const options = item ? [...item.querySelectorAll("input[type=radio]")] : [];
  const chosen = /[0n]/i.test(event.key) ? options.at(-1) : options[Number(event.key) - 1];
  if (!chosen) return;
  event.preventDefault();
  chosen.checked = true;
  chosen.dispatchEvent(new Event("change", { bubbles: true }));
  const items = [...flow.querySelectorAll("[data-rating]")];
  const next = items[items.indexOf(item) + 1];
  const after = document.querySelector("[data-after-ratings]");
  const target = next ? next.querySelector("input:checked") ?? next.querySelector("input") : after?.querySelector("input") ?? after;
  (target ?? chosen).focus();
});

// Filters answer at once; the button stays for keyboards and for life without script.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-submit-on-change]");
  if (form && event.target.matches("select, [type=checkbox], [type=radio]")) form.requestSubmit();
});

// One tick for all rows of a page, and how many are ticked. Without a script each is ticked by itself.
for (const all of document.querySelectorAll("input[data-tick-all]")) {
  const rows = [...all.form.querySelectorAll(`input[name="${all.dataset.tickAll}"]`)];
  const says = all.form.querySelector("[data-ticked]");
  const none = says.textContent;
  const tell = () => {
    const number = rows.filter((row) => row.checked).length;
    all.checked = number === rows.length;
    all.indeterminate = number > 0 && !all.checked;
    says.textContent = number ? `${number} selected:` : none;
  };
  all.closest("label").hidden = false;
  all.form.addEventListener("change", (event) => {
    if (event.target === all) rows.forEach((row) => (row.checked = all.checked));
    tell();
  });
  addEventListener("pageshow", tell);
}

// What htmx cannot do is said where messages stand; what was typed stays on the page.
function say(text, link) {
  const region = document.getElementById("messages");
  if (!region) return;
  const notice = document.createElement("div");
  notice.className = "notice notice-attention";
  notice.append(text, ...(link ? [link] : []));
  region.replaceChildren(notice);
}

function signInLink(address) {
  const link = document.createElement("a");
  link.href = address;
  link.target = "_blank";
  link.textContent = "Sign in in another tab";
  return link;
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const end = new URL(event.detail.xhr.responseURL || location.href);
  if (!end.pathname.startsWith("/account/sign-in/") || location.pathname === end.pathname) return;
  event.detail.shouldSwap = false;
  say("You are signed out. What you typed is still here. ", signInLink(end.pathname));
});
document.addEventListener("htmx:sendError", () => say("No connection. Nothing was lost: try again in a moment."));
document.addEventListener("htmx:responseError", (event) => {
  const refused = event.detail.xhr.status === 403;
  say(refused ? "You signed in anew, or this is not yours to change. Reload the page." : "That did not work. Try again in a moment.");
});

// Printing is a button where there is a script to press it.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
