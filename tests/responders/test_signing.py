"""Who may sign, for which unit, until which day, and what a paper signature needs."""

from datetime import date
from typing import Any

import pytest

from records.unit import Capacity, Signer, Unit
from responders.cases import MoveRefusedError
from responders.signing import OnPaper, responding, signature
from tests.makers import an_answer
from tests.responders.samples import changed, units

LAST = date(2018, 6, 30)
HEAD = Signer(name="主要负责人甲", capacity=Capacity.HEAD)
ACTING = Signer(name="分管负责人乙", capacity=Capacity.DEPUTY, deputises="主要负责人甲", until=LAST)


def water(*signers: Signer) -> Unit:
    found: Unit = changed(units().get("gs"), signers=signers)
    return found


def sign(by: str, unit: Unit, today: date = LAST, paper: OnPaper | None = None) -> Any:
    return signature(an_answer(), "d1", unit, by, today, paper)


def test_a_signer_signs_in_their_capacity() -> None:
    done = sign("主要负责人甲", water(HEAD, ACTING))
    assert (done.answer_id, done.unit, done.capacity, done.on_behalf_of, done.deputised_until) == ("d1", "gs", Capacity.HEAD, "", "")


def test_a_deputy_signs_to_the_end_of_the_last_day() -> None:
    done = sign("分管负责人乙", water(HEAD, ACTING))
    assert (done.capacity, done.on_behalf_of, done.deputised_until) == (Capacity.DEPUTY, "主要负责人甲", "2018-06-30")
    with pytest.raises(MoveRefusedError, match="授权已于2018-06-30到期"):
        sign("分管负责人乙", water(HEAD, ACTING), date(2018, 7, 1))


def test_a_deputy_without_a_last_day_cannot_sign() -> None:
    with pytest.raises(MoveRefusedError, match="没有写明截止日期"):
        sign("分管负责人乙", water(changed(ACTING, until=None)))


@pytest.mark.parametrize("by", ["路人", "", "主要负责人", "主要负责人甲 "])
def test_anybody_else_is_refused_and_the_signers_named(by: str) -> None:
    with pytest.raises(MoveRefusedError, match=r"可签批：主要负责人甲（主要负责人）、分管负责人乙（分管负责人）"):
        sign(by, water(HEAD, ACTING))


def test_a_unit_without_signers_says_where_to_write_them() -> None:
    with pytest.raises(MoveRefusedError, match=r"units\.toml"):
        sign("主要负责人甲", water())


def scan(by: str) -> OnPaper:
    return OnPaper(scan_sha256="ab" * 32, capacity=Capacity.HEAD, registered_by=by)


def test_a_paper_signature_needs_no_entry_but_a_second_person() -> None:
    done = sign("局长", water(), paper=scan(" 登记员 "))
    assert (done.capacity, done.scan_sha256, done.registered_by, done.unit) == (Capacity.HEAD, "ab" * 32, "登记员", "gs")


@pytest.mark.parametrize("registrar", ["", "  ", "局长", "局长 ", "局　长", "局 长", "系统", "system"])
def test_the_registrar_is_another_person(registrar: str) -> None:
    with pytest.raises(MoveRefusedError):
        sign("局长", water(), paper=scan(registrar))


def test_the_office_signs_joint_texts_and_its_own() -> None:
    known = units()
    assert responding(an_answer(), "gs", known).id == "gs"
    assert responding(an_answer(joint=("zjj",)), "gs", known).id == known.office
    assert responding(an_answer(), known.office, known).id == known.office


def test_a_unit_that_is_gone_cannot_sign() -> None:
    with pytest.raises(MoveRefusedError, match="单位 jiu 不在名录中"):
        responding(an_answer(), "jiu", units())
