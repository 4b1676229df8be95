"""Texts that an account writes for itself: judged when they are written, filled when they are sent.

They are templates of Jinja2 in its sandbox, and of its language only a small part is taken: what
cannot compute cannot run for long or grow large either. Pure.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from openslot.delivery.texts.facts import variable_names
from openslot.delivery.texts.value_kinds import LIST_NAME, ValueKind, fault_of_comparison, kind_of

if TYPE_CHECKING:
    from jinja2 import nodes
    from jinja2.sandbox import SandboxedEnvironment

LONGEST_TEXT = 10_000
FILTERS = frozenset({"capitalize", "default", "first", "join", "last", "lower", "trim", "upper"})
_MOST_ARGUMENTS = {"default": 2, "join": 1}
_LOOP_FACTS = frozenset({"first", "last", "index"})
_TAG, _LINE_END = re.compile(r"\{[{%#]"), re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class AccountText:
    """A text of an account for one kind, channel and locale."""

    kind: str
    channel: str
    locale: str
    subject: str  # of mail
    text: str
    html: str | None = None  # None: it is made of `text`


@dataclass(frozen=True, slots=True)
class TextFault:
    """What is wrong with a text, and where in it; both from 1."""

    detail: str
    line: int
    column: int


def fault_of_text(kind: str, text: str) -> TextFault | None:
    """The first thing that keeps a text of a kind from being sent; None: nothing does."""
    from jinja2 import TemplateSyntaxError  # noqa: PLC0415

    if len(text) > LONGEST_TEXT:
        return TextFault(f"It has {len(text)} characters; at most {LONGEST_TEXT} are taken", 1, 1)
    environment = _environment(is_html=False)
    try:
        tree = environment.parse(text)
        found = next(_faults(tree, variable_names(kind)), None)
        if found is not None:
            detail, line, word = found
            return TextFault(detail, line, _column(environment, text, line, word))
        # A text becomes a program when it is filled, and programs have limits of their own.
        environment.compile(text)
    except TemplateSyntaxError as error:
        return TextFault(f"{error.message}", error.lineno, _column_of_tag(text, error.lineno))
    except (SyntaxError, RecursionError, MemoryError):
        return _TOO_DEEP
    except ValueError:  # of thousands of digits
        return TextFault("It has a number that is too long", 1, 1)
    return None


def filled(text: str, values: Mapping[str, Any], *, is_html: bool = False) -> str:
    """A text with its values. In HTML markup in a value is escaped.

    Values are data: what looks like a part of a template in one of them stays as it is.

    Raises:
        TemplateError: `fault_of_text` has something against the text.
    """
    return _environment(is_html=is_html).from_string(text).render(values)


def _faults(tree: "nodes.Template", names: frozenset[str]) -> Iterator[tuple[str, int, str]]:
    """What is wrong, in which line, and the word that shows where."""
    from jinja2 import nodes  # noqa: PLC0415

    taken = (
        *(nodes.Output, nodes.TemplateData, nodes.Const, nodes.Name, nodes.If, nodes.For),
        *(nodes.Filter, nodes.Getattr, nodes.Compare, nodes.Operand, nodes.Not, nodes.And),
        *(nodes.Or, nodes.CondExpr),
    )
    stack: list[tuple[nodes.Node, frozenset[str]]] = [
        (child, frozenset()) for child in tree.iter_child_nodes()
    ]
    while stack:
        node, of_loop = stack.pop(0)
        if not isinstance(node, taken):
            yield "Only variables, if, for and filters can stand here", node.lineno, ""
        if isinstance(node, nodes.Name) and node.name not in names | of_loop:
            known = ", ".join(sorted(names))
            yield (
                f"There is no variable {node.name!r} here; there are {known}",
                node.lineno,
                (node.name),
            )
        if isinstance(node, nodes.Getattr) and not _is_of_loop(node, of_loop):
            yield f"{node.attr!r} cannot be read here", node.lineno, node.attr
        if isinstance(node, nodes.Const) and not _is_text_of_characters(node.value):
            yield "A text in quotes holds half a character; write it as it is", node.lineno, ""
        if isinstance(node, nodes.Compare):
            detail = fault_of_comparison(node, of_loop)
            if detail is not None:
                yield detail, node.lineno, ""
        if isinstance(node, nodes.Filter):
            yield from _faults_of_filter(node, of_loop)
        if isinstance(node, nodes.For):
            yield from _faults_of_loop(node, of_loop)
            target = node.target.name if isinstance(node.target, nodes.Name) else ""
            of_loop = of_loop | {target, "loop"}
            stack[:0] = [(c, of_loop) for c in node.iter_child_nodes() if c is not node.target]
        else:
            stack[:0] = [(child, of_loop) for child in node.iter_child_nodes()]


def _is_of_loop(node: "nodes.Getattr", of_loop: frozenset[str]) -> bool:
    from jinja2 import nodes  # noqa: PLC0415

    is_loop = isinstance(node.node, nodes.Name) and node.node.name == "loop"
    return is_loop and "loop" in of_loop and node.attr in _LOOP_FACTS


def _is_text_of_characters(value: object) -> bool:
    """Whether UTF-8 can hold a constant; the half of a pair of UTF-16 is none of its characters."""
    return not isinstance(value, str) or not any("\ud800" <= one <= "\udfff" for one in value)


def _faults_of_filter(
    node: "nodes.Filter", of_loop: frozenset[str]
) -> Iterator[tuple[str, int, str]]:
    from jinja2 import nodes  # noqa: PLC0415

    if node.name not in FILTERS:
        yield (
            f"There is no filter {node.name!r}; there are {', '.join(sorted(FILTERS))}",
            (node.lineno),
            node.name,
        )
    constant = all(isinstance(argument, nodes.Const) for argument in node.args)
    if not constant or node.kwargs or node.dyn_args is not None or node.dyn_kwargs is not None:
        yield f"What filter {node.name!r} is given must be a text in quotes", node.lineno, node.name
    most = _MOST_ARGUMENTS.get(node.name, 0)
    if len(node.args) > most:
        yield f"Filter {node.name!r} is given too much; at most {most}", node.lineno, node.name
    given = kind_of(node.node, of_loop)
    # Text joined with text over and over would grow without end.
    if node.name == "join" and not (isinstance(node.node, nodes.Name) and given is ValueKind.LIST):
        yield f"Filter 'join' joins {LIST_NAME} alone", node.lineno, node.name
    if node.name in ("first", "last") and given not in (ValueKind.TEXT, ValueKind.LIST):
        yield f"Filter {node.name!r} takes a text or {LIST_NAME}", node.lineno, node.name


def _faults_of_loop(node: "nodes.For", of_loop: frozenset[str]) -> Iterator[tuple[str, int, str]]:
    from jinja2 import nodes  # noqa: PLC0415

    if of_loop:
        yield "A loop cannot stand inside another", node.lineno, "for"
    goes_through_list = isinstance(node.iter, nodes.Name) and node.iter.name == LIST_NAME
    if not goes_through_list or not isinstance(node.target, nodes.Name) or node.recursive:
        yield f"A loop goes through {LIST_NAME}: for one in {LIST_NAME}", node.lineno, "for"


def _column(environment: "SandboxedEnvironment", text: str, line: int, word: str) -> int:
    """Where a word first stands in its line, as one of the template and not of the text around."""
    place = 0
    for at_line, kind, token in environment.lex(text):
        if at_line == line and kind == "name" and (token == word or not word):
            return place - (text.rfind("\n", 0, place) + 1) + 1
        place += len(token)
    return 1


def _column_of_tag(text: str, line: int) -> int:
    """Where the first tag of a line begins: the parser says the line alone."""
    found = [_TAG.search(one) for one in _LINE_END.split(text)[line - 1 : line]]
    return next((tag.start() + 1 for tag in found if tag), 1)


def _first(value: Sequence[str]) -> str:
    """Nothing of nothing: a customer may have no first name."""
    return value[0] if value else ""


def _last(value: Sequence[str]) -> str:
    return value[-1] if value else ""


_TOO_DEEP = TextFault("Its parts stand in each other too deeply", 1, 1)


@lru_cache(maxsize=2)
def _environment(*, is_html: bool) -> "SandboxedEnvironment":
    from jinja2 import StrictUndefined  # noqa: PLC0415
    from jinja2.sandbox import SandboxedEnvironment  # noqa: PLC0415

    environment = SandboxedEnvironment(
        autoescape=is_html, undefined=StrictUndefined, keep_trailing_newline=True, cache_size=0
    )
    environment.filters = {name: environment.filters[name] for name in FILTERS}
    environment.filters |= {"first": _first, "last": _last}
    environment.globals.clear()
    environment.tests.clear()
    return environment
