"""How an item of a collection is written, and how what a request says of it is checked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from openslot.storage.transactions import AccountTx
from openslot.web.http.request_parsing import RequestModel
from openslot.web.http.route import Call

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Representation(Generic[T]):
    """How an item of a collection is written and what its changes are checked by."""

    model: type[BaseModel]
    created: type[BaseModel] | None = None  # what a creation shows; `model` by default
    request: type[RequestModel]
    described_by: type[BaseModel] | None = None  # where a file's rules judge the request
    show: Callable[[AccountTx, T], Any]
    id_of: Callable[[T], str]
    etag: Callable[[AccountTx, T], str]
    cursor: Callable[[T], str]
    fixed: tuple[str, ...] = ()  # members that a patch may repeat but not change
    # What a patch is merged into: the members that can be changed.
    entry: Callable[[AccountTx, T], Mapping[str, Any]]
    # The content of a new item, and of an item that a patch was merged into. Both raise Invalid.
    new: Callable[[AccountTx, Call, Any], Any]
    changed: Callable[[AccountTx, Call, T, Mapping[str, Any]], Any]
    # The members that show the secrets of a new item, by what its actions call them.
    shown_once: Callable[[AccountTx, Call, Mapping[str, str]], Mapping[str, str]] | None = None
