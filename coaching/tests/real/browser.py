"""Chromium for the tests: Debian's, headless, keeping to itself."""

import shutil
from urllib.parse import urlsplit

QUIET_FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def launch_args(given: dict) -> dict:
    """How Playwright starts Chromium here."""
    program = shutil.which("chromium")
    if not program:
        raise RuntimeError("Chromium for the tests is missing. As root: apt-get install chromium, or run: make test")
    # No sandbox, which would refuse to start as root and in most containers: the pages are our own.
    args = [*given.get("args", []), *QUIET_FLAGS]
    return {**given, "executable_path": program, "args": args, "chromium_sandbox": False}


class Complaints:
    """Everything a page complains about while a test drives it."""

    def __init__(self, page, own_address: str):
        self.found: list[str] = []
        self.own = urlsplit(own_address).netloc
        page.on("console", self.hear_console)
        page.on("pageerror", lambda error: self.found.append(f"script error: {error}"))
        page.on("response", self.look_at_answer)
        page.on("request", self.look_at_request)

    def hear_console(self, message) -> None:
        if message.type in {"error", "warning"}:
            self.found.append(f"console {message.type}: {message.text}")

    def look_at_answer(self, answer) -> None:
        if answer.status >= 500:
            self.found.append(f"{answer.status}: {answer.url}")

    def look_at_request(self, request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https"} and parts.netloc != self.own:
            self.found.append(f"request to somebody else: {request.url}")
