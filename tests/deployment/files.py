"""The files that a deployment starts from, as tests read them."""

import ast
import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
HANDBOOK = (ROOT / "docs" / "deploy.md").read_text()


class Instruction(NamedTuple):
    """`RUN`, and the rest of its lines as one."""

    name: str
    text: str


def dockerfile() -> list[Instruction]:
    kept = [
        line for line in (ROOT / "Dockerfile").read_text().splitlines() if not line.lstrip().startswith("#")
    ]
    logical = re.sub(r"\\\n\s*", "", "\n".join(kept))
    lines = [line for line in logical.splitlines() if line.strip()]
    return [Instruction(*line.split(maxsplit=1)) for line in lines]


def instructions(name: str) -> list[str]:
    return [each.text for each in dockerfile() if each.name == name]


def image_environment() -> dict[str, str]:
    return dict(part.split("=", 1) for text in instructions("ENV") for part in shlex.split(text))


class Example(NamedTuple):
    """A line of .env.example: `is_set` unless it is a comment; `said` is what stands above it."""

    name: str
    value: str
    is_set: bool
    said: str


def examples() -> list[Example]:
    found, said = [], list[str]()
    for line in (ROOT / ".env.example").read_text().splitlines():
        if match := re.fullmatch(r"(#?)([A-Z][A-Z_]+)=(.*)", line):
            found.append(Example(match[2], match[3], not match[1], " ".join(said)))
        elif line.startswith("# "):
            said.append(line.removeprefix("# "))
        else:
            said.clear()
    return found


class Read(NamedTuple):
    """A variable that the code asks for; `default` is None where it has none, or one that is worked out."""

    name: str
    default: object


@cache
def read_by_code() -> list[Read]:
    """All of a deployment's: not what the local run asks for."""
    return [
        found
        for path in sorted((ROOT / "carportal").rglob("*.py"))
        if "local" not in path.relative_to(ROOT).parts
        for node in ast.walk(ast.parse(path.read_text()))
        if (found := _reading(node))
    ]


def _reading(node: ast.AST) -> Read | None:
    """`env.int("NAME", default=7)`, `os.environ.get("NAME")` or `os.environ["NAME"]`."""
    asked: ast.expr | None = None
    default = None
    if (
        isinstance(node, ast.Call)
        and re.match(r"env\.|os\.environ\.get", ast.unparse(node.func))
        and node.args
    ):
        asked = node.args[0]
        default = next((word.value for word in node.keywords if word.arg == "default"), None)
    elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
        asked = node.slice
    if not isinstance(asked, ast.Constant):
        return None
    return Read(str(asked.value), default.value if isinstance(default, ast.Constant) else None)


def commands_of_handbook() -> Iterator[list[str]]:
    """The commands that docs/deploy.md shows: indented, and within its sentences in code."""
    shown = re.findall(r"^ {4}(\S.*)$", HANDBOOK, re.MULTILINE)
    told = [" ".join(code.split()) for code in re.findall(r"`((?:docker|git) [^`]+)`", HANDBOOK)]
    programs = ("docker", "git", "cp", "chmod", "install")
    for line in [*shown, *told]:
        if line.startswith(programs):
            yield shlex.split(line)
