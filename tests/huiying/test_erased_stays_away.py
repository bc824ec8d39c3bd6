"""What was erased does not come back by the next round over a live site."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from classifiers.model import LinearModel
from huiying import pipeline
from huiying.demo import open_demo
from huiying.erasing import erase_post
from huiying.settings import Settings


def test_an_erased_page_is_not_collected_again(settings: Settings, model: LinearModel, tmp_path: Path) -> None:
    clock = [datetime.now(UTC)]

    async def go() -> tuple[set[str], set[str], str, list[str]]:
        async with open_demo(settings, tmp_path, model, now=lambda: clock[0]) as office:
            await pipeline.collect_due(office, pipeline.Account())
            posts = office.ledger.posts_seen(office.beginning_of_time, office.end_of_time)
            gone = next(p for p in posts if p.source_id == "town-news")
            erase_post(office, gone.url, by="值班员甲", why="当事人依法要求")
            for source in office.settings.sources:
                await pipeline.poll(office, source, None, pipeline.Account())
            after = office.ledger.posts_seen(office.beginning_of_time, office.end_of_time)
            return {p.id for p in posts}, {p.id for p in after}, gone.id, office.ledger.verify_audit()

    before, after, gone, problems = asyncio.run(go())
    assert before - after == {gone}
    assert problems == []
