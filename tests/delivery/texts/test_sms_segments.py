"""How long an SMS is."""

import pytest

from openslot.delivery.texts.sms_segments import GSM_7, UCS_2, SmsLength, sms_length


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", SmsLength(GSM_7, 0, 1)),
        ("a" * 160, SmsLength(GSM_7, 160, 1)),
        ("a" * 161, SmsLength(GSM_7, 161, 2)),
        ("a" * 306, SmsLength(GSM_7, 306, 2)),
        ("a" * 307, SmsLength(GSM_7, 307, 3)),
        ("^{}\\[]~|€\f", SmsLength(GSM_7, 20, 1)),
        ("a" * 159 + "€", SmsLength(GSM_7, 161, 2)),
        ("a" * 152 + "€" + "a" * 152, SmsLength(GSM_7, 306, 3)),  # the € is not divided
        ("ş" + "a" * 69, SmsLength(UCS_2, 70, 1)),
        ("ş" + "a" * 70, SmsLength(UCS_2, 71, 2)),
        ("😀" * 35, SmsLength(UCS_2, 70, 1)),
        ("😀" * 66, SmsLength(UCS_2, 132, 2)),  # 33 in each
    ],
)
def test_the_encoding_decides_what_fits(text: str, length: SmsLength) -> None:
    assert sms_length(text) == length
