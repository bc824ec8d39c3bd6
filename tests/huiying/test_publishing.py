"""A look at the page where an answer should stand, on a real HTTP server: advisory, never raised, says what to do."""

import asyncio

import pytest

from huiying.demo_officer import page_of
from huiying.publishing import compared, look
from monitor.fetch import Limits
from tests.makers import NOW, an_answer
from tests.monitor.loopback_site import Clock, Request, Route, Site, answer, fetcher, public_fetcher

TEXT = "经查，主管道于6月8日凌晨破裂，造成三个小区停水。\n抢修队连夜更换破裂管段二十米，已于6月9日18时恢复供水。\n下一步本月底前完成老旧管网排查。"
SIGNED = an_answer(text=TEXT)
WHOLE = page_of(SIGNED)


async def hangs(request: Request, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(30)


def seen(route: Route, path: str = "/1.html") -> str:
    async def run() -> str:
        async with Site({"/1.html": route}) as site, fetcher(site, limits=Limits(deadline=0.5)) as made:
            return await look(made, site.url(path), SIGNED, NOW)

    return asyncio.run(run())


def test_a_published_answer_is_found() -> None:
    assert seen(answer(WHOLE)) == "页面已打开，签批文本3句全部可见"


def test_a_changed_sentence_is_counted() -> None:
    assert seen(answer(WHOLE.replace("6月9日18时", "6月10日18时"))) == "页面已打开，但签批文本3句中有1句未见，请人工核对"


@pytest.mark.parametrize(
    ("route", "path"), [(answer(WHOLE), "/2.html"), (answer("", status=500), "/1.html"), (hangs, "/1.html")], ids=["404", "500", "slow"]
)
def test_what_cannot_be_read_is_told(route: Route, path: str) -> None:
    assert seen(route, path).startswith("页面未能核查：")


def test_robots_are_obeyed_here_too() -> None:
    async def run() -> tuple[str, list[str]]:
        routes: dict[str, Route] = {"/robots.txt": answer("User-agent: *\nDisallow: /", kind="text/plain"), "/1.html": answer(WHOLE)}
        async with Site(routes) as site, public_fetcher(Clock()) as made:
            return await look(made, site.url("/1.html", "gov.example"), SIGNED, NOW), site.paths()

    said, asked = asyncio.run(run())
    assert said.startswith("页面未能核查：")
    assert "robots" in said
    assert asked == []


@pytest.mark.parametrize(
    ("page", "signed", "said"),
    [
        ("已于 6月9日\n修复路灯共十二盏", "已于6月9日修复路灯共十二盏。", "1句全部可见"), ("", "已于6月9日修复路灯共十二盏。", "1句中有1句未见"),
        ("已办结", "已办结。", "1句"), ("甲", "短。句。都。短。", "1句中有1句未见"),
    ],
)  # fmt: skip
def test_sentences_compared(page: str, signed: str, said: str) -> None:
    assert said in compared(page, signed)
