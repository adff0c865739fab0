"""Imports point one way: core ← stakeholders ← findings ← actionplans ← web, by name and by string alike."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# From the ground up; a room may use those before it. The rooms within actionplans come in the same way, what
# lies beside them (models, views, pages) over them. evidence, nudges, pdf, sharing and support stand side by side;
# calls, threads and updates, too, above guests and duties.
LEVELS = {
    "carportal.core": 0,
    "stakeholders": 1,
    "findings": 2,
    "actionplans.annex": 3,
    "actionplans.plans": 4,
    "actionplans.evidence": 5,
    "actionplans.nudges": 5,
    "actionplans.pdf": 5,
    "actionplans.sharing": 5,
    "actionplans.support": 5,
    "actionplans.guests": 6,
    "actionplans.searching": 6,
    "actionplans.duties": 6,
    "actionplans.calls": 7,
    "actionplans.threads": 7,
    "actionplans.updates": 7,
    "actionplans": 8,
    "carportal.web": 9,
    "carportal.local": 10,
}
# Django's labels of the apps, as they stand in "stakeholders.User"; one app holds all rooms of actionplans.
LABELS = {
    "core": "carportal.core",
    "stakeholders": "stakeholders",
    "findings": "findings",
    "actionplans": "actionplans",
    "web": "carportal.web",
}
# They put the rooms together and are under nobody; core alone may ask for the Celery application.
COMPOSITION = {
    "carportal.settings",
    "carportal.environment",
    "carportal.schedule",
    "carportal.urls",
    "carportal.wsgi",
    "carportal.celery",
    "carportal.gunicorn",
}
FIRST_PARTY = re.compile(r"^(carportal|stakeholders|findings|actionplans|tests)(\.|$)")

MODULE = re.compile(r"^(carportal\.(core|web|local)|stakeholders|findings|actionplans)(\.\w+)+$")
MODEL = re.compile(rf"^({'|'.join(LABELS)})\.[A-Za-z]\w*$")
TABLE = re.compile(r"\b(stakeholders|findings|actionplans|web)_[a-z]+\b")


@dataclass(frozen=True)
class Module:
    name: str
    path: Path

    @property
    def tree(self) -> ast.Module:
        return _parsed(self.path)

    @property
    def room(self) -> str | None:
        return room_of(self.name)

    def __str__(self) -> str:
        return self.name


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


@cache
def modules() -> dict[str, Module]:
    found = {}
    for top in ("carportal", "stakeholders", "findings", "actionplans"):
        for path in (ROOT / top).rglob("*.py"):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            found[name] = Module(name, path)
    return found


def room_of(name: str) -> str | None:
    """The innermost room that a dotted name lies in."""
    rooms = [room for room in LEVELS if name == room or name.startswith(f"{room}.")]
    return max(rooms, key=len, default=None)


def may_use(user: str, used: str) -> bool:
    return user == used or LEVELS[used] < LEVELS[user]


def imported(tree: ast.AST) -> Iterator[tuple[ast.stmt, str]]:
    """Every first-party module that is imported anywhere below, with its statement."""
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "relative imports hide where they point"
            inside = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [name if name in modules() else str(node.module) for name in inside]
        for name in names:
            if FIRST_PARTY.match(name):
                assert isinstance(node, ast.stmt)
                yield node, name


def docstrings(tree: ast.AST) -> set[ast.Constant]:
    """Prose is no reference."""
    return {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
        and isinstance(node.body[0].value, ast.Constant)
    }


def strings(tree: ast.AST) -> Iterator[str]:
    skipped = docstrings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in skipped:
            yield node.value


def referred(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Every room that a string names, with that string: modules, models, tables, apps, migrations."""
    for text in strings(tree):
        if MODULE.match(text):
            yield str(room_of(text)), text
        elif match := MODEL.match(text):
            yield LABELS[match[1]], text
        for match in TABLE.finditer(text):
            yield LABELS[match[1]], text.strip()
    for node in ast.walk(tree):
        first: ast.expr | None = None
        if isinstance(node, ast.Call) and node.args:
            called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            first = node.args[0] if called in {"get_model", "get_app_config"} else None
        elif isinstance(node, ast.Tuple) and len(node.elts) == 2:  # a migration's dependency
            first = node.elts[0] if is_migration_name(node.elts[1]) else None
        if isinstance(first, ast.Constant) and first.value in LABELS:
            yield LABELS[first.value], ast.unparse(node)


def is_migration_name(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and bool(re.match(r"^(\d{4}_\w+|__first__)$", str(node.value)))


def in_rooms() -> list[Module]:
    return sorted((module for module in modules().values() if module.room), key=str)


def test_every_module_lies_in_a_room():
    """A new top-level module belongs somewhere, and this test must be told where."""
    outside = {name for name, module in modules().items() if module.room is None}
    assert outside - COMPOSITION <= {"carportal"}


def test_nothing_is_in_the_package_over_the_rooms():
    assert modules()["carportal"].path.read_text().strip() == ""


def test_imports_point_downwards():
    wrong = [
        f"{module} imports {name}"
        for module in in_rooms()
        for _, name in imported(module.tree)
        if not allowed(module, name)
    ]
    assert not wrong, "\n".join(wrong)


def allowed(module: Module, name: str) -> bool:
    if name.startswith("tests"):
        return False
    room = room_of(name)
    if room is None:
        return module.room == "carportal.local" or name == "carportal.celery"
    return may_use(str(module.room), room)


def test_strings_point_downwards():
    wrong = [
        f"{module} refers to {text!r}"
        for module in in_rooms()
        for room, text in referred(module.tree)
        if not may_use(app_of(str(module.room)), app_of(room))
    ]
    assert not wrong, "\n".join(wrong)


def app_of(room: str) -> str:
    """A string names an app, and cannot tell the rooms within it apart."""
    return "actionplans" if room.startswith("actionplans") else room


def test_no_import_hides_in_a_function():
    wrong = [
        f"{module}, line {statement.lineno}: {ast.unparse(statement)}"
        for module in in_rooms()
        for function in ast.walk(module.tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        # Django loads models only after every app's configuration: what a room registers comes in then.
        and not (module.name.endswith(".apps") and getattr(function, "name", "") == "ready")
        for statement, _ in imported(function)
    ]
    assert not wrong, "\n".join(wrong)


def test_no_room_goes_round_in_a_circle():
    graph = {
        module.name: {name for name in top_level(module.tree) if name in modules()} for module in in_rooms()
    }
    done: set[str] = set()
    for start in graph:
        circle = find_circle(graph, start, [], done)
        assert circle is None, " → ".join(circle or [])


def top_level(tree: ast.Module) -> Iterator[str]:
    """What is imported when a module is: not what is only for the type checker."""
    for statement in tree.body:
        if not (isinstance(statement, ast.If) and ast.unparse(statement.test) == "TYPE_CHECKING"):
            for _, name in imported(statement):
                yield name


def find_circle(graph: dict[str, set[str]], name: str, path: list[str], done: set[str]) -> list[str] | None:
    if name in path:
        return [*path[path.index(name) :], name]
    if name in done:
        return None
    for target in sorted(graph.get(name, ())):
        if circle := find_circle(graph, target, [*path, name], done):
            return circle
    done.add(name)
    return None


class TestTheTestItself:
    """Were it blind, it would pass for ever."""

    @pytest.mark.parametrize(
        "source",
        [
            'models.ForeignKey("findings.Finding", on_delete=models.CASCADE)',
            'import_string("findings.services.publish")',
            'apps.get_model("findings", "Finding")',
            'dependencies = [("findings", "0001_initial")]',
            'cursor.execute("SELECT * FROM findings_finding")',
        ],
    )
    def test_it_sees_strings(self, source: str):
        assert {room for room, _ in referred(ast.parse(source))} == {"findings"}

    @pytest.mark.parametrize(
        "source",
        [
            "import findings.models",
            "from findings import models",
            "from findings.models import Finding",
            "if TYPE_CHECKING:\n    from findings.models import Finding",
            "def f():\n    from findings.models import Finding",
        ],
    )
    def test_it_sees_imports(self, source: str):
        assert {room_of(name) for _, name in imported(ast.parse(source))} == {"findings"}

    def test_it_reads_no_prose(self):
        assert not list(
            referred(ast.parse('"""findings.models and findings_finding"""\nx = "the findings."'))
        )

    def test_it_sees_circles(self):
        graph = {"a": {"b"}, "b": {"c"}, "c": {"b"}}
        assert find_circle(graph, "a", [], set()) == ["b", "c", "b"]

    @pytest.mark.parametrize(
        ("user", "used", "may"),
        [
            ("stakeholders", "carportal.core", True),
            ("carportal.core", "stakeholders", False),
            ("actionplans.plans", "actionplans.sharing", False),
            ("actionplans.sharing", "actionplans.plans", True),
            ("actionplans.sharing", "actionplans.duties", False),
            ("actionplans.duties", "actionplans.evidence", True),
            ("actionplans.duties", "actionplans.calls", False),
            ("actionplans.calls", "actionplans.duties", True),
            ("actionplans.sharing", "actionplans.updates", False),
            ("actionplans.updates", "actionplans.sharing", True),
            ("actionplans.updates", "actionplans.calls", False),
            ("actionplans.calls", "actionplans.updates", False),
            ("actionplans.plans", "actionplans", False),
            ("actionplans.pdf", "actionplans.sharing", False),
            ("actionplans.support", "actionplans.sharing", False),
            ("actionplans.threads", "actionplans.support", True),
            ("actionplans.evidence", "actionplans.sharing", False),
            ("findings", "findings", True),
        ],
    )
    def test_it_knows_the_order(self, user: str, used: str, may: bool):
        assert may_use(user, used) is may
