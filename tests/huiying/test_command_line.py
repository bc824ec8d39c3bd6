"""The contract other programs call: fields, order, errors in place, exit codes; the real program in a real process."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from huiying.author_keys import AuthorKeys
from huiying.jsonl import BadLine, instant, parse

ROOT = Path(__file__).resolve().parents[2]
FIELDS = {
    "id",
    "relevant",
    "categories",
    "labels",
    "level",
    "forms",
    "form",
    "lead",
    "leads",
    "joint",
    "areas",
    "abstain",
    "reasons",
}
EVAL = Path(os.environ.get("HUIYING_EVAL", ROOT.parent / "shared" / "eval"))


def run(*words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    subprocess.run([sys.executable, "-m", "huiying", "train", "--if-stale"], cwd=ROOT, check=True, capture_output=True)
    return subprocess.run(
        [sys.executable, "-m", "huiying", *words], cwd=ROOT, input=stdin, capture_output=True, text=True, check=False
    )


def test_assess_answers_every_line_in_order_and_errors_in_place() -> None:
    lines = [
        '{"id":"a","title":"","text":"停水三天了"}',
        "not json",
        '{"text":"no id"}',
        '{"id":7,"text":"请问怎么办理社保"}',
        '{"id":"z","text":5}',
    ]
    done = run("assess", "--jsonl", stdin="\n".join(lines))
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert [a["id"] for a in answers] == ["a", None, None, 7, None]
    assert set(answers[0]) == FIELDS
    assert set(answers[1]) == {"id", "error"}
    assert "stdin:2" in done.stderr


def test_labels_in_the_input_and_unreadable_times_change_nothing() -> None:
    plain = {"id": "a", "title": "路灯坏了", "text": "整条路漆黑"}
    loaded = plain | {"lead": "jyj", "form": "R6", "level": "Ⅰ", "published_at": "not a time"}
    done = run("assess", "--jsonl", "--no-territory", stdin=f"{json.dumps(plain)}\n{json.dumps(loaded)}\n")
    first, second = done.stdout.splitlines()
    assert done.returncode == 0
    assert json.loads(first) == json.loads(second)


def test_gather_keeps_order_and_groups() -> None:
    rows = [{"id": f"{i}", "title": "建军路自来水主管爆裂数千户停水", "text": "", "group": g} for i, g in enumerate("112")]
    done = run("gather", "--jsonl", stdin="\n".join(json.dumps(r) for r in rows))
    assert [json.loads(line)["event"] for line in done.stdout.splitlines()] == ["0", "0", "2"]


def test_check_and_usage_exit_codes(tmp_path: Path) -> None:
    assert run("check").returncode == 0
    missing = run("check", "--config", str(tmp_path))
    assert missing.returncode == 2
    assert missing.stderr.count("cannot be read") == 7
    assert run("assess").returncode == 2
    assert run("nonsense").returncode == 2


def test_explain_says_rule_span_and_clause() -> None:
    found = json.loads(run("explain", "--text", "先锋街道停水三天，多次投诉，互相推诿").stdout)
    assert any(r["span"] and r["clause"] for r in found["reasons"])
    assert any(r["by"] == "model" and "模型权重" in r["reason"] for r in found["reasons"])


@pytest.mark.parametrize(
    ("line", "said"), [("[]", "not an object"), ("{", "not JSON"), ("{}", "no id"), ('{"id":1,"title":[1]}', "title")]
)
def test_bad_lines(line: str, said: str) -> None:
    with pytest.raises(BadLine, match=said):
        parse(line)


def test_zoneless_times_are_shanghai() -> None:
    assert instant("2018-06-08 14:15") == datetime(2018, 6, 8, 6, 15, tzinfo=UTC)
    assert instant("昨天") is None


def test_author_keys_count_voices_without_naming_them(tmp_path: Path) -> None:
    now = datetime(2018, 6, 8, tzinfo=UTC)
    keys = AuthorKeys(tmp_path, now)
    assert keys("bbs", "甲") == keys("bbs", "甲") != keys("bbs", "乙")
    assert keys("bbs", "甲") != keys("news", "甲")
    assert keys("bbs", "") == ""
    assert (tmp_path / "201806.key").stat().st_mode & 0o077 == 0
    AuthorKeys(tmp_path, now + timedelta(days=120))
    assert not (tmp_path / "201806.key").exists()


def test_gold_rows_are_all_answered() -> None:
    gold = EVAL / "data" / "gold-dev.jsonl"
    if not gold.exists():
        pytest.skip(f"evaluation data missing: {gold}")
    done = run("assess", "--jsonl", "--no-territory", stdin=gold.read_text(encoding="utf-8"))
    ids = [json.loads(line)["id"] for line in gold.read_text(encoding="utf-8").splitlines()]
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ids
