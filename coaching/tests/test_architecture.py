"""Arrows point down: read from the imports of every module."""

import ast
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ["engagements", "trust", "coaching"]  # lowest first
LAYERS = [
    "permissions",
    "access",
    "models",
    "actions",
    "forms",
    "tasks",
    "views",
    "urls",
]  # lowest first, in each package
PURE = {
    "engagements.vault": set(),
    "engagements.lines": set(),
    "engagements.progress": set(),
    "engagements.stages": {"engagements.progress"},
    "engagements.figures": {"engagements.progress", "engagements.stages"},
    "engagements.imports": {"engagements.imports", "engagements.lines"},
    "trust.imports": {"trust.imports", "engagements.imports", "engagements.lines"},
    "trust.instrument": set(),
    "trust.aggregates": set(),
    "trust.trajectory": {"trust.trajectory"},
    "trust.detection": {"trust.detection", "trust.trajectory"},
    "trust.process_rules": set(),
    "trust.charts": {"trust.charts", "trust.instrument"},
    "trust.sentences": {"trust.detection", "trust.explanation"},
}
FORBIDDEN_NAMES = {"utils", "helpers", "services", "common", "misc", "managers"}
LONGEST_MODULE, LONGEST_FUNCTION = 300, 40


def modules():
    """Every module of ours but tests and migrations: (dotted name, path)."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            if not {"tests", "migrations"} & set(parts):
                yield ".".join(part for part in parts if part != "__init__"), path


MODULES = dict(modules())


def imports_of(name):
    """Dotted names that a module imports, relative ones resolved, imports inside functions included."""
    path = MODULES[name]
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            source = ".".join([*base, *([node.module] if node.module else [])])
            yield source
            yield from (f"{source}.{alias.name}" for alias in node.names if f"{source}.{alias.name}" in MODULES)


def layer_of(name):
    """Rank of a module inside its package, or None where no layer is set."""
    parts = name.split(".")
    return LAYERS.index(parts[1]) if len(parts) > 1 and parts[1] in LAYERS else None


@pytest.mark.parametrize("name", MODULES)
def test_no_import_points_up(name):
    package, layer = name.split(".")[0], layer_of(name)
    for imported in imports_of(name):
        other = imported.split(".")[0]
        if other not in PACKAGES:
            continue
        assert PACKAGES.index(other) <= PACKAGES.index(package), f"{name} imports {imported}: packages point down"
        if other == package and layer is not None and layer_of(imported) is not None:
            assert layer_of(imported) <= layer, f"{name} imports {imported}: layers point down"


@pytest.mark.parametrize("pure", PURE)
def test_pure_modules_know_no_database_no_settings_and_no_clock(pure):
    allowed = PURE[pure]
    for name in (module for module in MODULES if module == pure or module.startswith(f"{pure}.")):
        for imported in imports_of(name):
            root = imported.split(".")[0]
            assert root not in {"django", "celery"}, f"{name} imports {imported}"
            ours = root in PACKAGES and not any(imported == one or imported.startswith(f"{one}.") for one in allowed)
            assert not ours, f"{name} imports {imported}"
        assert ".now(" not in MODULES[name].read_text(), f"{name} reads the clock"


@pytest.mark.parametrize("name", MODULES)
def test_modules_and_functions_stay_small(name):
    text = MODULES[name].read_text()
    assert text.count("\n") <= LONGEST_MODULE, f"{name} has outgrown {LONGEST_MODULE} lines"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = node.end_lineno - node.lineno + 1
            assert length <= LONGEST_FUNCTION, f"{name}.{node.name} has {length} lines"


def test_no_module_hides_behind_a_name_that_says_nothing():
    assert not [name for name in MODULES if FORBIDDEN_NAMES & set(name.split("."))]


def test_top_level_holds_three_packages_and_no_more():
    found = {path.name for path in ROOT.iterdir() if (path / "__init__.py").exists()}
    assert found == set(PACKAGES)


def test_templates_are_short():
    for path in (ROOT / "templates").rglob("*.html"):
        assert path.read_text().count("\n") <= 120, f"{path.relative_to(ROOT)} has outgrown 120 lines"
