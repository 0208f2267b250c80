"""The second half of ./run, inside .venv: does what was asked for."""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from forum.local import environment, prepare
from forum.local.environment import MANAGE, PYTHON, ROOT, Place
from forum.local.up import up

PYTEST = (*PYTHON, "-m", "pytest")
SCRIPTS = {"bench": ROOT / "bench", "drill": ROOT / "tests" / "drills"}


def main(command: str, arguments: list[str]) -> None:
    place = environment.read(dict(os.environ))
    try:
        place.var.mkdir(mode=0o700, parents=True, exist_ok=True)  # names and addresses of citizens will lie here
    except OSError as error:
        sys.exit(f"The folder {place.var} cannot be made: {os.strerror(error.errno)}. Choose another: VAR=/path ./run")
    if command == "up":
        up(place)
        return
    if command in SCRIPTS:
        arguments = [str(choose(command, arguments)), *arguments[1:]]
    prepare.files(place)
    become({"manage": MANAGE, "test": PYTEST}.get(command, PYTHON), arguments, place)


def choose(command: str, arguments: list[str]) -> Path:
    """The measurement or drill of that name. Without a name, list what there is and what each is for."""
    scripts = {path.stem.replace("_", "-"): path for path in sorted(SCRIPTS[command].glob("[a-z]*.py"))}
    if arguments and (name := arguments[0].replace("_", "-")) in scripts:
        return scripts[name]
    for name, path in scripts.items():
        promise = ast.get_docstring(ast.parse(path.read_text())) or ""
        print(f"./run {command} {name:20} {promise.splitlines()[0] if promise else ''}")
    sys.exit(f"There is no {command} called {arguments[0]!r}." if arguments else 0)


def become(command: Sequence[str], arguments: list[str], place: Place) -> NoReturn:
    """Go on as that command: its signals and its exit code are ours."""
    os.execve(command[0], [*command, *arguments], place.environ)


if __name__ == "__main__":
    try:
        main(sys.argv[1], sys.argv[2:])
    except KeyboardInterrupt:
        sys.exit(130)
