"""Every kind of paper is said in one line that holds what matters of it."""

from datetime import timedelta

import pytest

from records.event import EventLevel
from records.paper import (
    CONTENTS,
    Conference,
    Content,
    EventGrade,
    Extension,
    Following,
    GraveReport,
    Ground,
    LeadTransfer,
    Means,
    Pause,
    Publication,
    Receipt,
    SecrecyReview,
    Shelving,
    Signature,
    Stage,
    Submission,
    Supervision,
    Task,
    TaskDone,
)
from records.unit import Capacity
from tests.makers import NOW, an_answer
from workbench.paper_lines import CLOCKS, LINES, line_of

LATER = NOW + timedelta(days=1)
SAID: list[tuple[Content, tuple[str, ...]]] = [
    (an_answer(), (an_answer().form, an_answer().finding.value, an_answer().title)),
    (SecrecyReview(answer_id="a", passed=False, said="第二段涉密"), ("未通过", "第二段涉密")),
    (SecrecyReview(answer_id="a", passed=True, said=""), ("通过",)),
    (Signature(answer_id="a", capacity=Capacity.DEPUTY, unit="gs"), ("分管负责人",)),
    (Signature(answer_id="a", capacity=Capacity.DEPUTY, unit="gs", on_behalf_of="局长", deputised_until="2018-07-01"), ("代局长", "2018-07-01")),
    (Signature(answer_id="a", capacity=Capacity.HEAD, unit="gs", scan_sha256="ab", registered_by="文书员"), ("纸质呈批件", "文书员")),
    (Publication(answer_id="a", channel="区政府网站", url="http://x.example/1", published_at=NOW), ("区政府网站", "http://x.example/1", "6月8日")),
    (Conference(held_at=NOW, place="三楼", spokesperson="办公室主任"), ("6月8日", "三楼", "办公室主任")),
    (Shelving(ground=Ground.ELSEWHERE, into="市交通局"), ("移送非本级", "市交通局")),
    (Shelving(ground=Ground.WATCHED), ("仅关注",)),
    (Task(unit="gs", what="核对许可", due_at=LATER, basis="x"), ("核对许可", "6月9日")),
    (TaskDone(task_id="t", said="许可有效"), ("许可有效",)),
    (Extension(clock="reply", old_due_at=NOW, new_due_at=LATER, approved_by="主任", why="等"), ("首次回应", "6月8日", "6月9日", "主任", "等")),
    (Pause(came_from="核查", approved_by="主任", until=LATER, why="等鉴定"), ("6月9日", "主任", "等鉴定")),
    (Supervision(serial=2, clock="sign", overdue_seconds=7300, asked="今日签收"), ("第2次", "签收逾期2小时", "今日签收")),
    (GraveReport(stage=Stage.FURTHER, serial=2, happened="停水", public_view="", done="", planned=""), ("续报", "第2次", "停水")),
    (Receipt(unit="gs", means=Means.PHONE, registered_by="值班员"), ("电话登记", "值班员")),
    (LeadTransfer(to="公安机关", evidence={"u": "h"}, refuted_by="r", proposed_by="甲员", approved_by="乙员"), ("公安机关", "1条", "甲员", "乙员")),
    (EventGrade(level=EventLevel.GRAVE, basis="来电"), ("重大", "来电")),
    (Submission(to="区长", matter="停水", advice="x", instruction="请到场"), ("区长", "停水", "请到场")),
    (Following(mentions=3, said="渐平息"), ("3条", "渐平息")),
]


@pytest.mark.parametrize(("content", "words"), SAID, ids=lambda one: getattr(one, "kind", ""))
def test_a_paper_in_a_line(content: Content, words: tuple[str, ...]) -> None:
    line = line_of(content)
    assert "\n" not in line
    assert all(word in line for word in words), line
    assert not line.endswith(("：", "，")), line


def test_no_kind_is_without_a_line() -> None:
    assert set(LINES) == set(CONTENTS.values())
    assert {type(content) for content, _ in SAID} == set(LINES)


def test_every_clock_has_a_name() -> None:
    assert all(name and name.isprintable() for name in CLOCKS.values())
