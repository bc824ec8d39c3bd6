"""供公开发布: what was signed for the public, as published; never a post, a withheld answer or a 检举控告."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from docx import Document

from huiying import case_papers, case_verbs
from huiying.office import Desk
from huiying.public_digest import make_public, public_answers
from huiying.settings import Settings
from records.instant import SHANGHAI
from records.paper import Disclosure
from tests.huiying.desk import SIGNER, desk_in, take, waiting_case
from tests.makers import NOW, a_post, an_answer

DAY = date(2018, 6, 9)
WAY = ("交办", "签收", "核查", "反馈", "签批", "公开回应")


@pytest.fixture
def desk(tmp_path: Path, settings: Settings) -> Iterator[Desk]:
    with desk_in(tmp_path, settings) as opened:
        yield opened


def told(desk: Desk) -> str:
    html, word = make_public(desk, DAY)
    paragraphs = "\n".join(p.text for p in Document(io.BytesIO(word.read_bytes())).paragraphs)
    page = html.read_text(encoding="utf-8")
    assert "主管道破裂" in paragraphs or "没有公开发布" in paragraphs
    return page


def test_a_published_answer_stands_with_unit_form_and_address_and_no_post(desk: Desk) -> None:
    take(desk, waiting_case(desk).number, *WAY)
    page = told(desk)
    for said in ("关于停水的说明", "主管道破裂", "盐城汇津水务", "研究解决1件", "http://www.tinghu.example/1.html", "1/1（样本不足10件，不列率）"):
        assert said in page
    assert a_post().url not in page
    assert a_post().text not in page
    assert "TH-20180608" not in page


def test_withheld_unpublished_and_other_months_are_not_told(desk: Desk) -> None:
    first, second = (waiting_case(desk, name).number for name in "12")
    take(desk, first, *WAY[:-1])
    take(desk, second, "交办", "签收", "核查")
    answer = an_answer(disclosure=Disclosure.PARTLY, withheld_why="涉及个人隐私")
    for unit in ("gs", "zjj"):
        case_papers.file_answer(desk, second, answer, by="联络员", unit=unit)
    case_papers.vet(desk, second, passed=True, by="保密员", why="不涉密")
    case_verbs.move(desk, second, "反馈", by="联络员", why="已核查")
    case_verbs.move(desk, second, "签批", by=SIGNER, why="同意")
    case_verbs.move(desk, second, "公开回应", by="联络员", why="已公布", details=case_verbs.Details(url="http://a.example/2"))
    page = told(desk)
    assert "公开回应0件" in page
    assert "没有公开发布" in page
    july = NOW.astimezone(SHANGHAI) + timedelta(days=30)
    assert public_answers(desk, july, july + timedelta(days=30)) == []


def test_an_accusation_is_never_told(desk: Desk) -> None:
    case = take(desk, waiting_case(desk).number, *WAY)
    assert len(public_answers(desk, NOW - timedelta(days=1), NOW + timedelta(days=1))) == 1
    secret = replace(case.routing, lead=desk.settings.units.discipline, joint=())
    desk.ledger.engine.execute("update cases set routing = :r", r=_json(secret))
    assert public_answers(desk, NOW - timedelta(days=1), NOW + timedelta(days=1)) == []


def _json(routing: object) -> str:
    from pydantic import TypeAdapter

    return TypeAdapter(type(routing)).dump_json(routing).decode()


def test_late_and_in_time_are_counted(tmp_path: Path, settings: Settings) -> None:
    clock = [NOW]
    with desk_in(tmp_path / "late", settings, lambda: clock[0]) as desk:
        number = waiting_case(desk).number
        take(desk, number, *WAY[:-1])
        clock[0] = NOW + timedelta(hours=49)
        take(desk, number, "公开回应")
        (one,) = public_answers(desk, NOW - timedelta(days=1), NOW + timedelta(days=9))
        assert one.on_time is False


def test_numbers_of_people_are_masked(desk: Desk) -> None:
    number = waiting_case(desk).number
    take(desk, number, "交办", "签收", "核查")
    answer = an_answer(text="主管道破裂。请联系13900000000。")
    for unit in ("gs", "zjj"):
        case_papers.file_answer(desk, number, answer, by="联络员", unit=unit)
    case_papers.vet(desk, number, passed=True, by="保密员", why="不涉密")
    case_verbs.move(desk, number, "反馈", by="联络员", why="已核查")
    case_verbs.move(desk, number, "签批", by=SIGNER, why="同意")
    take(desk, number, "公开回应")
    page = told(desk)
    assert "13900000000" not in page
    assert "〔电话〕" in page
