// Nothing that is typed is lost. A form with data-autosave sends what is typed to the server, to be kept as a draft;
// a form with data-in-place is sent from here, and the page stays until the server has said that it is saved.
// Nothing is kept in the browser. Without this script forms work as forms do.

const QUIET = 1200; // milliseconds without typing, after which it is sent
const LONGEST = 8000; // it is sent at the latest so long after the first letter
const PATIENCE = 15000; // for an answer
const AGAIN = [2000, 4000, 8000, 15000]; // between two tries; the last one from then on
const SMALL = 60000; // characters; more than this a page that is being left cannot send
const SIGN_IN = "/account/sign-in/";

const TROUBLE = {
  offline: "Not saved: no connection, trying again.",
  server: "Not saved: the server does not answer as it should, trying again.",
  out: "Signed out: what you typed is still here. ",
  gone: "Not saved: this is not yours to change any more. Copy what you want to keep.",
  erased: "Not saved: the words of this engagement were erased.",
};
const TROUBLE_WITH_SAVING = {
  ...TROUBLE,
  offline: "No connection. Nothing was lost, trying again.",
  server: "The server does not answer as it should. Nothing was lost, trying again.",
};
const LASTING = ["gone", "erased"]; // trying again does not help

function answerKind(response) {
  if (response.type === "opaqueredirect") return "out"; // to the page for signing in
  if (response.status === 404) return "gone";
  if (response.status === 410) return "erased";
  if (response.status === 403) return "out";
  return response.status >= 500 || response.status === 429 ? "server" : "done";
}

class Typing {
  constructor(form) {
    this.form = form;
    this.words = form.querySelector("[data-save-words]");
    this.trouble = form.querySelector("[data-save-trouble]");
    this.edits = form.hasAttribute("data-unsaved") ? 1 : 0; // counted; what was kept last is compared with it
    this.kept = 0;
    this.failures = 0;
    this.seen = this.content();
    this.beginTab();
    for (const change of ["input", "change"]) form.addEventListener(change, () => this.changed());
    form.addEventListener("submit", (event) => this.submitted(event));
    addEventListener("beforeunload", (event) => {
      if (!this.isLeaving && this.edits !== this.kept) event.preventDefault();
    });
    addEventListener("pageshow", (event) => event.persisted && this.beginTab());
    addEventListener("online", () => this.tryNow());
    addEventListener("focus", () => this.isWaiting && this.tryNow());
    document.addEventListener("visibilitychange", () => this.tryNow(document.visibilityState === "hidden"));
    if (this.edits) this.plan();
  }

  // A tab has a name of its own, also when it was duplicated or brought back: tabs never write over each other.
  beginTab() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    this.tab = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    this.turn = 0;
    this.isLeaving = false;
    this.setInert(false);
  }

  // A field that is left says once more what it said while it was typed into.
  changed() {
    const content = this.content();
    if (content === this.seen) return;
    this.seen = content;
    this.edits += 1;
    this.wantsSave = this.isStopped = false;
    if (!this.form.dataset.autosave) return;
    if (!this.isWaiting) this.say("Not saved yet");
    this.plan();
  }

  content() {
    const fields = new FormData(this.form);
    for (const name of ["draft_tab", "draft_turn", "csrfmiddlewaretoken"]) fields.delete(name);
    return `${new URLSearchParams(fields)}`;
  }

  plan() {
    clearTimeout(this.timer);
    this.since ??= Date.now();
    const typing = Math.min(QUIET, Math.max(0, this.since + LONGEST - Date.now()));
    const pause = this.isWaiting ? AGAIN[Math.min(this.failures, AGAIN.length) - 1] : typing;
    this.timer = setTimeout(() => this.next(), pause);
  }

  // Something changed outside: the connection is back, somebody signed in, or the page is being left.
  tryNow(isBeingLeft = false) {
    if (!this.isLeaving && (this.isWaiting || this.edits !== this.kept)) this.next(isBeingLeft);
  }

  next(isBeingLeft) {
    return this.wantsSave ? this.save(isBeingLeft) : this.keep(isBeingLeft);
  }

  // A page that is being left sends what it holds even while an earlier message is under way: that one may be cut
  // off with the page and may know less, and the server takes the later turn whichever comes first.
  async keep(isBeingLeft) {
    if (!this.form.dataset.autosave || this.edits === this.kept) return this.running;
    if (this.running && !isBeingLeft) return this.running;
    const run = this.keepOnce(isBeingLeft);
    this.running = run;
    await run;
    if (this.running !== run) return;
    this.running = null;
    if (this.edits !== this.kept && !this.isStopped) this.plan();
  }

  async keepOnce(isBeingLeft) {
    clearTimeout(this.timer);
    const sent = this.edits;
    this.since = null;
    const answer = await this.send(this.form.dataset.autosave, isBeingLeft);
    if (this.kept >= sent) return; // what a page that was left sent meanwhile is kept already
    if (answer.kind !== "done") return this.fail(answer.kind);
    const told = await answer.response.json().catch(() => null);
    if (!told) return this.fail("server");
    this.recover();
    this.isStopped = !told.is_kept;
    if (this.isStopped) return this.complain(told.words);
    this.kept = Math.max(this.kept, sent);
    this.say(told.words);
  }

  submitted(event) {
    if (event.defaultPrevented) return;
    event.preventDefault();
    this.press(event.submitter);
    this.wantsSave = true;
    this.isStopped = false;
    this.save();
  }

  // Of several buttons the one that was pressed goes along, now and with every further try.
  press(button) {
    this.pressed?.remove();
    this.pressed = document.createElement("input");
    Object.assign(this.pressed, { type: "hidden", name: button?.name ?? "", value: button?.value ?? "" });
    this.form.append(this.pressed); // without a name it is not sent
    this.seen = this.content();
  }

  async save(isBeingLeft) {
    if (this.isSaving) return;
    this.isSaving = true;
    clearTimeout(this.timer);
    await this.running;
    this.say("Saving…");
    this.setInert(true);
    const answer = await this.send(this.form.action, isBeingLeft);
    this.isSaving = false;
    if (answer.kind === "done") return this.finish(answer.response);
    this.setInert(false);
    this.fail(answer.kind);
    if (!LASTING.includes(answer.kind)) this.plan();
  }

  async finish(response) {
    const isGone = (response.headers.get("Content-Type") ?? "").startsWith("application/json");
    const told = isGone ? await response.json().catch(() => null) : null;
    if (isGone && !told) {
      this.setInert(false);
      this.fail("server");
      return this.plan();
    }
    this.isLeaving = true;
    if (told) location.assign(told.go);
    else this.form.submit(); // it comes back with questions: the browser shows them
  }

  async send(address, isBeingLeft) {
    this.turn += 1;
    this.set("draft_tab", this.tab);
    this.set("draft_turn", this.turn);
    const answer = await this.post(address, isBeingLeft);
    return answer.response?.status === 403 && (await this.freshToken()) ? this.post(address, isBeingLeft) : answer;
  }

  async post(address, isBeingLeft) {
    const body = new URLSearchParams(new FormData(this.form));
    try {
      const response = await fetch(address, {
        method: "POST",
        body,
        redirect: "manual",
        headers: { "X-In-Place": "1", "X-CSRFToken": this.token.value },
        keepalive: Boolean(isBeingLeft) && `${body}`.length < SMALL,
        signal: AbortSignal.timeout(PATIENCE),
      });
      return { kind: answerKind(response), response };
    } catch {
      return { kind: "offline" };
    }
  }

  // Signing in anew makes the form's safety token old: a fresh one stands on the same page, for whoever may see it.
  async freshToken() {
    try {
      const address = this.form.dataset.page ?? location.href; // a form that came back stands at an address of its own
      const response = await fetch(address, { redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
      if (!response.ok) return false;
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const fresh = page.querySelector("form[data-in-place] input[name=csrfmiddlewaretoken]");
      if (!fresh) return false;
      for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) input.value = fresh.value;
      return true;
    } catch {
      return false;
    }
  }

  get token() {
    return this.form.querySelector("input[name=csrfmiddlewaretoken]");
  }

  set(name, value) {
    const input = this.form.elements.namedItem(name);
    if (input && this.form.dataset.autosave) input.value = value;
  }

  // While it is on its way nothing can be typed that would not go along.
  setInert(isInert) {
    if (isInert) this.focused = document.activeElement;
    this.form.inert = isInert;
    if (!isInert) this.focused?.focus({ preventScroll: true });
  }

  fail(kind) {
    this.failures += 1;
    this.isWaiting = !LASTING.includes(kind);
    this.isStopped = !this.isWaiting;
    this.complain((this.wantsSave ? TROUBLE_WITH_SAVING : TROUBLE)[kind], kind === "out" ? wayIn() : null);
  }

  recover() {
    this.failures = 0;
    this.isWaiting = false;
    this.complain("");
  }

  say(words) {
    if (!this.words) return;
    this.words.textContent = words;
    this.words.hidden = false;
  }

  complain(words, link) {
    if (!this.trouble || this.trouble.dataset.says === words) return; // said once, it is not read out again
    this.trouble.dataset.says = words;
    this.trouble.replaceChildren(words, ...(link ? [link] : []));
    if (this.words) this.words.hidden = Boolean(words);
  }
}

function wayIn() {
  const link = document.createElement("a");
  link.href = SIGN_IN;
  link.target = "_blank";
  link.rel = "noopener";
  link.textContent = "Sign in in another tab";
  return link;
}

for (const form of document.querySelectorAll("form[data-in-place]")) new Typing(form);
