"""The locks fit what was asked for, give nothing away about a machine, and hold all that running needs."""

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("coaching", "trust", "engagements")
LOCKS = ("requirements", "requirements-dev", "requirements-uv")

pytestmark = pytest.mark.once


def asked_for(name):
    """Requirements written in an .in file and the files it includes, by name."""
    found = {}
    for line in (ROOT / f"{name}.in").read_text().splitlines():
        words = line.partition("#")[0].strip()
        if words.startswith("-r "):
            found.update(asked_for(words[3:].removesuffix(".in")))
        elif words:
            requirement = Requirement(words)
            found[canonicalize_name(requirement.name)] = requirement
    return found


def locked(name):
    """Versions and askers of every package of a lock, by name; some differ between Python versions."""
    found = {}
    entries = re.split(r"\n(?=\w)", (ROOT / f"{name}.txt").read_text())
    for entry in entries:
        if pin := re.match(r"([\w.\[\]-]+)==([^\s;]+)", entry):
            asks = set(re.findall(r"-r (\S+)\.in", entry))
            found.setdefault(canonicalize_name(pin[1].partition("[")[0]), []).append((pin[2], asks))
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_the_lock_holds_what_was_asked_for_and_nothing_that_no_longer_is(name):
    wanted, pinned = asked_for(name), locked(name)
    for package, requirement in wanted.items():
        assert package in pinned, f"{package} is not locked. Run: make lock"
        for version, _ in pinned[package]:
            assert requirement.specifier.contains(version, prereleases=True), f"{package} {version}. Run: make lock"
    direct = {package for package, pins in pinned.items() if any(asks for _, asks in pins)}
    assert direct == set(wanted), "Run: make lock"


@pytest.mark.parametrize("name", LOCKS)
def test_the_lock_pins_by_hash_and_names_no_machine_and_no_index(name):
    text = (ROOT / f"{name}.txt").read_text()
    entries = [entry for entry in re.split(r"\n(?=\w)", text) if "==" in entry]
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in text
    assert "index-url" not in text
    assert not re.search(r"(?:^|\s)/\w+/", text)


def test_tests_run_on_exactly_the_versions_that_run_in_production():
    development = locked("requirements-dev")
    for package, pins in locked("requirements").items():
        assert {version for version, _ in pins} == {version for version, _ in development[package]}, package


@pytest.mark.parametrize("name", LOCKS)
def test_each_requirement_says_what_it_is_for(name):
    lines = (ROOT / f"{name}.in").read_text().splitlines()
    for line in lines:
        if line and not line.startswith(("#", "-r ")):
            assert "# " in line, f"Say in one line what {line} is for"


def foreign_imports():
    """Every top-level package that code outside tests imports, with a module that does."""
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            if "tests" in path.relative_to(ROOT).parts:
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                if isinstance(node, ast.ImportFrom) and not node.level:
                    names = [node.module]
                for name in names:
                    root = name.partition(".")[0]
                    if root not in sys.stdlib_module_names and root not in PACKAGES:
                        yield root, path


def test_running_needs_no_package_that_only_tests_bring():
    distributions = packages_distributions()
    runtime = set(locked("requirements"))
    for root, path in foreign_imports():
        homes = {canonicalize_name(name) for name in distributions.get(root, [])}
        assert homes & runtime, f"{path.relative_to(ROOT)} imports {root}, which requirements.txt does not bring"
