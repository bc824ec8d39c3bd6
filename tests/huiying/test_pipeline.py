"""The whole way on the sample town: real bytes over real protocols, good sources beside broken ones."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from classifiers.model import LinearModel
from huiying import pipeline
from huiying.demo import open_demo
from huiying.office import Office
from huiying.settings import Settings
from records.case import ActorKind, CaseState
from records.notice import NoticeKind, NoticeState
from tests.makers import STATE, a_post


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def town(settings: Settings, folder: Path, model: LinearModel, broken: tuple[str, ...] = ()) -> AsyncIterator[Office]:
    """The demo's office, with sources at `broken` paths of the town beside the good ones."""
    async with open_demo(settings, folder, model) as office:
        good = office.settings.sources
        base = good[0].url.removesuffix("/news/")
        bad = tuple(replace(good[0], id=f"bad-{n}", name=f"坏源{n}", url=path if "//" in path else base + path) for n, path in enumerate(broken))
        allow = (*office.settings.office.private_allow, *(b.url.split("/")[2] for b in bad))
        changed = replace(office.settings, sources=(*good, *bad), office=replace(office.settings.office, private_allow=allow))
        office.fetcher._allow = frozenset(allow)
        yield replace(office, settings=changed)


def test_broken_sources_are_named_and_the_rest_goes_on(settings: Settings, model: LinearModel, tmp_path: Path) -> None:
    dead = f"http://127.0.0.1:{free_port()}/news/"

    async def go() -> None:
        async with town(settings, tmp_path, model, ("/broken/404", "/broken/500", dead, "/private/")) as office:
            account = await pipeline.one_round(office)
            states = office.ledger.fetch_states()
            for n, said in enumerate(("404", "500", "127.0.0.1", "robots")):
                assert states[f"bad-{n}"].failures == 1, n
                assert said in states[f"bad-{n}"].last_error
                assert states[f"bad-{n}"].due_at > office.now()
                assert any(f"坏源{n}" in problem for problem in account.problems)
            assert all(states[s.id].failures == 0 for s in office.settings.sources if not s.id.startswith("bad"))
            assert account.new_posts >= 71
            assert account.opened

    asyncio.run(go())


def test_the_machine_alone_only_sends_alerts(settings: Settings, model: LinearModel, tmp_path: Path) -> None:
    async def go() -> None:
        async with town(settings, tmp_path, model) as office:
            account = await pipeline.one_round(office)
            cases = office.ledger.cases()
            assert [c.number for c in cases] == [c.number for c in account.opened]
            assert {c.state for c in cases} == {CaseState.ALERTED}
            assert {t.actor_kind for c in cases for t in office.ledger.transitions(c.id)} == {ActorKind.MACHINE}
            assert {n.kind for n in office.ledger.notices()} == {NoticeKind.ALERT}
            assert all(not {d.kind for d in c.deadlines} & {"sign", "reply", "close"} for c in cases), "no unit clock before 交办"

    asyncio.run(go())


def test_every_alert_says_to_whom_why_and_until_when(settings: Settings, model: LinearModel, tmp_path: Path) -> None:
    async def go() -> None:
        async with town(settings, tmp_path, model) as office:
            await pipeline.one_round(office)
            numbers = {c.id: c for c in office.ledger.cases()}
            for notice in office.ledger.notices():
                case = numbers[notice.case_id]
                assert case.number in notice.subject + notice.text
                assert "系统初判" in notice.text
                if notice.channel == "mail" and notice.recipient == case.routing.lead and case.routing.lead != "jwjw":
                    assert "公开回应" in notice.text
                    assert "为什么是你单位" in notice.text
                    assert case.routing.reasons[0].split("（把握")[0] in notice.text
                if notice.channel != "mail":
                    assert case.title not in notice.text, "no text of a post on a public robot"

    asyncio.run(go())


def test_a_second_round_changes_nothing(settings: Settings, model: LinearModel, tmp_path: Path) -> None:
    async def go() -> None:
        async with town(settings, tmp_path, model) as office:
            await pipeline.one_round(office)
            before = [(c.number, c.opinion_level, c.version) for c in office.ledger.cases()], len(office.ledger.notices())
            states = office.ledger.fetch_states()
            for source in office.settings.sources:
                await pipeline.poll(office, source, states[source.id], account := pipeline.Account())
                assert account.new_posts == 0
            await pipeline.judge(office, account)
            assert ([(c.number, c.opinion_level, c.version) for c in office.ledger.cases()], len(office.ledger.notices())) == before

    asyncio.run(go())


def test_everything_queued_arrives(settings: Settings, model: LinearModel, tmp_path: Path) -> None:
    async def go() -> None:
        async with town(settings, tmp_path, model) as office:
            await pipeline.one_round(office)
            sent = [n for n in office.ledger.notices(NoticeState.SENT) if n.channel == "mail"]
            assert len(list((tmp_path / "received" / "mail").glob("*.eml"))) == len(sent) > 10
            assert office.ledger.notices(NoticeState.DEAD) == []

    asyncio.run(go())


def test_evidence_is_the_very_bytes_the_server_sent(settings: Settings, model: LinearModel, tmp_path: Path) -> None:
    async def go() -> None:
        async with town(settings, tmp_path, model) as office:
            await pipeline.one_round(office)
            for case in office.ledger.cases():
                for post_id, body in office.ledger.evidence(case.id).items():
                    (post,) = office.ledger.posts([post_id])
                    page = office.ledger.page(post.raw_sha256)
                    assert page is not None
                    assert page.body == body
                    said = (post.title or post.text)[:5]
                    assert said.encode("gb18030") in body or said.encode() in body

    asyncio.run(go())


@pytest.mark.parametrize("text", ["【停水】", "100%_纯", "' or 1=1 --"])
def test_odd_titles_are_only_titles(settings: Settings, model: LinearModel, tmp_path: Path, text: str) -> None:
    async def go() -> None:
        async with town(settings, tmp_path, model) as office:
            words = "盐城市亭湖区先锋街道停水三天，打了多次电话，互相推诿"
            at = office.now()
            post = a_post(title=f"{text}先锋街道三个小区停水三天没人管", text=words, first_seen_at=at, published_at=at)
            office.ledger.add_collected([post], [], STATE)
            await pipeline.judge(office, account := pipeline.Account())
            assert account.problems == []
            assert [c.title for c in account.opened] == [post.title]

    asyncio.run(go())
