// Keyboard shortcuts and the quick switcher. Single keys act only where nobody is typing, and can be switched off.
const keySheet = document.getElementById("key-sheet");
const switcher = document.getElementById("switcher");

if (keySheet) {
  const isOn = keySheet.hasAttribute("data-keys-on");
  const places = new Map([...keySheet.querySelectorAll("[data-go]")].map((link) => [link.dataset.go, link.href]));
  const ownKeys = keySheet.querySelector("[data-own-keys]");
  let waitsForPlace = false;

  const tell = (keys, words) => {
    const row = document.createElement("div");
    const term = document.createElement("dt");
    keys.forEach((key) => term.append(Object.assign(document.createElement("kbd"), { textContent: key }), " "));
    row.append(term, Object.assign(document.createElement("dd"), { textContent: words }));
    ownKeys.append(row);
  };

  // What this page adds: links and buttons that name a key of their own, and a list one can move through.
  for (const target of document.querySelectorAll("main [data-key]")) tell([target.dataset.key], target.textContent.trim());
  const list = document.querySelector("main [data-moves]");
  if (list) {
    tell(["j", "k"], "Next row, previous row");
    tell(["o"], "Open the row");
    if (list.querySelector("input[type=checkbox]")) tell(["x"], "Select the row");
  }

  // The row with the focus is the one that keys are about; its link has the focus, so that Enter opens it, too.
  const moveInList = (key) => {
    if (!list) return false;
    const rows = [...list.children];
    const here = document.activeElement?.closest("[data-moves] > *");
    const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[key];
    if (step && (here || !key.startsWith("Arrow"))) {
      const next = here ? rows[rows.indexOf(here) + step] : rows[step > 0 ? 0 : rows.length - 1];
      next?.querySelector("a")?.focus();
      return true;
    }
    if (!here || !["o", "x"].includes(key)) return false;
    here.querySelector(key === "o" ? "a" : "input[type=checkbox]")?.click();
    return true;
  };

  const isWriting = (element) =>
    element.isContentEditable || element.matches("textarea, select, input:not([type=radio], [type=checkbox])");

  const openSwitcher = () => {
    switcher.showModal();
    switcher.querySelector("input").select();
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const focused = document.activeElement ?? document.body;
    if (isWriting(focused) || focused.closest("[data-rating-flow], [data-tick-keys]")) return;
    if (event.key === "?") {
      event.preventDefault();
      keySheet.showModal();
      return;
    }
    if (!isOn) return;
    if (waitsForPlace) {
      waitsForPlace = false;
      const place = places.get(event.key.toLowerCase());
      if (place) location.assign(place);
      return;
    }
    if (event.key === "g") {
      waitsForPlace = true;
      setTimeout(() => (waitsForPlace = false), 1500);
    } else if (event.key === "/" && switcher) {
      event.preventDefault();
      openSwitcher();
    } else if (moveInList(event.key)) {
      event.preventDefault();
    } else {
      const target = document.querySelector(`main [data-key="${CSS.escape(event.key)}"]`);
      if (!target) return;
      event.preventDefault();
      target.click();
    }
  });

  for (const button of document.querySelectorAll("[data-opens]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      button.closest("details")?.removeAttribute("open");
      if (button.dataset.opens === "switcher") openSwitcher();
      else keySheet.showModal();
    });
  }

  // Down and up move through what was found.
  switcher?.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const stops = [switcher.querySelector("input"), ...switcher.querySelectorAll("a")];
    const next = stops[stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1)];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}
