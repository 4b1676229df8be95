"""An attacker gets nothing: the hour of `journeys.attacker`, in seconds."""

from pathlib import Path

import pytest

from rounds import rounds

from .attacker import attacked

pytestmark = [pytest.mark.slow, pytest.mark.prove]


def test_an_attacker_gets_nothing(tmp_path: Path) -> None:
    tried, loot = attacked(tmp_path, rounds(some=12, many=1800))
    assert loot == []
    assert tried > 30
