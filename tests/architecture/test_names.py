"""One word has one meaning: banned words are in no name, and no two classes share one."""

import re
from collections import defaultdict

from .source import File, files, words

# STYLE.md, "In names", says what to write instead.
BANNED_WORDS = {
    *("kept", "placing", "stranding", "fitting", "exemption", "aside", "reply", "replies"),
    *("envelope", "utils", "helpers", "manager"),
}
# Those that are fine as a part of another name.
BANNED_ALONE = {"derived", "standing", "asked", "once", "visit", "visits", "common", "beside"}
BANNED_NAMES = re.compile(
    r"place_anyway|NEVER_AGAIN_ASKED|past_time|forget_old|is_listing|plain_functions"
    r"|written_later|browser_programs|signing_in$|own_account|authorize_giving"
)
BANNED_FILES = {"base", "core", "helpers", "utils", "common", "manager", "words", "answers"}
# Words that a standard or the wire has.
ALLOWED = {
    "common_passwords": "the field's word for passwords that are tried first",
    "COMMON_PASSWORDS": "the same",
}


def test_names_hold_no_banned_word() -> None:
    assert {file.name: said for file in files() if (said := _banned(file))} == {}


def test_no_two_classes_share_a_name() -> None:
    places = defaultdict(list)
    for file in files():
        for node in file.tree.body:
            if hasattr(node, "bases"):
                places[node.name].append(file.name)
    assert len(places) > 200
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def _banned(file: File) -> list[tuple[int, str]]:
    """The names of a file that say it in a word that is not ours, with their lines."""
    stem = file.path.stem
    said = [(0, stem)] if stem in BANNED_FILES else []
    return said + [
        (line, name)
        for name, line in {stem: 0, **file.named}.items()
        if name not in ALLOWED
        and (
            BANNED_WORDS.intersection(words(name))
            or name.strip("_").lower() in BANNED_ALONE
            or BANNED_NAMES.search(name)
        )
    ]
