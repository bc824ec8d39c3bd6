"""GBK that is also valid UTF-8, and UTF-8 that must stay UTF-8."""

import pytest

from monitor.charset import decode


@pytest.mark.parametrize(
    ("text", "encoding"), [("停水通知", "gbk"), ("联通", "gbk"), ("café olé", "utf-8"), ("naïve", "utf-8"), ("停水", "utf-8")]
)
def test_short_texts_keep_their_meaning(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding))[0] == text
