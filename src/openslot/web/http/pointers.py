"""Where in a request the field of a fault stands, as a JSON pointer (RFC 6901).

The domain names fields: `party`, `customer.email`, `answers.2.id`. An interface says in a table
where those that it calls otherwise stand; of the rest each step is a member in camel case.
"""

from collections.abc import Mapping

Pointers = Mapping[str, str]  # field: pointer; what stands under a field stands under its pointer
AS_NAMED: Pointers = {}


def pointer_of(field: str, pointers: Pointers = AS_NAMED) -> str:
    """The pointer of a field; one that an interface made itself stays, as "" does for the whole."""
    if not field or field.startswith("/"):
        return field
    steps = field.split(".")
    for count in range(len(steps), 0, -1):
        above = pointers.get(".".join(steps[:count]))
        if above is not None:
            return above + _below(steps[count:])
    return _below(steps)


def _below(steps: list[str]) -> str:
    return "".join("/" + _camel_case(step) for step in steps)


def _camel_case(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
