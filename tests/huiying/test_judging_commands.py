"""assess, gather, extract, train, explain as other programs call them: hostile lines, other offices, exit codes."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from classifiers.assess import Assessor
from classifiers.model import LinearModel
from huiying.__main__ import app
from huiying.jsonl import assess_lines, gather_lines
from records.assessment import CATEGORIES, FORMS

ROOT = Path(__file__).resolve().parents[2]
RUNNER = CliRunner()


def run(*arguments: object, given: str = "") -> Result:
    return RUNNER.invoke(app, [str(a) for a in arguments], input=given)


def lines(*rows: object) -> str:
    return "".join((row if isinstance(row, str) else json.dumps(row, ensure_ascii=False)) + "\n" for row in rows)


def answers(done: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


# assess

HOSTILE = [
    {"id": "nul", "text": "停\0水"},
    {"id": "surrogate", "text": "停水\ud83d"},
    {"id": "empty", "title": "", "text": ""},
    {"id": "none", "title": None, "text": None},
    {"id": "long", "text": "停水三天没人管。" * 20_000},
    {"id": "emoji", "text": "👎👎👎"},
    {"id": "markup", "text": "<script>alert(1)</script>{{7*7}}%s"},
    {"id": "rtl", "text": "\u202e停水\u202c"},
    {"id": 0, "text": "停水"},
    {"id": ["a"], "text": "停水"},
]


def test_hostile_texts_are_answered_like_any_other(assessor: Assessor) -> None:
    given = [json.dumps(row) for row in HOSTILE]
    found = list(assess_lines(given, assessor, frozenset(), explain=True))
    assert [a["id"] for a in found] == [row["id"] for row in HOSTILE]
    for answer in found:
        assert "error" not in answer
        assert set(answer["categories"]) == set(CATEGORIES)
        assert set(answer["forms"]) == set(FORMS)
        assert sum(answer["forms"].values()) == pytest.approx(1, abs=0.01)
        assert 0 <= answer["relevant"] <= 1
        assert answer["labels"]
        assert answer["lead"] == answer["leads"][0][0]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "not JSON"),
        ("[1]", "not an object"),
        ('{"text":"x"}', "no id"),
        ('{"id":"1","title":7}', "title: not a string"),
        ('"text"', "not an object"),
        ("null", "not an object"),
    ],
)
def test_a_bad_line_is_answered_in_its_place(assessor: Assessor, line: str, said: str) -> None:
    found = list(assess_lines([line, '{"id":"ok","text":"停水"}'], assessor, frozenset(), explain=False))
    assert found[0]["id"] is None
    assert said in found[0]["error"]
    assert found[1]["id"] == "ok"


def test_an_id_that_no_encoding_can_write_comes_back_escaped() -> None:
    done = run("assess", "--jsonl", given='{"id":"\\ud83d","text":"停水"}\n')
    assert done.exit_code == 0
    assert answers(done)[0]["id"] == "\ud83d"


def test_blank_lines_are_no_lines(assessor: Assessor) -> None:
    assert len(list(assess_lines(["", "  ", '{"id":"a","text":"停水"}', "\n"], assessor, frozenset(), explain=False))) == 1


def test_every_reason_that_has_a_span_stands_in_the_text(assessor: Assessor) -> None:
    title, text = "先锋街道停水三天", "盐城亭湖先锋街道停水三天，多次投诉，互相推诿，老人晕倒送医"
    (found,) = assess_lines([json.dumps({"id": "1", "title": title, "text": text})], assessor, frozenset(), explain=True)
    spans = [r for r in found["reasons"] if r["span"]]
    assert spans
    whole = f"{title}\n{text}"
    for reason in spans:
        assert whole[slice(*reason["span"])]
        assert reason["by"] in ("rule", "model")


def test_another_office_s_units_are_used(tmp_path: Path) -> None:
    config = Path(shutil.copytree(ROOT / "config", tmp_path / "config"))
    for name in ("units.toml", "matters.toml"):
        file = config / name
        file.write_text(file.read_text(encoding="utf-8").replace('"gs"', '"shuiwu_gongsi"'), encoding="utf-8")
    done = run("assess", "--jsonl", "--config", config, given=lines({"id": "1", "text": "自来水停水三天，水压一直上不来"}))
    assert done.exit_code == 0, done.stderr
    assert answers(done)[0]["lead"] == "shuiwu_gongsi"


def test_territory_matters_unless_told_otherwise() -> None:
    row = {"id": "1", "text": "河南安阳文峰区老街停水三天，居民投诉无人处理"}
    here = answers(run("assess", "--jsonl", given=lines(row)))[0]
    anywhere = answers(run("assess", "--jsonl", "--no-territory", given=lines(row)))[0]
    assert here["relevant"] <= 0.1
    assert anywhere["relevant"] > 0.5
    assert here["lead"] == anywhere["lead"]


def test_assess_without_jsonl_is_a_usage_error() -> None:
    done = run("assess")
    assert done.exit_code == 2
    assert "--jsonl" in done.stderr


# gather


def test_gather_answers_in_order_and_errors_in_place(model: LinearModel) -> None:
    given = ['{"id":"a","title":"鹿鸣路雨水管塌陷封闭两条车道"}', "oops", '{"id":"b","title":"【转】鹿鸣路雨水管塌陷封闭两条车道"}']
    found = list(gather_lines(given, model))
    assert [row["id"] for row in found] == ["a", None, "b"]
    assert (found[0]["event"], found[2]["event"]) == ("a", "a")
    assert set(found[2]) == {"id", "event", "why"}
    done = run("gather", "--jsonl", given=lines(*given))
    assert done.exit_code == 1
    assert "stdin:2" in done.stderr
    assert run("gather").exit_code == 2


# extract

PAGE = (
    "<html><head><title>鹿鸣路停水通告</title></head><body><h1>鹿鸣路停水通告</h1><p>发布日期：2018-06-08 09:30</p>"
    "<div class='content'><p>因管网改造，鹿鸣路以东、青年路以北片区今晚十点至明早六点停水，请居民提前储水，"
    "给您带来不便敬请谅解。</p></div></body></html>"
)


def test_extract_reads_a_page(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(PAGE, encoding="utf-8")
    done = run("extract", page, "--url", "http://a.example/1.html", "--content-type", "text/html", "--fetched-at", "2018-06-08T12:00:00+08:00")
    assert done.exit_code == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["title"] == "鹿鸣路停水通告"
    assert found["published_at"] == "2018-06-08T09:30:00+08:00"
    assert found["precision"] == "minute"
    assert "提前储水" in found["text"]


@pytest.mark.parametrize(
    ("content", "arguments", "code", "said"),
    [
        (b"", [], 1, "page.html"),
        (None, [], 1, "page.html"),
        (PAGE.encode(), ["--fetched-at", "昨天"], 2, "应为 ISO 8601"),
        (b"%PDF-1.4 binary \xff\xfe", [], 1, "page.html"),
    ],
)
def test_extract_says_what_it_cannot_read(tmp_path: Path, content: bytes | None, arguments: list[str], code: int, said: str) -> None:
    page = tmp_path / "page.html"
    if content is not None:
        page.write_bytes(content)
    done = run("extract", page, "--url", "http://a.example/1.html", *arguments)
    assert done.exit_code == code, done.stdout
    assert said in done.stderr


# explain


def test_explain_of_a_text_names_rules_and_words() -> None:
    done = run("explain", "--text", "实名举报某局干部收受贿赂，以权谋私")
    assert done.exit_code == 0
    found = json.loads(done.stdout)
    assert found["lead"] == "jwjw"
    assert any(r["what"] == "accusation" for r in found["reasons"])
    assert any(r["by"] == "model" and "模型权重" in r["reason"] for r in found["reasons"])
