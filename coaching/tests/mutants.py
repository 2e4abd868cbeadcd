"""Do the tests notice? `make mutants` changes the modules on which confidentiality rests, one spot at a time, and
runs their tests against each change. A change that no test notices survives; docs/mutants.md lists those.

pytest collects the tests and makes the tables once; then each mutant lives in a forked process of its own, with
nothing to put back. What a mutant defines is exchanged wherever it was imported to; classes it does not change stay.
`make mutants ONLY=vault` takes the modules whose name holds that word, and writes nothing.
"""

import ast
import os
import re
import signal
import sys
import time
import types
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connections
from django.test.utils import teardown_test_environment

from coaching.tests.mutations import mutations_of

ROOT = Path(__file__).resolve().parents[2]
RESULT = ROOT / "docs/mutants.md"
TARGETS = {
    "engagements/permissions.py": ["engagements/tests/test_permissions.py"],
    "trust/permissions.py": ["trust/tests/test_permissions.py"],
    "engagements/vault.py": ["engagements/tests/test_vault.py"],
    "engagements/tokens.py": ["engagements/tests/test_tokens.py"],
    "trust/aggregates.py": ["trust/tests/test_aggregates.py"],
}
PURE = {"engagements/vault.py", "engagements/tokens.py", "trust/aggregates.py"}
LONGEST_SECONDS = 300  # of one mutant; one that never ends is noticed as well
OUTPUT = os.dup(1)  # pytest catches what is written otherwise
KILLED, SURVIVED = 1, 0
PYTEST = ["-q", "-n", "0", "-p", "no:cacheprovider"]
UNKNOWN = "not looked at yet"


def main(only=""):
    """Runs all mutants; returns 1 where one of the modules stays below 90 %."""
    os.chdir(ROOT)
    chosen = {module: tests for module, tests in TARGETS.items() if only in module}
    judge = Judge(chosen)
    if code := int(pytest.main([*PYTEST, *(path for tests in chosen.values() for path in tests)], plugins=[judge])):
        return code
    if not only:
        RESULT.write_text(page(judge.outcome, reasons()))
    return int(any(killed_share(*counts) < 90 for counts in judge.outcome.values()))


class Judge:
    """A plugin: in the place of the tests it runs the mutants, each against the tests of its module."""

    def __init__(self, targets):
        self.targets, self.outcome = targets, {}

    def pytest_sessionstart(self):
        """In memory, so that no child reaches the tables of another; without -x, none takes them down."""
        connections["default"].settings_dict["TEST"]["NAME"] = ":memory:"

    def pytest_runtestloop(self, session):
        for module, tests in self.targets.items():
            items = [item for item in session.items if item.location[0] in tests]
            items[0].ihook.pytest_runtest_protocol(item=items[0], nextitem=items[-1])  # makes what all of them share
            same = ast.unparse(ast.parse((ROOT / module).read_text()))
            if fate(session, items, module, same) != SURVIVED:
                raise pytest.UsageError(f"The tests of {module} fail without any change.")
            self.outcome[module] = tried(session, module, items)
            items[-1].ihook.pytest_runtest_protocol(item=items[-1], nextitem=None)
        return True


def tried(session, module, items):
    """(number of mutants, the survivors)."""
    mutations, survivors, began = list(mutations_of((ROOT / module).read_text())), [], time.monotonic()
    for mutation in mutations:
        if fate(session, items, module, mutation.source) == SURVIVED:
            survivors.append(mutation)
            say(f"  {module}:{mutation.line}: {mutation.before} → {mutation.after}")
    share = killed_share(len(mutations), survivors)
    say(f"{module}: {share:.1f} % of {len(mutations)} in {time.monotonic() - began:.0f} s")
    return len(mutations), survivors


def say(words):
    os.write(OUTPUT, f"{words}\n".encode())


def killed_share(number, survivors):
    return 100 * (number - len(survivors)) / number


def fate(session, items, module, source):
    """What becomes of a source in a process of its own."""
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(LONGEST_SECONDS)
        os._exit(noticed(session, items, module, source))
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM:
        return KILLED
    return {0: SURVIVED, 1: KILLED}[os.waitstatus_to_exitcode(status)]


def noticed(session, items, module, source):
    try:
        if changes_a_class((ROOT / module).read_text(), source):
            return read_anew(items, module[:-3].replace("/", "."), source)
        exchange(module[:-3].replace("/", "."), source)
    except Exception:
        return KILLED  # it does not even load
    for item, following in zip(items, [*items[1:], items[-1]], strict=True):
        item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed:
            return KILLED
    return SURVIVED


def changes_a_class(source, changed):
    return [ast.unparse(node) for node in classes(source)] != [ast.unparse(node) for node in classes(changed)]


def read_anew(items, name, source):
    """Where a class changes, the tests are collected once more: they hold rows of the class that was."""
    for item in items:
        sys.modules.pop(item.module.__name__, None)
    package, _, leaf = name.rpartition(".")
    sys.modules[name] = module = types.ModuleType(name)
    setattr(sys.modules[package], leaf, module)
    exec(compile(source, name, "exec"), module.__dict__)  # noqa: S102 - our own source, changed by ourselves
    teardown_test_environment()
    return KILLED if pytest.main([*PYTEST, "-x", *{item.location[0] for item in items}]) in (1, 2) else SURVIVED


def exchange(name, source):
    """What a mutant defines stands in the module and wherever that was imported to."""
    real = sys.modules[name]
    changed = types.ModuleType(name)
    same = {ast.unparse(node) for node in classes(Path(real.__file__).read_text())}
    tree = ast.parse(source)
    defined = list(definitions(tree))
    kept = [node for node in classes(source) if ast.unparse(node) in same]
    for node in kept:
        changed.__dict__[node.name] = getattr(real, node.name)
        rebind(getattr(real, node.name), changed)
    names = {node.name for node in kept}
    tree.body = [node for node in tree.body if not (isinstance(node, ast.ClassDef) and node.name in names)]
    exec(compile(tree, name, "exec"), changed.__dict__)  # noqa: S102 - our own source, changed by ourselves
    olds = {one: getattr(real, one) for one in defined if one not in names}
    ours = [m for key, m in sys.modules.items() if key.split(".")[0] in ("engagements", "trust", "coaching") and m]
    for one, old in olds.items():
        for module in ours:
            if getattr(module, one, None) is old:
                setattr(module, one, getattr(changed, one))


def rebind(kept, changed):
    """Methods of a class that stays look their functions up in the changed module."""
    for name, value in list(vars(kept).items()):
        inner = (
            value.__func__ if isinstance(value, classmethod) else value.fget if isinstance(value, property) else value
        )
        if isinstance(inner, types.FunctionType) and inner.__module__ == kept.__module__:
            new = types.FunctionType(inner.__code__, changed.__dict__, name, inner.__defaults__, inner.__closure__)
            new.__kwdefaults__ = inner.__kwdefaults__
            setattr(kept, name, type(value)(new) if inner is not value else new)


def classes(source):
    return [node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)]


def definitions(tree):
    """Names of functions, classes and constants at the top of a module."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                yield from (one.id for one in ast.walk(target) if isinstance(one, ast.Name))


# --- the page -----------------------------------------------------------------------------------


def reasons():
    """{(module, before, after): why it may survive}, written by hand into the page and kept there."""
    known, module = {}, ""
    for line in RESULT.read_text().splitlines() if RESULT.exists() else []:
        if line.startswith("### "):
            module = line[4:]
        elif row := re.fullmatch(r"\| \d+ \| `` (.*) `` \| `` (.*) `` \| (.*) \|", line):
            known[module, row[1], row[2]] = row[3]
    return known


def page(outcome, known):
    lines = [
        "# Mutants",
        "",
        "The modules on which confidentiality rests are changed in one spot at a time: a comparison, an `and`, a",
        "`not`, a `&` of a row rule, a number, a text, a filter of a chain, an argument, what is returned.",
        "Their tests run",
        "against each change. What they notice is killed; what they do not is listed, with what we think of it.",
        "",
        f"`make mutants` on {datetime.now(UTC):%Y-%m-%d}. Not part of `make test`. A new run keeps the last column.",
        "",
        "| Module | Mutants | Killed | |",
        "|---|---:|---:|---:|",
    ]
    for module, (number, survivors) in outcome.items():
        share = killed_share(number, survivors)
        lines.append(f"| `{module}` | {number} | {number - len(survivors)} | {share:.1f} % |")
    lines += ["", "## Survivors"]
    for module, (_, survivors) in outcome.items():
        lines += ["", f"### {module}", ""]
        lines += ["| Line | Was | Became | Why it may |", "|---:|---|---|---|"] if survivors else ["None."]
        for one in survivors:
            before, after = (text.replace("|", "\\|") for text in (one.before, one.after))
            why = known.get((module, before, after), UNKNOWN)
            lines.append(f"| {one.line} | `` {before} `` | `` {after} `` | {why} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
