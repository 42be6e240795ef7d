"""How the source is cut: small files, small functions, every package in its layer."""

from __future__ import annotations

import ast

from tests.repository.tree import ROOT, SOURCE, pyproject

FILE_LIMIT = 500
FUNCTION_LIMIT = 70


def sources() -> list[tuple[str, str]]:
    return [(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in SOURCE.rglob("*.py")]


def test_files_are_shorter_than_500_lines() -> None:
    long = [f"{path}: {lines} lines" for path, text in sources() if (lines := text.count("\n")) >= FILE_LIMIT]

    assert long == []


def test_functions_are_shorter_than_70_lines() -> None:
    long = []
    for path, text in sources():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines >= FUNCTION_LIMIT:
                    long.append(f"{path}: {node.name} has {lines} lines")

    assert long == []


def test_every_package_says_what_it_is() -> None:
    silent = [
        path for path, text in sources() if path.endswith("__init__.py") and not ast.get_docstring(ast.parse(text))
    ]

    assert silent == []


def test_every_part_of_the_package_has_its_place_among_the_layers() -> None:
    contracts = pyproject()["tool"]["importlinter"]["contracts"]
    layers = {name for one in contracts for name in one.get("layers", [])}
    entries = [path for path in SOURCE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()]
    parts = {f"safecourse.{path.stem}" for path in entries if path.stem not in ("__init__", "__main__")}

    assert parts - layers == {"safecourse.reference"}, "add the new part to the import contracts in pyproject.toml"


def test_nothing_but_the_command_line_and_the_tests_may_use_the_reference() -> None:
    contracts = {one["name"]: one for one in pyproject()["tool"]["importlinter"]["contracts"]}
    layers = set(contracts["Dependencies point up the reading order, never down it"]["layers"])

    assert set(contracts["Only the command line may call the reference evaluator"]["source_modules"]) == layers - {
        "safecourse.cli"
    }
    assert set(contracts["The reference evaluator shares no code with the engine"]["forbidden_modules"]) == layers
