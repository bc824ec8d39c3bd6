"""`huiying policy`: what it registers, prints, writes and refuses, from TOML file to Word file."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from docx import Document
from typer.testing import CliRunner, Result

from huiying.__main__ import app
from huiying.answer_files import AnswerFileError
from huiying.office import Desk
from huiying.policy_files import read_consultation, read_policy
from huiying.policy_watching import interpretation, watched
from huiying.settings import Settings
from ledger.policies import Policies
from records.assessment import Territory
from records.policy import MentionKind
from tests.huiying.desk import desk_in
from tests.makers import NOW, STATE, a_post, an_assessment
from tests.policies import A_POLICY, A_ROUND

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
POLICY, ROUND = EXAMPLES / "policy.toml", EXAMPLES / "consultation.toml"
BY = ("--by", "演示值班员")


@pytest.fixture
def desk(tmp_path: Path, settings: Settings) -> Iterator[Desk]:
    with desk_in(tmp_path / "data", settings) as opened:
        yield opened


def run(desk: Desk, *arguments: object) -> Result:
    return CliRunner().invoke(app, ["policy", *map(str, arguments), "--data", str(desk.data)])


def edited(folder: Path, source: Path, old: str, new: str) -> Path:
    text = source.read_text(encoding="utf-8")
    assert old in text
    path = folder / source.name
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


def say(desk: Desk, *texts: str, at: datetime = NOW, prefix: str = "p") -> None:
    posts = [a_post(f"{prefix}{n}", title="", text=text, published_at=at, first_seen_at=at) for n, text in enumerate(texts)]
    desk.ledger.add_collected(posts, [], STATE)


def words(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [c.text for t in document.tables for r in t.rows for c in r.cells]
    return "\n".join([p.text for p in document.paragraphs] + cells)


def test_the_examples_are_the_invented_documents() -> None:
    assert read_policy(POLICY) == A_POLICY
    assert read_consultation(ROUND) == A_ROUND
    assert all("虚构" in path.read_text(encoding="utf-8") for path in (POLICY, ROUND))


def test_add_list_and_add_again(desk: Desk) -> None:
    assert run(desk, "list").stdout.startswith("没有跟踪的政策文件")
    done = [run(desk, "add", POLICY, *BY) for _ in range(2)]
    assert [(d.exit_code, d.stdout[:3]) for d in done] == [(0, "登记　"), (0, "无变化")]
    run(desk, "consultation", ROUND, *BY)
    told = run(desk, "list").stdout
    assert "lift　示例区既有住宅加装电梯补贴办法（试行）　示政规〔2018〕3号　跟踪至2020年4月30日　已解读1次，最近一次为2018年5月3日" in told
    assert "lift-draft　示例区既有住宅加装电梯补贴办法（征求意见稿）　征求意见2018年3月1日至2018年3月30日　5条意见" in told
    assert [(r["actor"], r["action"]) for r in desk.ledger.engine.rows("audit.all")] == [
        ("演示值班员", "policies:登记"), ("演示值班员", "consultations:登记"),
    ]  # fmt: skip


def test_the_report_holds_what_was_asked_masked_and_what_was_misread(desk: Desk, tmp_path: Path) -> None:
    run(desk, "add", POLICY, *BY)
    say(
        desk, "加装电梯一楼不同意怎么办？", "请问加装电梯一楼住户不同意怎么办？电话13900000000", "加装电梯一楼不同意怎么办，电话13900000000，求解",
        "加装电梯不能用公积金", "政策真好", "建议加装电梯的补贴提高一些", "电梯坏了没人修",
    )  # fmt: skip
    printed = run(desk, "report", "lift").stdout
    out = tmp_path / "r.docx"
    done = run(desk, "report", "lift", "--out", out)
    assert (done.exit_code, done.stdout.strip()) == (0, str(out))
    for told in (printed, words(out.read_bytes())):
        assert "收集相关帖文5条：疑似误读1条、询问3条、建议1条、意见0条、提及0条" in told
        assert "13900000000" not in told
        assert "（3条）" in told
        assert "“加装电梯一楼不同意怎么办？”" in told
        assert "政策真好" not in told
        assert "C7" not in told
    assert not out.with_name("r.docx.part").exists()


def test_clauses_stand_by_how_much_was_asked(desk: Desk) -> None:
    run(desk, "add", POLICY, *BY)
    say(desk, "加装电梯能提公积金吗", "加装电梯截止到哪天？", "加装电梯不能用公积金")
    blocks = interpretation(desk, A_POLICY).sections[1].blocks
    (table,) = blocks
    assert [[piece.text for cell in row.cells[:1] for piece in cell] for row in table.rows] == [["第十二条"], ["第十五条"]]  # type: ignore[union-attr]


def test_what_was_asked_is_still_counted_when_the_post_is_deleted(desk: Desk) -> None:
    run(desk, "add", POLICY, *BY)
    say(desk, "加装电梯能提公积金吗", "加装电梯不能用公积金")
    first = run(desk, "report", "lift").stdout
    assert "第十二条；原文：加装电梯可以提取业主及其配偶的住房公积金，用于支付本人分摊的费用。；询问：1；疑似误读：1" in first
    desk.ledger.engine.execute("delete from post_words where id = 'p0'")
    desk.ledger.engine.execute("delete from posts where id = 'p0'")
    for _ in range(2):
        told = run(desk, "report", "lift").stdout
        assert "；询问：1；疑似误读：1" in told
        assert "其中1条原帖已过保存期限" in told
        assert "能提公积金吗" not in told


def test_nobody_asked(desk: Desk) -> None:
    run(desk, "add", POLICY, *BY)
    told = run(desk, "report", "lift").stdout
    assert "收集相关帖文0条" in told
    assert "暂不建议安排专题解读" in told


def test_posts_of_the_whole_life_and_of_no_other_time(desk: Desk) -> None:
    first = NOW.replace(month=4, day=30, hour=16, minute=0, second=0, microsecond=0)  # midnight in Shanghai
    for n, at in enumerate((first - timedelta(seconds=1), first, NOW, NOW + timedelta(days=400))):
        say(desk, "加装电梯补贴办法", at=at, prefix=f"d{n}-")
    late = replace(desk, now=lambda: NOW + timedelta(days=900))
    assert [post.id for _, post in watched(late, A_POLICY)] == ["d1-0", "d2-0", "d3-0"]
    assert [post.id for _, post in watched(desk, A_POLICY)] == ["d1-0", "d2-0"]


@pytest.mark.parametrize(("text", "kept"), [("外地加装电梯能提公积金吗", 0), ("外地也看老楼电梯补贴办法", 1)])
def test_another_district_s_talk_is_kept_only_where_it_names_the_document(desk: Desk, text: str, kept: int) -> None:
    say(desk, text)
    desk.ledger.add_assessments([an_assessment("p0", territory=Territory.ELSEWHERE)])
    assert len(list(watched(desk, A_POLICY))) == kept


def test_a_lasting_document_reads_on(desk: Desk) -> None:
    say(desk, "加装电梯补贴办法真好")
    (found,) = watched(desk, replace(A_POLICY, until=None))
    assert found[0].kind is MentionKind.OTHER


def test_the_table_of_adoption(desk: Desk, tmp_path: Path) -> None:
    out = tmp_path / "c.docx"
    assert run(desk, "consultation", ROUND, *BY, "--out", out).exit_code == 0
    told = words(out.read_bytes())
    assert "收到意见建议5条：采纳1条、部分采纳1条、不采纳3条" in told
    assert "等3条（序号1、3、4）。不采纳：区级财力有限，按15万元执行（示例区财政局）" in told
    assert Policies(desk.ledger.engine).consultations() == [A_ROUND]


def test_a_concentrated_suggestion_without_a_reason_stops_all(desk: Desk, tmp_path: Path) -> None:
    file, out = edited(tmp_path, ROUND, 'reason = "区级财力有限，按15万元执行"\n', ""), tmp_path / "c.docx"
    done = run(desk, "consultation", file, *BY, "--out", out)
    assert done.exit_code == 2
    assert f"{file}: suggestions.2.reason: 相对集中的意见未采纳，须写明理由" in done.stderr
    assert f"{file}: suggestions.3.reason" in done.stderr
    assert not out.exists()
    assert Policies(desk.ledger.engine).consultations() == []
    assert desk.ledger.engine.rows("audit.all") == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('id = "lift"', 'id = "电梯"', "id: 应为小写字母、数字和连字符"),
        ('id = "lift"', "id = 5", "id: 应为文字"),
        ("issued_on = 2018-05-01", 'issued_on = "去年"', "issued_on: 应为日期，如 2018-05-01"),
        ("issued_on = 2018-05-01", "issued_on = 0001-05-01", "issued_on: 应在1990年以后"),
        ("until = 2020-04-30", "until = 2017-04-30", "until: 早于 issued_on"),
        ("[2018-05-03]", "[2018-04-03]", "interpreted_on.0: 早于 issued_on"),
        ('unit = "示例区住房和城乡建设局"', 'unit = " "', "unit: 不能为空"),
        ('url = "https://', 'url = "ftp://', "url: 应为 http(s) 地址"),
        ('number = "第五条"', 'number = "第三条"', "clauses.1.number: 第三条 重复"),
        ('number = "第五条"', 'numero = "第五条"', "clauses.1.numero: 没有这个键"),
        ('"加梯"', '"政策"', "watch_words.3: “政策”过于宽泛"),
        ('"加梯"', '"13900000000"', "watch_words.3: 不得是账号、电话、证件号"),
        ('"加梯"', '"@某某"', "watch_words.3: 不得是账号"),
        ('"老楼电梯补贴办法"', '"办法"', "short_names.1: 简称须独指本文件"),
        ("title = ", "tittle = ", "tittle: 没有这个键"),
        ("[[clauses]]", "[[clauses", "不是合格的 TOML"),
    ],
)
def test_a_wrong_policy_file_is_named_with_its_key(desk: Desk, tmp_path: Path, old: str, new: str, said: str) -> None:
    file = edited(tmp_path, POLICY, old, new)
    done = run(desk, "add", file, *BY)
    assert done.exit_code == 2
    assert f"{file}: " in done.stderr
    assert said in done.stderr
    assert Policies(desk.ledger.engine).policies() == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('taken = "采纳"', 'taken = "已阅"', "suggestions.1.taken: 应为 采纳、部分采纳、不采纳 之一"),
        ("opens = 2018-03-01", "opens = 1018-03-01", "opens: 应在1990年以后"),
        ("closes = 2018-03-30", "closes = 2018-02-28", "closes: 早于 opens"),
        ('unit = "示例区财政局"', 'unit = ""', "suggestions.0.unit: 不能为空"),
        ('text = "一楼住户应当给补偿"', 'text = ""', "suggestions.4.text: 不能为空"),
        ('text = "一楼住户应当给补偿"', "", "suggestions.4.text: 缺这一项"),
    ],
)
def test_a_wrong_consultation_file_is_named_with_its_key(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(AnswerFileError, match=said):
        read_consultation(edited(tmp_path, ROUND, old, new))


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("report", "nothing"), 2, "没有编号为 nothing 的政策文件"),
        (("report", "lift", "--out", "a.doc"), 2, "应以 .docx 结尾"),
        (("report", "lift", "--out", "/nowhere/a.docx"), 2, "目录 /nowhere 不存在"),
        (("add", POLICY, "--by", " "), 2, "--by: 须写明姓名"),
        (("add", "/nowhere.toml", "--by", "演示值班员"), 2, "/nowhere.toml: 读不出"),
        (("consultation", ROUND, "--by", ""), 2, "--by: 须写明姓名"),
        (("add", POLICY), 2, ""),
    ],
)
def test_what_stops_a_command(desk: Desk, arguments: tuple[object, ...], code: int, said: str) -> None:
    done = run(desk, *arguments)
    assert done.exit_code == code
    assert said in done.stderr
    assert desk.ledger.engine.rows("audit.all") == []


@pytest.mark.parametrize("command", ["add", "list", "report", "consultation"])
def test_the_manual_tells_of_every_command_that_exists(command: str) -> None:
    assert f"`huiying policy {command}" in (EXAMPLES.parent / "manual.md").read_text(encoding="utf-8")
    assert CliRunner().invoke(app, ["policy", command, "--help"]).exit_code == 0
