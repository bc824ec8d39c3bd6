"""From a person's correction to a model in force, and back by one command."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from classifiers.assess import Assessor, Text
from classifiers.corpus import FOLDER, read_file
from classifiers.model import load_model
from huiying.__main__ import app
from huiying.cli import MODEL, model_of
from huiying.correcting import correction
from huiying.office import Desk
from huiying.retraining import RetrainingRefusedError, corrections, retrain, roll_back
from huiying.settings import Settings
from tests.huiying.desk import desk_in
from tests.makers import STATE, a_post, an_assessment


@pytest.fixture
def desk(tmp_path: Path, settings: Settings) -> Iterator[Desk]:
    """Forty posts judged R2 that are suggestions."""
    with desk_in(tmp_path / "d", settings) as opened:
        posts = [a_post(f"p{n}", title="", text=f"第{n}号站台可否挪到树荫底下，老人等车少晒太阳，也不碍着非机动车道") for n in range(40)]
        opened.ledger.add_collected(posts, [], STATE)
        opened.ledger.add_assessments([an_assessment(p.id) for p in posts])
        yield opened


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tenth of the corpus: enough to train on in a second."""
    folder = tmp_path_factory.mktemp("corpus")
    work, noise = ((FOLDER / name).read_text(encoding="utf-8").splitlines() for name in ("30-work.jsonl", "90-noise.jsonl"))
    lines = [*work, *noise[:80]]
    (folder / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert len(list(read_file(folder / "a.jsonl"))) == len(lines)
    return folder


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments])


def test_corrections_are_learnt(desk: Desk, small: Path, settings: Settings) -> None:
    for n in range(40):
        correction(desk, f"p{n}", "form", "R1", by="研判员甲")
    made = retrain(desk, small)
    assert len(made.gated.accepted) == 40
    own = load_model(desk.data / "model")
    assert own.version == made.model.version
    told = Text(id="x", title="", text="第99号站台可否挪到树荫底下，老人等车少晒太阳")
    (judged,) = Assessor(own, settings.standard, settings.catalogue, settings.areas).assess([told])
    assert judged.form == "R1"


def test_a_model_made_worse_is_refused_and_nothing_changes(desk: Desk, small: Path) -> None:
    rows = list(read_file(small / "a.jsonl"))[:40]
    posts = [a_post(f"q{n}", title=r.title, text=r.text) for n, r in enumerate(rows)]
    desk.ledger.add_collected(posts, [], STATE)
    desk.ledger.add_assessments([an_assessment(p.id) for p in posts])
    for post in posts:
        correction(desk, post.id, "relevant", "0", by="捣乱的人")
    assert sum(not r.relevant for r in corrections(desk)[1]) == 40
    with pytest.raises(RetrainingRefusedError, match="变差"):
        retrain(desk, small)
    assert not (desk.data / "model").exists()


def test_a_hostile_minority_changes_nothing(desk: Desk, small: Path) -> None:
    for n in range(10):
        for by in ("研判员甲", "研判员乙"):
            correction(desk, f"p{n}", "form", "R1", by=by)
        correction(desk, f"p{n}", "form", "R6", by="捣乱的人")
    for n in range(10, 40):
        correction(desk, f"p{n}", "form", "R6", by="捣乱的人")
    gated, rows = corrections(desk)
    assert gated.ignored == ("捣乱的人",)
    assert {r.form for r in rows} == {"R1"}
    assert len(rows) == 10
    made = retrain(desk, small)
    assert made.after.form >= made.before.form - 0.01


def test_rolled_back_step_by_step(desk: Desk, small: Path) -> None:
    with pytest.raises(FileNotFoundError, match="无可回退"):
        roll_back(desk.data)
    correction(desk, "p0", "form", "R1", by="研判员甲")
    first = retrain(desk, small).model.version
    correction(desk, "p1", "form", "R1", by="研判员甲")
    second = retrain(desk, small).model.version
    assert model_of(desk.data).version == second != first
    assert roll_back(desk.data) == "已回退到上一次重训的模型"
    assert model_of(desk.data).version == first
    assert roll_back(desk.data) == "已回退到出厂模型"
    assert model_of(desk.data).version == load_model(MODEL).version


# the command


def test_correct_records_who_and_what_was_said_before(desk: Desk) -> None:
    done = run("correct", "p0", "--task", "form", "--value", "R1", "--by", "研判员甲", "--why", "是建议", "--data", desk.data)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.strip() == "form R2→R1"
    by_address = run("correct", "http://a.example/p1", "--task", "lead", "--value", "housing", "--by", "研判员甲", "--data", desk.data)
    assert by_address.exit_code in (0, 1)
    (review, *_) = desk.ledger.reviews()
    assert (review.by, review.before, review.value, review.why) == ("研判员甲", "R2", "R1", "是建议")
    assert desk.ledger.verify_audit() == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["p0", "--task", "form", "--value", "R9", "--by", "甲"], "可用"),
        (["p0", "--task", "mood", "--value", "1", "--by", "甲"], "没有任务"),
        (["p0", "--task", "form", "--value", "R1", "--by", " "], "姓名"),
        (["nothing", "--task", "form", "--value", "R1", "--by", "甲"], "nothing"),
    ],
)
def test_a_wrong_correction_is_refused(desk: Desk, arguments: list[str], said: str) -> None:
    done = run("correct", *arguments, "--data", desk.data)
    assert done.exit_code == 1
    assert said in done.stderr
    assert desk.ledger.reviews() == []


def test_rollback_without_a_model_says_so(desk: Desk) -> None:
    done = run("train", "--rollback", "--data", desk.data)
    assert done.exit_code == 1
    assert "无可回退" in done.stderr
    assert json.loads((MODEL / "manifest.json").read_text(encoding="utf-8"))["documents"] > 1_000
