"""The digest's mail: a draft to the analyst, reviewed ones to leaders, only inside the building, each address once an issue."""

from dataclasses import replace
from datetime import date

import pytest

from records.channel import ChannelConfig, ChannelKind
from records.notice import NoticeKind
from responders.digest_mail import DigestMail, digest_notices
from tests.makers import NOW

MAIL = ChannelConfig(id="mail", kind=ChannelKind.SMTP, enabled=True, host="127.0.0.1", sender="a@tinghu.example")
ISSUE = DigestMail(day=date(2018, 6, 8), reviewed_by="", office_name="区政府办<公开科>", attachments=("digests/a.docx", "digests/a.html"))
TO = ("a@tinghu.example", "b@tinghu.example")


def notices(issue: DigestMail = ISSUE, to: tuple[str, ...] = TO, *channels: ChannelConfig) -> list[object]:
    ids = iter("abcdef")
    return list(digest_notices(issue, to, channels or (MAIL,), ("tinghu.example",), now=NOW, new_id=lambda: next(ids)))


def test_a_draft_says_so_and_carries_both_files() -> None:
    (first, second) = digest_notices(ISSUE, TO, (MAIL,), ("tinghu.example",), now=NOW, new_id=lambda: "n")
    assert first.subject == "【未经审核】每日舆情（2018年6月8日）"
    assert "未经审核" in first.text
    assert first.attachments == ISSUE.attachments
    assert first.kind is NoticeKind.DIGEST
    assert first.key != second.key
    assert "区政府办&lt;公开科&gt;" in first.html


def test_the_reviewed_issue_is_another_message() -> None:
    reviewed = replace(ISSUE, reviewed_by="审核员")
    draft_keys = {n.key for n in digest_notices(ISSUE, TO, (MAIL,), ("tinghu.example",), now=NOW, new_id=lambda: "n")}
    found = digest_notices(reviewed, TO, (MAIL,), ("tinghu.example",), now=NOW, new_id=lambda: "n")
    assert draft_keys.isdisjoint(n.key for n in found)
    assert found[0].subject == "每日舆情（2018年6月8日）"
    assert "已由审核员审核" in found[0].text


@pytest.mark.parametrize(
    ("to", "channel", "count"),
    [
        (("a@tinghu.example", "a@tinghu.example"), MAIL, 1),
        (("x@elsewhere.example", "a@tinghu.example"), MAIL, 1),
        (TO, replace(MAIL, enabled=False), 0),
        (TO, replace(MAIL, public=True), 0),
        (TO, replace(MAIL, kind=ChannelKind.WECOM), 0),
        ((), MAIL, 0),
    ],
)
def test_who_gets_one(to: tuple[str, ...], channel: ChannelConfig, count: int) -> None:
    assert len(notices(ISSUE, to, channel)) == count


def test_each_kind_has_its_name_and_its_own_key() -> None:
    weekly = replace(ISSUE, kind="weekly", name="舆情周报")
    daily_key, weekly_key = (notices(issue)[0].key for issue in (ISSUE, weekly))  # type: ignore[attr-defined]
    assert daily_key == "digest:2018-06-08:draft:mail:a@tinghu.example", "letters queued before kinds were many keep their key"
    assert weekly_key == "digest:2018-06-08:weekly:draft:mail:a@tinghu.example"
    assert notices(weekly)[0].subject == "【未经审核】舆情周报（2018年6月8日）"  # type: ignore[attr-defined]
