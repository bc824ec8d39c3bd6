"""What goes as one message, and what never does."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.notice import Notice, NoticeKind
from responders.batching import MOST, grouped, ordinary, together
from responders.channels import wecom
from responders.channels.answer import Rate
from tests.responders.samples import a_notice, changed


def fits(notice: Notice) -> bool:
    return len(wecom.bodies(notice)) == 1


def numbered(count: int, **more: object) -> list[Notice]:
    return [a_notice(f"k{n}", subject=f"【舆情Ⅳ级】[TH-{n:03d}] 请于6月8日14:15前首次回应", **more) for n in range(count)]


def test_while_there_is_room_each_goes_by_itself() -> None:
    assert [len(group) for group in grouped(numbered(5), 5, fits)] == [1] * 5


def test_under_pressure_one_reader_s_notices_are_one_message_that_names_each() -> None:
    (group,) = grouped(numbered(6), 5, fits)
    message = together(group)
    assert message.subject == "【合并通知】6件"
    assert [f"[TH-{n:03d}] 请于6月8日14:15前" in message.text for n in range(6)] == [True] * 6
    assert message.text.count("http://127.0.0.1:8700/cases/") == 6
    assert {n.key for n in group} == {f"k{n}" for n in range(6)}


@pytest.mark.parametrize(
    "other",
    [
        {"recipient": "zjj"}, {"address": "x@tinghu.example"}, {"urgent": True}, {"kind": NoticeKind.DIGEST}, {"kind": NoticeKind.ALARM},
        {"attachments": ("a.docx",)},
    ],
)  # fmt: skip
def test_another_reader_an_urgent_one_and_a_digest_go_apart(other: dict[str, object]) -> None:
    queue = [*numbered(3), a_notice("other", **other)]
    assert sorted(len(group) for group in grouped(queue, 2, fits)) == [1, 3]


def test_urgent_ones_stay_in_front() -> None:
    queue = [a_notice("urgent", urgent=True), *numbered(3)]
    assert grouped(queue, 1, fits)[0][0].urgent


def test_urgent_ones_together_say_so() -> None:
    assert together(numbered(2, urgent=True)).subject == "【急】【合并通知】2件"


def test_a_notice_too_long_by_itself_goes_by_itself() -> None:
    queue = [changed(n, subject="停水" * 3_000) for n in numbered(3)]
    assert [len(group) for group in grouped(queue, 1, fits)] == [1, 1, 1]


@given(st.lists(st.tuples(st.sampled_from(["gs", "zjj"]), st.booleans(), st.integers(0, 1_500)), max_size=90), st.integers(0, 20))
def test_every_notice_is_in_exactly_one_message_that_fits(rows: Sequence[tuple[str, bool, int]], room: int) -> None:
    queue = [a_notice(f"k{n}", recipient=unit, urgent=urgent, subject="水" * size) for n, (unit, urgent, size) in enumerate(rows)]
    groups = grouped(queue, room, fits)
    assert sorted(n.key for group in groups for n in group) == sorted(n.key for n in queue)
    for group in groups:
        assert 1 <= len(group) <= MOST
        assert len({(n.recipient, n.urgent) for n in group}) == 1
        assert len(group) == 1 or fits(together(group))


def test_a_part_of_every_rate_is_kept_for_urgent_ones() -> None:
    assert [r.count for r in ordinary((Rate(count=100, seconds=60), Rate(count=10, seconds=1), Rate(count=9, seconds=1)))] == [80, 8, 9]
