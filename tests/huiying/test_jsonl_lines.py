"""Lines that break parsers: one answer in the line's place, its number on stderr, and every other line as if alone."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from classifiers.assess import Assessor
from classifiers.mixing import UNCALIBRATED
from classifiers.model import LinearModel
from huiying.__main__ import app
from huiying.jsonl import BATCH, BadLine, assess_lines, gather_lines, instant, parse
from huiying.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
GOOD = '{"id":"good","text":"先锋街道停水三天"}'

BAD = [
    ("[" * 100_000, "not JSON"),
    ('{"id":1,"text":"x"', "not JSON"),
    ('{"id":1}{"id":2}', "not JSON: Extra data"),
    ('{"id":' + "9" * 5_000 + "}", "not JSON"),
    ('{"id":NaN,"text":"停水"}', "NaN is no JSON number"),
    ('{"id":1e400,"text":"停水"}', "1e400 is no JSON number"),
    ('{"id":1,"reach":-Infinity}', "-Infinity is no JSON number"),
    ("{'id':1}", "not JSON"),
    ('{"id":1,"text":"a\tb"}', "not JSON: Invalid control character"),
    ('{"id":"a\udcff"}', "not UTF-8"),
    ('{"id":null,"text":"停水"}', "no id"),
    ("{}", "no id"),
    ("7", "not an object"),
    ('{"id":1,"text":["停水"]}', "text: not a string"),
    ('{"id":1,"title":{"a":1},"text":3}', "title: not a string"),
]


@pytest.mark.parametrize(("line", "said"), BAD, ids=range(len(BAD)))
def test_a_line_that_cannot_be_read_says_why(line: str, said: str) -> None:
    with pytest.raises(BadLine) as caught:
        parse(line)
    assert said in str(caught.value)


def test_bad_lines_of_every_kind_change_no_other_answer(assessor: Assessor) -> None:
    mixed = [line for bad, _ in BAD for line in (bad, GOOD)]
    found = list(assess_lines(mixed, assessor, frozenset(), explain=False))
    (alone,) = assess_lines([GOOD], assessor, frozenset(), explain=False)
    assert found[1::2] == [alone] * len(BAD)
    assert [(row["id"], row["line"]) for row in found[::2]] == [(None, n) for n in range(1, 2 * len(BAD), 2)]


def test_gather_skips_bad_lines_and_still_joins_what_is_around_them(model: LinearModel) -> None:
    found = list(gather_lines([GOOD, *(bad for bad, _ in BAD), GOOD.replace("good", "again")], model))
    assert [row["id"] for row in found] == ["good", *[None] * len(BAD), "again"]
    assert found[0]["event"] == found[-1]["event"] == "good"
    assert all(said in row["error"] for row, (_, said) in zip(found[1:-1], BAD, strict=True))


def test_order_holds_across_batches(assessor: Assessor) -> None:
    count = 2 * BATCH + 3
    given = ["oops" if n % 100 == 50 else json.dumps({"id": n, "text": f"第{n}号楼停水"}) for n in range(count)]
    found = [row["id"] for row in assess_lines(given, assessor, frozenset(), explain=False)]
    assert found == [None if n % 100 == 50 else n for n in range(count)]


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("2018-06-08T06:15:00Z", datetime(2018, 6, 8, 6, 15, tzinfo=UTC)),
        ("2018-06-08", datetime(2018, 6, 7, 16, tzinfo=UTC)),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("2018-02-30", None),
        ("", None),
        (None, None),
        (1528438500, None),
        (["2018-06-08"], None),
    ],
)
def test_instants(given: object, read: datetime | None) -> None:
    assert instant(given) == read


@pytest.mark.parametrize("when", ["0001-01-01T00:00:00+14:00", "昨天", None, 5, {"a": 1}, "\ud83d"])
def test_an_unreadable_time_counts_as_absent(assessor: Assessor, model: LinearModel, when: object) -> None:
    plain = {"id": "a", "text": "先锋街道停水三天"}
    rows = [json.dumps(plain), json.dumps(plain | {"published_at": when})]
    first, second = assess_lines(rows, assessor, frozenset(), explain=True)
    assert first == second
    apart = [json.dumps(plain | {"published_at": when, "group": group}) for group in ("1", "1", "2")]
    one, two, other = gather_lines(apart, model)
    assert one["event"] == two["event"]
    assert "error" not in other


KEYS = {"reach": {"views": 9}, "tier": "央级", "lead": "jyj", "labels": ["C7"], "relevant": 0, "expect": None, "": [[]], "__proto__": {}}


@pytest.mark.parametrize("key", KEYS)
def test_keys_that_are_not_read_change_nothing(assessor: Assessor, key: str) -> None:
    plain = {"id": "a", "title": "路灯坏了", "text": "毓龙街道整条路漆黑"}
    first, second = assess_lines([json.dumps(plain), json.dumps(plain | {key: KEYS[key]})], assessor, frozenset(), explain=True)
    assert first == second


def test_a_local_source_makes_a_text_ours(assessor: Assessor) -> None:
    plain = {"id": "a", "text": "先锋街道停水三天，居民投诉无人处理"}
    rows = [json.dumps(plain), json.dumps(plain | {"source": "bbs"}), json.dumps(plain | {"source": ["bbs"]})]
    unknown, local, odd = assess_lines(rows, assessor, frozenset({"bbs"}), explain=False)
    assert (local["areas"], unknown["areas"]) == (["先锋街道"], []), "such a street lies in other cities too"
    assert odd == unknown


# the real program: bytes in, bytes out


def assess(given: bytes, command: str = "assess", **env: str) -> subprocess.CompletedProcess[bytes]:
    whole = {key: value for key, value in os.environ.items() if key not in ("LANG", "LC_ALL", "PYTHONUTF8", "PYTHONIOENCODING")}
    return subprocess.run(
        [sys.executable, "-m", "huiying", command, "--jsonl"], cwd=ROOT, input=given, capture_output=True, check=False, env=whole | env
    )


@pytest.mark.parametrize("env", [{"LC_ALL": "C"}, {"PYTHONIOENCODING": "gbk"}, {"PYTHONIOENCODING": "ascii:strict"}], ids=["C", "gbk", "ascii"])
def test_the_terminal_s_encoding_does_not_matter(env: dict[str, str]) -> None:
    first = b"\xef\xbb\xbf" + '{"id":"甲","title":"","text":"盐城亭湖先锋街道停水三天"}\r\n\r\n'.encode()
    given = first + b"{}\n" + '{"id":"乙","text":"停水"}'.encode("gbk")
    done = assess(given, **env)
    rows = [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]
    assert done.returncode == 1
    assert [row["id"] for row in rows] == ["甲", None, None]
    assert rows[0]["areas"] == ["先锋街道"]
    assert [set(row) for row in rows[1:]] == [{"id", "error"}] * 2
    assert done.stderr.decode("utf-8", "replace").splitlines() == ["stdin:3: no id", "stdin:4: not UTF-8"]


@pytest.mark.parametrize("command", ["assess", "gather"])
def test_nothing_in_nothing_out(command: str) -> None:
    done = CliRunner().invoke(app, [command, "--jsonl"], input="\n  \n")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "")


def test_line_numbers_count_blank_lines() -> None:
    done = CliRunner().invoke(app, ["gather", "--jsonl"], input=f"\n{GOOD}\n\n\noops\n")
    assert done.exit_code == 1
    assert done.stderr.startswith("stdin:5: not JSON")


def test_the_month_a_text_was_said_in_is_known_to_the_judgment(settings: Settings, model: LinearModel) -> None:
    raw = replace(model, calibration=UNCALIBRATED)
    assessor = Assessor(raw, settings.standard, settings.catalogue, settings.areas)
    row = {"id": "1", "text": "村里沟渠堵了，一下雨田里就淹"}
    lines = [json.dumps(row | more) for more in ({"published_at": "2018-07-08"}, {"published_at": "2018-01-08"}, {"published_at": "昨天"})]
    summer, winter, unreadable = (dict(found["leads"])["slj"] for found in assess_lines(lines, assessor, frozenset(), explain=False))
    assert summer > max(winter, unreadable)
