"""The alarm of what could not be delivered: once a letter, over other channels, without its text."""

import itertools

import pytest

from records.channel import ChannelConfig
from records.notice import Delivery, Notice, NoticeKind, NoticeState, Outcome
from responders.dead_letters import MOST, Alarming, Letter, compose_alarms, untold
from tests.responders.samples import DINGTALK, FEISHU, MAIL, NOW, WECOM, a_letter, a_notice, changed


def letter(key: str = "k1", **more: object) -> Letter:
    dead = a_notice(key, **({"state": NoticeState.DEAD, "attempts": 1, "text": "先锋街道停水"} | more))
    return dead, Delivery(notice_id=dead.id, attempt=dead.attempts, at=NOW, outcome=Outcome.PERMANENT, code="93000", detail="密钥错误")


def alarms(letters: list[Letter], *channels: ChannelConfig) -> list[Notice]:
    ids = itertools.count()
    by = Alarming(channels=channels, address="yanpan@tinghu.example", office_name="亭湖区政府办公室", now=NOW, new_id=lambda: f"a{next(ids)}")
    return compose_alarms(letters, by)


def test_the_office_hears_over_every_other_channel_that_is_on() -> None:
    found = alarms([letter()], WECOM, MAIL, FEISHU, changed(DINGTALK, enabled=False))
    assert [(n.channel, n.address, n.kind, n.urgent) for n in found] == [
        ("mail", "yanpan@tinghu.example", NoticeKind.ALARM, True), ("feishu", "", NoticeKind.ALARM, True),
    ]  # fmt: skip
    for said in ("TH-20180608-003", "gs", "wecom", "93000 密钥错误", "huiying notices --dead"):
        assert said in found[0].text
    assert "停水" not in found[0].text + found[0].subject


def test_where_there_is_no_other_channel_the_failed_one_is_tried() -> None:
    assert [n.channel for n in alarms([letter()], WECOM)] == ["wecom"]
    assert alarms([letter()], changed(WECOM, enabled=False)) == []


def test_a_letter_is_told_once_and_again_when_it_dies_again() -> None:
    first = letter()
    keys = [n.key for n in alarms([first], WECOM, MAIL)]
    assert untold([first], keys) == []
    assert untold([first, letter("k2")], keys) == [letter("k2")]
    again = letter(attempts=2)
    assert untold([again], keys) == [again]
    assert untold([first], ["digest:2018-06-08:draft:mail:x", "watchdog"]) == [first]


def test_alarms_about_alarms_are_not_made() -> None:
    assert untold([letter(kind=NoticeKind.ALARM)], []) == []


@pytest.mark.parametrize(("count", "messages"), [(1, 1), (MOST, 1), (MOST + 1, 2), (35, 4)])
def test_many_letters_are_few_alarms_and_every_one_is_named(count: int, messages: int) -> None:
    letters = [letter(f"k{n:02d}") for n in range(count)]
    found = alarms(letters, WECOM, MAIL)
    assert len(found) == messages
    assert untold(letters, [n.key for n in found]) == []
    assert len({n.key for n in found}) == messages


def test_each_failing_channel_is_told_over_the_others() -> None:
    dead = changed(a_letter("m"), state=NoticeState.DEAD, attempts=1)
    mail = (dead, changed(letter()[1], notice_id=dead.id, code="550"))
    assert [(n.channel, "550" in n.text) for n in alarms([letter(), mail], WECOM, MAIL)] == [("wecom", True), ("mail", False)]
