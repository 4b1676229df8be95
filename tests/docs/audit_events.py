"""Every type of event that the code can add to the audit trail, read from the code itself."""

import ast
from collections.abc import Iterator
from pathlib import Path

import openslot

_SOURCE = Path(openslot.__file__).parent
# Which argument is the type: `audit.record(tx, type, …)`, `LateAuditEntry(account, type, …)`
_ADDS = {"record": 1, "LateAuditEntry": 1}


def types_in_code() -> set[str]:
    """The types of all events.

    Raises:
        AssertionError: a type is neither a text nor handed on to a function of the same module.
    """
    return {
        event_type
        for file in _SOURCE.rglob("*.py")
        if "audit" in (text := file.read_text(encoding="utf-8"))
        for event_type in _types(ast.parse(text), file)
    }


def _types(module: ast.Module, file: Path) -> Iterator[str]:
    functions = [node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)]
    for call in _calls(module):
        name = _name(call)
        of_audit = isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) == "audit"
        if name not in _ADDS or not (of_audit or name == "LateAuditEntry"):
            continue
        given = call.args[_ADDS[name]]
        if not isinstance(given, ast.Name):
            yield from _texts(given, file)
            continue
        around = next(f for f in functions if f.lineno <= call.lineno <= (f.end_lineno or 0))
        place = [argument.arg for argument in around.args.args].index(given.id)
        callers = [other for other in _calls(module) if _name(other) == around.name]
        assert callers, f"{file}:{call.lineno}: nobody names the type"
        for caller in callers:
            yield from _texts(caller.args[place], file)


def _texts(node: ast.expr, file: Path) -> Iterator[str]:
    """One text, or either of two."""
    for part in (node.body, node.orelse) if isinstance(node, ast.IfExp) else (node,):
        assert isinstance(part, ast.Constant), f"{file}:{node.lineno}: {ast.unparse(node)}"
        yield str(part.value)


def _calls(tree: ast.AST) -> list[ast.Call]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ast.unparse(call.func)
