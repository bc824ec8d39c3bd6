"""What a case file answers when it is asked for one thing: the newest, the named, or nothing."""

import pytest

from records.case import CaseState
from records.paper import Answer, Conference, GraveReport, SecrecyReview, Signature
from responders.form_file import FormNotReadyError, day, lines, moment, span
from tests.responders.form_files import a_file, a_secret_file, moves
from tests.responders.samples import at, changed


@pytest.mark.parametrize(("nth", "serial"), [(0, 2), (1, 1), (2, 2)])
def test_written_is_the_newest_or_the_nth(nth: int, serial: int) -> None:
    found = a_file().written(GraveReport, nth)
    assert found is not None
    assert found[1].serial == serial


@pytest.mark.parametrize("nth", [3, 99])
def test_a_paper_beyond_the_last_is_none(nth: int) -> None:
    assert a_file().written(GraveReport, nth) is None


def test_must_have_names_the_case_and_the_paper() -> None:
    with pytest.raises(FormNotReadyError, match="TH-20180608-003：案卷中没有新闻发布会"):
        a_file().must_have(Conference)


def test_about_finds_only_what_speaks_of_that_answer() -> None:
    file = a_file()
    assert file.about("a", Signature, lambda s: s.answer_id) is not None
    assert file.about("other", Signature, lambda s: s.answer_id) is None
    assert file.about("a", SecrecyReview, lambda r: r.answer_id) != file.about("a", Signature, lambda s: s.answer_id)


def test_the_last_move_into_a_state_and_since() -> None:
    file = a_file()
    signed = file.last_move(CaseState.SIGNED_FOR)
    assert signed == moves()[2]
    assert file.last_move(CaseState.SIGNED_FOR, since=at("08 09:21")) is None
    assert file.last_move(CaseState.CLOSED) is None


def test_of_two_clocks_of_a_kind_the_earlier_counts() -> None:
    file = a_file()
    later = changed(file.case.deadlines[0], due_at=at("09 09:30"))
    both = changed(file, case=changed(file.case, deadlines=(later, *file.case.deadlines)))
    assert both.due("sign") == "2018年6月8日09:30前（建议值）"
    assert both.due("press") == ""


@pytest.mark.parametrize(("seconds", "words"), [
    (-5, "不足1分钟"), (0, "不足1分钟"), (60, "1分钟"), (3_599, "59分钟"), (86_400, "1天"), (90_061, "1天1小时1分钟"),
])  # fmt: skip
def test_span(seconds: int, words: str) -> None:
    assert span(seconds) == words


@pytest.mark.parametrize(("text", "found"), [
    ("", [""]), (" \n\t\n", [""]), ("一\r\n二", ["一", "二"]), ("一\x0b二", ["一 二"]), ("\ud800停水", ["停水"]), ("车牌苏J12345", ["车牌〔车牌〕"]),
])  # fmt: skip
def test_lines(text: str, found: list[str]) -> None:
    assert lines(text) == found


def test_a_day_on_paper_is_the_office_s_day() -> None:
    assert (day(at("08 00:01")), day(at("08 23:59")), moment(at("08 00:01"))) == ("2018年6月8日", "2018年6月8日", "2018年6月8日00:01")


def test_a_secret_file_shows_neither_title_nor_names() -> None:
    assert a_secret_file().secret
    assert a_secret_file().title == "检举控告类线索（内容另行密送）"
    assert not a_file().secret


def test_unknown_ids_stay_as_they_are() -> None:
    file = a_file()
    assert (file.unit("gone"), file.source("gone"), file.form_name("R9")) == ("gone", "gone", "R9")
    assert file.unit_list(()) == ""


def test_the_answer_on_file_is_found_by_its_kind() -> None:
    paper, answer = a_file().must_have(Answer)
    assert (paper.id, answer.title) == ("a", "关于先锋街道停水问题的回应")
