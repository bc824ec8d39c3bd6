"""The demo judged: what the sample town's officials would have done, beside what the machine proposed."""

import asyncio
import re
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from classifiers.model import load_model
from huiying import pipeline
from huiying.cli import MODEL, quiet_log
from huiying.demo import open_demo
from huiying.office import Office
from huiying.settings import find_config_dir, load_settings
from huiying.town.expectations import Expectation, load_expectations
from records.case import Case

_ITEM = (("n", r"art_12219_(\d+)"), ("t", r"thread-(\d+)-1-1"), ("f", r"wemedia/(\d+)"), ("m", r"letter-(\d+)"))


def item_of(url: str) -> str:
    """The town's item behind an address, "" for none."""
    return next((f"{kind}{int(m[1]):02d}" for kind, pattern in _ITEM if (m := re.search(pattern, url))), "")


def proposals(office: Office) -> tuple[dict[str, str], dict[str, Case]]:
    """Item → event id, event id → case, after one round."""
    posts = office.ledger.posts_seen(office.beginning_of_time, office.end_of_time)
    heads = {p.id: item_of(p.url) for p in posts if p.floor == 0}
    events = office.ledger.events_touched(office.beginning_of_time, office.end_of_time)
    return {heads[p]: e.id for e in events for p in e.post_ids if p in heads}, {c.event_id: c for c in office.ledger.cases()}


async def judged(folder: Path) -> tuple[dict[str, str], dict[str, Case]]:
    """One round of the demo, alerts not confirmed."""
    settings = load_settings(find_config_dir(None, {}), {})
    async with open_demo(settings, folder, load_model(MODEL)) as office:
        account = pipeline.Account()
        await pipeline.collect_due(office, account)
        await pipeline.judge(office, account)
        return proposals(office)


def run() -> None:
    """Prints cases found, noise alerted, and how often lead, category, form and level are as expected."""
    quiet_log("error")
    with tempfile.TemporaryDirectory() as folder:
        events, cases = asyncio.run(judged(Path(folder)))
    expected = load_expectations()
    wanted = {item: e for item, e in expected.items() if e.case}
    found = {item: cases[events[item]] for item in wanted if events.get(item) in cases}
    noise = sorted(item for item, e in expected.items() if not e.case and events.get(item) in cases)
    print(f"town: {len(found)} of {len(wanted)} deserving items have a case; noise alerted: {len(noise)} {' '.join(noise)}")
    checks = {"lead": _lead, "category": _category, "form": _form, "level": _level}
    for name, right in checks.items():
        wrong = [item for item, case in found.items() if not right(case, wanted[item])]
        print(f"  {name:9} {len(found) - len(wrong)}/{len(found)}  wrong: {' '.join(sorted(wrong))}")
    print(f"  missed    {' '.join(sorted(set(wanted) - set(found)))}")
    print(f"  happenings told as several events: {_split(expected, events) or 'none'}")


def _lead(case: Case, e: Expectation) -> bool:
    return case.routing.lead in e.lead


def _category(case: Case, e: Expectation) -> bool:
    return e.categories[0] in case.labels


def _form(case: Case, e: Expectation) -> bool:
    return case.form == e.form


def _level(case: Case, e: Expectation) -> bool:
    return case.opinion_level.value == e.level


def _split(expected: Mapping[str, Expectation], events: Mapping[str, str]) -> dict[str, int]:
    told: dict[str, set[str]] = defaultdict(set)
    for item, e in expected.items():
        if e.event and item in events:
            told[e.event].add(events[item])
    return {name: len(found) for name, found in told.items() if len(found) > 1}
