"""签收 by the link of a notice: looking signs nothing, pressing signs once, and a spent, foreign, old or forged link signs nothing at all."""

from dataclasses import replace
from pathlib import Path

import pytest
from itsdangerous import URLSafeTimedSerializer
from itsdangerous.timed import TimestampSigner

from huiying import case_verbs
from huiying.settings import Settings
from records.case import Case, CaseState
from records.channel import ChannelConfig, ChannelKind
from records.notice import NoticeKind, NoticeState
from records.paper import Means, Receipt
from tests.huiying.desk import desk_in, take, waiting_case, with_mail
from tests.workbench.bench import DISCIPLINE, JOINT, LEAD, OTHER, Bench
from tests.workbench.test_forgery import ledger
from workbench.receipt_links import HOURS, LinkError, LinkSigner, signer_in
from workbench.receipt_pages import MOST_WRONG

SIGNED = {"act": "签收", "name": "演示联络员"}
BACK = {"act": "退回", "name": "演示联络员", "why": "不属本单位职责", "unit": OTHER}


def dispatched(bench: Bench, name: str = "1", lead: str = LEAD, **post: object) -> Case:
    return take(bench.desk, bench.case(name, lead, **post).number, "交办")


def link(bench: Bench, case: Case) -> str:
    return f"/qs/{bench.links.make(case)}"


def state(bench: Bench, case: Case) -> CaseState:
    found = bench.actions.file(case.number)
    assert found is not None
    return found.case.state


def receipts(bench: Bench, case: Case) -> list[tuple[str, str, Means]]:
    return [(p.by, p.content.unit, p.content.means) for p in bench.desk.ledger.papers(case.id) if isinstance(p.content, Receipt)]


def test_looking_signs_nothing(bench: Bench) -> None:
    case = dispatched(bench)
    before, browser = ledger(bench), bench.browser()
    for _ in range(3):
        answer = browser.get(link(bench, case))
        assert answer.status_code == 200
        assert case.number in answer.text
    browser.ask("HEAD", link(bench, case))
    assert ledger(bench) == before
    assert "set-cookie" not in answer.headers


def test_pressing_signs_with_a_name_a_paper_and_an_audit_entry(bench: Bench) -> None:
    case = dispatched(bench)
    answer = bench.browser().ask("POST", link(bench, case), SIGNED)
    assert (answer.status_code, "已签收" in answer.text) == (200, True)
    assert state(bench, case) is CaseState.SIGNED_FOR
    assert receipts(bench, case) == [("演示联络员", LEAD, Means.LINK)]
    move = bench.desk.ledger.transitions(case.id)[-1]
    assert (move.actor, move.why) == ("演示联络员", "凭通知中的链接签收")
    assert "演示联络员" in [r.actor for r in bench.actions.audit(3)]
    assert bench.desk.ledger.verify_audit() == []


@pytest.mark.parametrize("second", [SIGNED, BACK, {}], ids=["签收", "退回", "nothing"])
@pytest.mark.parametrize("first", [SIGNED, BACK], ids=["签收", "退回"])
def test_a_link_is_used_once(bench: Bench, first: dict[str, str], second: dict[str, str]) -> None:
    case = dispatched(bench)
    browser, address = bench.browser(), link(bench, case)
    assert browser.ask("POST", address, first).status_code == 200
    before = ledger(bench)
    assert browser.ask("POST", address, second).status_code == 410
    assert browser.get(address).status_code == 410
    assert ledger(bench) == before


@pytest.mark.parametrize(("name", "status"), [("", 400), (" ", 400), ("\t", 400), ("系统", 400), ("huiying", 400), ("演示联络员", 200)])
def test_nobody_signs_without_a_name(bench: Bench, name: str, status: int) -> None:
    case = dispatched(bench)
    assert bench.browser().ask("POST", link(bench, case), SIGNED | {"name": name}).status_code == status
    assert state(bench, case) is (CaseState.SIGNED_FOR if status == 200 else CaseState.DISPATCHED)
    assert len(receipts(bench, case)) == (status == 200)


@pytest.mark.parametrize("act", [None, "", "同意", "签批", "办结", "signed", "交办"])
def test_only_the_two_buttons_do_anything(bench: Bench, act: str | None) -> None:
    case = dispatched(bench)
    before = ledger(bench)
    fields = {"name": "演示联络员"} | ({"act": act} if act is not None else {})
    assert bench.browser().ask("POST", link(bench, case), fields).status_code == 400
    assert ledger(bench) == before


@pytest.mark.parametrize(("fields", "status", "said"), [
    (BACK, 200, "已退回"), (BACK | {"unit": ""}, 400, "应由哪个单位办理"), (BACK | {"unit": LEAD}, 400, "就是现在的牵头单位"),
    (BACK | {"unit": "没有"}, 400, "没有单位"), (BACK | {"why": ""}, 400, "理由"),
])  # fmt: skip
def test_sending_back_names_the_unit_and_says_why(bench: Bench, fields: dict[str, str], status: int, said: str) -> None:
    case = dispatched(bench)
    answer = bench.browser().ask("POST", link(bench, case), fields)
    assert (answer.status_code, said in answer.text) == (status, True)
    assert state(bench, case) is (CaseState.RETURNED if status == 200 else CaseState.DISPATCHED)
    name = bench.actions.units.get(OTHER).name
    assert (f"（应由{name}办理）" in bench.desk.ledger.transitions(case.id)[-1].why) == (status == 200)


def test_a_second_sending_back_is_refused(bench: Bench) -> None:
    case = dispatched(bench)
    bench.browser().ask("POST", link(bench, case), BACK)
    bench.clock.pass_by(minutes=1)
    again = take(bench.desk, case.number, "交办")
    answer = bench.browser().ask("POST", link(bench, again), BACK)
    assert (answer.status_code, "不得再退" in answer.text) == (400, True)
    assert bench.browser().ask("POST", link(bench, again), SIGNED).status_code == 200


def test_a_link_of_an_earlier_dispatch_is_spent(bench: Bench) -> None:
    case = dispatched(bench)
    old = link(bench, case)
    bench.browser().ask("POST", old, BACK)
    bench.clock.pass_by(minutes=1)
    again = take(bench.desk, case.number, "交办")
    assert state(bench, case) is CaseState.DISPATCHED
    assert bench.browser().get(old).status_code == 410
    assert bench.browser().ask("POST", old, SIGNED).status_code == 410
    assert bench.browser().get(link(bench, again)).status_code == 200


def test_after_another_unit_was_put_in_charge_the_former_ones_link_is_spent(bench: Bench) -> None:
    case = dispatched(bench)
    bench.browser().ask("POST", link(bench, case), BACK)
    moved = case_verbs.move(bench.desk, case.number, "交办", by="值班员", why="按职责改派", unit=OTHER)  # in the same instant of the clock
    assert (moved.routing.lead, moved.dispatched_at) == (OTHER, case.dispatched_at)
    before = ledger(bench)
    assert bench.browser().ask("POST", link(bench, case), SIGNED).status_code == 410
    assert ledger(bench) == before
    assert bench.browser().ask("POST", link(bench, moved), SIGNED).status_code == 200
    assert receipts(bench, case) == [("演示联络员", OTHER, Means.LINK)]


@pytest.mark.parametrize("to", ["撤销", "签收"])
def test_a_link_of_a_case_that_moved_on_is_spent(bench: Bench, to: str) -> None:
    case = dispatched(bench)
    take(bench.desk, case.number, to)
    assert bench.browser().ask("POST", link(bench, case), SIGNED).status_code == 410


@pytest.mark.parametrize(("hours", "alive"), [(0, True), (HOURS - 1, True), (HOURS, True), (HOURS + 1, False), (24 * 365, False)])
def test_a_link_lives_seventy_two_hours(bench: Bench, monkeypatch: pytest.MonkeyPatch, hours: int, alive: bool) -> None:
    case = dispatched(bench)
    made = link(bench, case)
    now = TimestampSigner("k").get_timestamp()
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self: now + hours * 3600)
    answer = bench.browser().ask("POST", made, SIGNED)
    assert (answer.status_code, f"已过{HOURS}小时" in answer.text) == (200 if alive else 410, not alive)


def forged(bench: Bench, case: Case) -> list[str]:
    """Links that are none: changed letter by letter, of other keys and salts, of other contents under the right key."""
    good, key = bench.links.make(case), (bench.desk.data / "receipt.key").read_text(encoding="ascii")
    content = [case.number, LEAD, 0]
    ours = URLSafeTimedSerializer(key, salt="huiying.receipt")
    head, stamp, seal = good.rsplit(".", 2)
    return [
        *(good[:n] + ("A" if good[n] != "A" else "B") + good[n + 1 :] for n in range(0, len(good) - 1, 5)), good[:-2], good.upper(), "x",
        good + "A", f"{head}.{stamp}", f"{head}..{seal}", f".{stamp}.{seal}", "." * 50,
        "A" * 5000, LinkSigner("another key").make(case), str(URLSafeTimedSerializer(key, salt="other").dumps(content)),
        *(str(ours.dumps(c)) for c in (content, [], {}, None, "x", [1, 2, 3], [case.number], [case.number, LEAD, "x"], [case.number, OTHER, 1])),
    ]  # fmt: skip


def test_forged_links_sign_nothing(bench: Bench) -> None:
    case = dispatched(bench)
    for n, token in enumerate(forged(bench, case)):
        browser = bench.browser(address=f"10.9.{n}.1")
        assert browser.get(f"/qs/{token}").status_code == 410, token
        assert browser.ask("POST", f"/qs/{token}", SIGNED).status_code == 410, token
    assert state(bench, case) is CaseState.DISPATCHED
    assert receipts(bench, case) == []


def test_bad_links_from_one_address_are_stopped_and_another_address_is_not(bench: Bench) -> None:
    case = dispatched(bench)
    guessing, honest = bench.browser(address="10.6.6.6"), bench.browser(address="10.0.0.2")
    said = [guessing.get(f"/qs/guess{n}").text for n in range(MOST_WRONG + 1)]
    assert ["尝试次数过多" in text for text in said] == [False] * MOST_WRONG + [True]
    assert guessing.ask("POST", link(bench, case), SIGNED).status_code == 410
    assert honest.get(link(bench, case)).status_code == 200
    bench.clock.pass_by(minutes=15)
    assert guessing.ask("POST", link(bench, case), SIGNED).status_code == 200


def test_spent_links_do_not_lock_a_unit_out(bench: Bench) -> None:
    """People open old mails: a link that was ours is no guess."""
    case = dispatched(bench)
    browser, old = bench.browser(), link(bench, case)
    browser.ask("POST", old, SIGNED)
    for _ in range(MOST_WRONG + 5):
        browser.get(old)
    other = dispatched(bench, "2")
    assert browser.get(link(bench, other)).status_code == 200


def test_a_link_signs_for_no_login(bench: Bench) -> None:
    case = dispatched(bench)
    browser = bench.browser()
    browser.get(link(bench, case))
    assert browser.get(f"/cases/{case.number}").headers["location"] == "/login"


@pytest.mark.parametrize("lead", [LEAD, DISCIPLINE])
def test_nothing_of_what_people_wrote_stands_on_the_page(bench: Bench, lead: str) -> None:
    case = dispatched(bench, lead=lead, title="标题甲甲甲", text="正文乙乙乙电话13900000000", url="http://a.example/bingbing")
    browser = bench.browser()
    address = link(bench, case)
    asked = (browser.get(address), *(browser.ask("POST", address, SIGNED | {"name": name}) for name in ("", "演示联络员")), browser.get(address))
    assert [page.status_code for page in asked] == [200, 400, 200, 410]
    for page in asked:
        for word in ("标题甲", "正文乙", "13900000000", "bingbing", "a.example", "按职责", "停水"):
            assert word not in page.text, word
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] in ("same-origin", "no-referrer"), "the token stands in the address"


# where the link goes


def with_robots(settings: Settings) -> Settings:
    """Every unit has a mailbox; the leading and a joint unit a robot in a public cloud beside it."""
    base = with_mail(settings)
    robots = tuple(
        ChannelConfig(id=f"robot-{u}", kind=ChannelKind.WECOM, enabled=True, base_url="http://127.0.0.1:9", key="k", public=True)
        for u in (LEAD, JOINT)
    )
    by_id = {robot.id for robot in robots}
    units = tuple(replace(u, channels=("mail", f"robot-{u.id}")) if f"robot-{u.id}" in by_id else u for u in base.units.units)
    return replace(base, office=replace(base.office, channel=(*base.office.channel, *robots)), units=replace(base.units, units=units))


def test_the_link_goes_to_the_leading_unit_alone(tmp_path: Path, settings: Settings) -> None:
    with desk_in(tmp_path, with_robots(settings)) as opened:
        desk = replace(opened, settings=with_robots(settings))
        waiting_case(desk)
        case = take(desk, "TH-20180608-001", "交办")
        told = [n for state in NoticeState for n in desk.ledger.notices(state)]
        sent = [n for n in told if n.kind is NoticeKind.DISPATCH]
        holders = {(n.recipient, n.channel) for n in sent if "/qs/" in n.text + n.html}
        assert holders == {(LEAD, "mail"), (LEAD, f"robot-{LEAD}")}
        assert {n.recipient for n in sent} >= {LEAD, JOINT}
        assert all("/qs/" not in n.text + n.html for n in told if n.kind is not NoticeKind.DISPATCH)
        token = next(n.text for n in sent if n.recipient == LEAD).split("/qs/")[1].split()[0]
        assert signer_in(desk.data).read(token).fits(case)


def test_the_key_is_made_once_and_read_by_its_owner_alone(tmp_path: Path, bench: Bench) -> None:
    case = dispatched(bench)
    one, other = signer_in(tmp_path), signer_in(tmp_path)
    assert other.read(one.make(case)).number == case.number
    assert (tmp_path / "receipt.key").stat().st_mode & 0o777 == 0o600
    (tmp_path / "elsewhere").mkdir()
    with pytest.raises(LinkError, match="无效"):
        signer_in(tmp_path / "elsewhere").read(one.make(case))


def test_a_case_that_is_not_dispatched_has_no_link(bench: Bench) -> None:
    with pytest.raises(ValueError, match="not dispatched"):
        bench.links.make(replace(bench.case("1"), dispatched_at=None))
