"""Pages, forms, exports, jobs and the admin get rows only through what permissions.py says: read from their code.

Every query there begins with an adjective that asks who is looking (`Engagement.objects.visible_to(user)`), in a
job with the name of the work, behind a personal link with the link. Models, actions and permissions are where those
are written; what the operator starts by hand is left out, too.
"""

import ast
import re
from functools import cache

import pytest
from django.apps import apps

from coaching.database_roles import WITHHELD
from coaching.tests.test_architecture import MODULES, ROOT

pytestmark = pytest.mark.once

# --- what may be asked ----------------------------------------------------------------------------

# Each narrows by a rule of a permissions.py, and is written on a QuerySet of ours.
BY_PERSON = {
    "visible_to", "confided_to", "managed_by", "managed_from_outside_by", "disclosed_to", "coaching_for", "offered_to",
    "by_person", "of_person", "open_for", "counted_for", "of_coach",
}  # fmt: skip
OF_NOBODY = {"none"}
# Work that is owed, whoever it is about; for tasks alone.
BY_JOB = {
    ("CheckIn", "due"), ("Letter", "due"), ("FollowUp", "due"), ("ImportRun", "owed"), ("WebhookDelivery", "due"),
    ("SponsorReport", "owed"), ("SponsorReport", "asking"), ("Engagement", "open"),
}  # fmt: skip
# What a link opens; for modules whose views are open to holders of a link.
BY_LINK = {("CheckIn", "open_at"), ("Reading", "of_executive"), ("Look", "about"), ("Experiment", "behind")}
# Rows of packages, kept per account: a person's own, and nothing else.
OWN_BY_KEY = {"Authenticator": {"user_id", "user"}}
# Beside rows of the admin, about people who have a page there.
BY_ADMIN = {("User", "filter"), ("Invitation", "valid")}

MANAGERS = {"objects", "_default_manager", "_base_manager"}
RAW = {"raw", "extra", "RawSQL", "cursor", "connection", "connections"}
# Querysets that Django makes by itself, from all rows: not for our pages.
WHOLE_TABLES = {"ModelForm", "ListView", "DetailView", "UpdateView", "DeleteView", "CreateView", "get_model"}
ASKING = {
    "all", "filter", "exclude", "get", "first", "last", "count", "exists", "values", "values_list", "order_by",
    "in_bulk", "iterator", "aggregate", "annotate", "only", "defer", "select_related", "prefetch_related", "earliest",
    "latest", "get_or_create", "update", "delete", "distinct", "reverse",
}  # fmt: skip

# Where the rules are written, what judges and computes, and what the operator starts: everything else is read.
LEFT_OUT = (
    "{}.models", "{}.permissions", "{}.actions", "{}.management", "{}.checks", "{}.apps",
    "engagements.limiting",
    "coaching.backups", "coaching.demo", "coaching.launcher", "coaching.benchmarks", "trust.benchmark",
)  # fmt: skip
# Modules that may talk to the database itself, and why.
ASKS_THE_DATABASE = {
    "coaching.views.health": "whether it answers",
    "coaching.database_log": "what its server logs",
}


def is_left_out(name):
    starts = [start.format(name.split(".")[0]) for start in LEFT_OUT]
    return any(name == start or name.startswith(f"{start}.") for start in starts)


READ = sorted(name for name in MODULES if not is_left_out(name))

# Models whose rows an engagement's program manager may not read, or not all of them.
CONFIDED = WITHHELD - {
    "engagements.Agreement", "engagements.Engagement", "engagements.Session", "engagements.SessionMove",
}  # fmt: skip
# Rows that lead to more than a person may see: a program to all its engagements, a person to all they coach.
WIDE = {"User", "Organization", "Program", "Executive"}
HARMLESS = {"managers", "program_memberships", "coach_profile"}


@cache
def guarded_relations():
    """Names by which one gets from a row one may see to rows one may not: {"engagements", "readings", …}."""
    found = set()
    for model in apps.get_models():
        if model._meta.app_label in ("engagements", "trust"):
            for relation in model._meta.related_objects:
                name = relation.get_accessor_name()
                is_deeper = relation.related_model._meta.label in CONFIDED and model._meta.label not in CONFIDED
                leads_on = is_deeper or model.__name__ in WIDE
                if name and leads_on and name not in HARMLESS:
                    found.add(name)
    return found


# --- reading --------------------------------------------------------------------------------------


class Reader(ast.NodeVisitor):
    """Collects what a module asks for without saying for whom."""

    def __init__(self, name, source):
        self.name, self.found = name, []
        self.is_job = "tasks" in name.split(".")
        self.is_admin = name.split(".")[-1].startswith("admin")
        self.is_for_links = "open_to(LINK" in source
        tree = ast.parse(source)
        self.parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
        self.visit(tree)

    def complain(self, node, words):
        self.found.append(f"{self.name}:{node.lineno}: {words}")

    def visit_Attribute(self, node):
        if node.attr in MANAGERS:
            self._read_manager(node)
        elif node.attr in guarded_relations():
            self._read_relation(node)
        elif node.attr in RAW | WHOLE_TABLES:
            self._read_name(node, node.attr)
        self.generic_visit(node)

    def visit_Name(self, node):
        if node.id in RAW | WHOLE_TABLES and isinstance(node.ctx, ast.Load):
            self._read_name(node, node.id)

    def visit_Call(self, node):
        called = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if called in ("get_object_or_404", "get_list_or_404") and node.args and _is_model(node.args[0]):
            self.complain(node, f"{called} of a whole table")
        elif called in ("getattr", "attrgetter", "methodcaller"):
            words = {arg.value for arg in node.args if isinstance(arg, ast.Constant)}
            if words & (MANAGERS | guarded_relations() | RAW):
                self.complain(node, "a manager by its name in quotes")
        elif called in ("select_related", "prefetch_related", "prefetch_related_objects", "Prefetch"):
            self._read_paths(node)
        self.generic_visit(node)

    def _read_manager(self, node):
        step, call = self._next(node)
        model = getattr(node.value, "id", getattr(node.value, "attr", "?"))
        if call is None:
            self.complain(node, f"{model}.{node.attr} is passed on as a whole")
        elif model in OWN_BY_KEY:
            if step != "filter" or not {word.arg for word in call.keywords} & OWN_BY_KEY[model]:
                self.complain(node, f"{model} of other people")
        elif step not in BY_PERSON | OF_NOBODY and (model, step) not in self._of_the_work():
            self.complain(node, f"{model}.{node.attr}.{step} asks nobody who is looking")

    def _read_relation(self, node):
        step, call = self._next(node)
        is_own = getattr(node.value, "id", "") == "self"  # what a form or a page keeps by that name
        if call is not None and not is_own and step not in BY_PERSON | OF_NOBODY:
            self.complain(node, f".{node.attr}.{step} leads to rows that the person may not see")

    def _read_paths(self, node):
        words = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        for path in words:
            if set(path.split("__")) & guarded_relations():
                self.complain(node, f"“{path}” leads to rows that the person may not see")

    def _read_name(self, node, word):
        is_allowed = self.name in ASKS_THE_DATABASE if word in RAW else self.is_admin
        if not is_allowed and not isinstance(self.parents.get(node), ast.alias):
            self.complain(node, f"{word} goes around what permissions say")

    def _next(self, node):
        """The name of the method called on this, and the call; (name, None) where none is called."""
        step = self.parents.get(node)
        if not isinstance(step, ast.Attribute):
            return "", None
        call = self.parents.get(step)
        return step.attr, call if isinstance(call, ast.Call) and call.func is step else None

    def _of_the_work(self):
        by_admin = BY_ADMIN if self.is_admin else set()
        return by_admin | (BY_JOB if self.is_job else set()) | (BY_LINK if self.is_for_links else set())


def _is_model(node):
    name = getattr(node, "id", getattr(node, "attr", ""))
    return isinstance(node, ast.Name | ast.Attribute) and (name[:1].isupper() or name in MANAGERS)


# --- tests ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", READ)
def test_every_query_begins_with_who_is_looking(name):
    assert Reader(name, MODULES[name].read_text()).found == []


SNIPPETS = {
    # in a page
    "Engagement.objects.all()": "Engagement.objects.all asks nobody",
    "Reading.objects.filter(session=session)": "Reading.objects.filter asks nobody",
    "models.Flag.objects.open()": "Flag.objects.open asks nobody",
    "CheckIn.objects.due(now).visible_to(user)": "CheckIn.objects.due asks nobody",
    "CheckIn.objects.with_token(token)": "CheckIn.objects.with_token asks nobody",
    "rows = Engagement.objects": "passed on as a whole",
    "show(Engagement.objects)": "passed on as a whole",
    "Engagement._default_manager.get(pk=pk)": "Engagement._default_manager.get asks nobody",
    "type(program)._base_manager.all()": "_base_manager.all asks nobody",
    "getattr(Engagement, 'objects').all()": "a manager by its name in quotes",
    "get_object_or_404(Engagement, pk=pk)": "get_object_or_404 of a whole table",
    "get_object_or_404(models.Engagement, pk=pk)": "get_object_or_404 of a whole table",
    "get_object_or_404(Engagement.objects, pk=pk)": "get_object_or_404 of a whole table",
    "apps.get_model('trust', 'Flag')": "get_model goes around",
    "program.engagements.all()": ".engagements.all leads to rows",
    "engagement.executive.engagements.filter(status='ACTIVE')": ".engagements.filter leads to rows",
    "engagement.flags.open()": ".flags.open leads to rows",
    "[row for session in sessions for row in session.readings.all()]": ".readings.all leads to rows",
    "sessions.prefetch_related('readings')": "“readings” leads to rows",
    "sessions.select_related('engagement__judgement')": "“engagement__judgement” leads to rows",
    "Engagement.objects.visible_to(user).extra(where=['1=1'])": "extra goes around",
    "Engagement.objects.visible_to(user).raw('SELECT 1')": "raw goes around",
    "connection.cursor().execute('SELECT 1')": "cursor goes around",
    "rows.annotate(n=RawSQL('SELECT 1', ()))": "RawSQL goes around",
    "class Form(forms.ModelForm): pass": "ModelForm goes around",
    "class List(ListView): model = Flag": "ListView goes around",
    "Authenticator.objects.all()": "Authenticator of other people",
    "Authenticator.objects.filter(type='totp')": "Authenticator of other people",
}
FINE = (
    "Engagement.objects.visible_to(user).open().filter(pk=pk)",
    "get_object_or_404(Flag.objects.disclosed_to(user), pk=pk)",
    "get_object_or_404(rows, pk=pk)",
    "Program.objects.none()",
    "program.engagements.visible_to(user)",
    "engagement.sessions.newest_first()",
    "session.moves.all()",
    "Authenticator.objects.filter(user_id=user.pk, type='totp')",
    "extra = 0",
)


@pytest.mark.parametrize("snippet", SNIPPETS)
@pytest.mark.parametrize("name", ["trust.views.page", "engagements.forms.page", "coaching.context", "coaching.api"])
def test_what_asks_nobody_is_found(snippet, name):
    assert any(SNIPPETS[snippet] in words for words in Reader(name, snippet).found), Reader(name, snippet).found


@pytest.mark.parametrize("snippet", FINE)
def test_what_asks_who_is_looking_is_fine(snippet):
    assert Reader("trust.views.page", snippet).found == []


def test_work_that_is_owed_is_asked_for_in_tasks_alone():
    snippet = "CheckIn.objects.due(now)"
    assert Reader("trust.tasks", snippet).found == []
    assert Reader("trust.views.page", snippet).found
    assert Reader("trust.tasks", "CheckIn.objects.filter(status='DUE')").found


def test_what_a_link_opens_is_asked_for_in_pages_behind_links_alone():
    snippet = "CheckIn.objects.open_at(now).filter(pk=pk)"
    assert Reader("trust.views.page", f"@open_to(LINK)\ndef page(request, pk):\n    return {snippet}").found == []
    assert Reader("trust.views.page", f"@open_to(COACH)\ndef page(request, pk):\n    return {snippet}").found


def test_pages_forms_jobs_and_the_admin_are_read():
    for name in ("trust.views.flags", "engagements.forms.engagements", "trust.tasks", "engagements.admin",
                 "coaching.context", "coaching.navigation", "coaching.templatetags.look"):  # fmt: skip
        assert name in READ


def test_each_adjective_narrows_by_a_rule_of_permissions():
    """A name in the list above is worth what its QuerySet does."""
    written = {}
    for name in (name for name in MODULES if ".models" in name):
        for kind in ast.walk(ast.parse(MODULES[name].read_text())):
            if isinstance(kind, ast.ClassDef) and kind.name.endswith("QuerySet"):
                for method in (one for one in kind.body if isinstance(one, ast.FunctionDef)):
                    written.setdefault(method.name, []).append((f"{name}.{kind.name}", method))
    for adjective in sorted(BY_PERSON):
        assert adjective in written, f"{adjective} is written nowhere"
        for where, method in written[adjective]:
            assert _asks_permissions(method), f"{where}.{adjective} does not ask permissions.py"


def _asks_permissions(method):
    """Whether all it does is to filter by what permissions.py says of the person it is given."""
    assert "user" in [argument.arg for argument in method.args.args]
    calls = [node.func for node in ast.walk(method) if isinstance(node, ast.Call)]
    from_permissions = [
        call for call in calls
        if getattr(getattr(call, "value", None), "id", "") == "permissions" or getattr(call, "id", "") in RULES
    ]  # fmt: skip
    return bool(from_permissions) and any(getattr(call, "attr", "") == "filter" for call in calls)


RULES = {
    node.name
    for name in ("engagements.permissions", "trust.permissions")
    for node in ast.parse(MODULES[name].read_text()).body
    if isinstance(node, ast.FunctionDef)
}


# --- templates ------------------------------------------------------------------------------------

TEMPLATES = sorted((ROOT / "templates").rglob("*.html")) + sorted((ROOT / "templates").rglob("*.txt"))


def asked_in(template):
    """Relations that a template follows by itself to rows that the person may not see."""
    names = "|".join(sorted(guarded_relations()))
    tags = re.findall(r"{[{%].*?[%}]}", template, re.DOTALL)
    return [tag for tag in tags if re.search(rf"\.(?:{names})\.(?:{'|'.join(ASKING)})\b|\.objects\b", tag)]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_ask_for_no_rows(path):
    assert asked_in(path.read_text()) == []


def test_a_template_that_asks_for_rows_is_found():
    assert asked_in("{% for flag in engagement.flags.all %}{{ flag }}{% endfor %}")
    assert asked_in("{{ program.engagements.count }}")
    assert not asked_in("{{ flags.count }} {% for one in sessions.all %}{% endfor %}")
