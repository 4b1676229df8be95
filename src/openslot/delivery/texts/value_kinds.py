"""What kind of value each part of a text gives, so that no text fails when it is filled. Pure."""

from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import nodes

LIST_NAME, NUMBER_NAME = "resources", "party"
_ORDERS = {"lt": "<", "lteq": "<=", "gt": ">", "gteq": ">="}
_MEMBERSHIPS = {"in": "in", "notin": "not in"}


class ValueKind(Enum):
    """Kinds of values, as far as comparisons and filters differ."""

    TEXT = auto()
    NUMBER = auto()
    LIST = auto()
    OTHER = auto()  # true, false, nothing, or sometimes one kind and sometimes another


def kind_of(node: "nodes.Expr | None", of_loop: frozenset[str]) -> ValueKind:
    """The kind of an expression's value; `of_loop` are the names that a loop has made."""
    from jinja2 import nodes  # noqa: PLC0415

    match node:
        case nodes.Const(value=str()):
            return ValueKind.TEXT
        case nodes.Const(value=int() | float()) if not isinstance(node.value, bool):
            return ValueKind.NUMBER
        case nodes.Name():
            return _kind_of_name(node.name, of_loop)
        case nodes.Getattr(attr="index"):
            return ValueKind.NUMBER
        case nodes.Filter(name="default"):
            return _shared_kind(of_loop, node.node, *node.args[:1])
        case nodes.Filter():
            return ValueKind.TEXT
        case nodes.CondExpr():
            return _shared_kind(of_loop, node.expr1, node.expr2)
        case nodes.And() | nodes.Or():
            return _shared_kind(of_loop, node.left, node.right)
    return ValueKind.OTHER


def fault_of_comparison(node: "nodes.Compare", of_loop: frozenset[str]) -> str | None:
    """Why two values cannot be compared; None: they can. Whatever is equal or not always can."""
    left = kind_of(node.expr, of_loop)
    for operand in node.ops:
        right = kind_of(operand.expr, of_loop)
        if operand.op in _ORDERS and (left is not right or left not in _ORDERED):
            return f"{_ORDERS[operand.op]!r} compares a number with a number, or two texts"
        if operand.op in _MEMBERSHIPS and (left is not ValueKind.TEXT or right not in _HOLDING):
            return f"{_MEMBERSHIPS[operand.op]!r} looks for a text in a text or in {LIST_NAME}"
        left = right
    return None


_ORDERED = (ValueKind.NUMBER, ValueKind.TEXT)
_HOLDING = (ValueKind.TEXT, ValueKind.LIST)


def _kind_of_name(name: str, of_loop: frozenset[str]) -> ValueKind:
    if name in of_loop:
        return ValueKind.TEXT
    return {LIST_NAME: ValueKind.LIST, NUMBER_NAME: ValueKind.NUMBER}.get(name, ValueKind.TEXT)


def _shared_kind(of_loop: frozenset[str], *parts: "nodes.Expr | None") -> ValueKind:
    kinds = {kind_of(part, of_loop) for part in parts}
    return kinds.pop() if len(kinds) == 1 else ValueKind.OTHER
