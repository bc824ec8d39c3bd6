"""What each paper of a file (案卷) says, in a line. The full text is in the answer's view and in the Word forms."""

from collections.abc import Callable, Mapping
from typing import Any

from records.instant import in_words
from records.paper import (
    Answer,
    Conference,
    Content,
    EventGrade,
    Extension,
    Following,
    GraveReport,
    LeadTransfer,
    Pause,
    Publication,
    Receipt,
    SecrecyReview,
    Shelving,
    Signature,
    Submission,
    Supervision,
    Task,
    TaskDone,
)

CLOCKS = {
    "sign": "签收", "reply": "首次回应", "respond": "公开回应", "close": "办结", "release": "发布权威信息", "press": "新闻发布会",
    "ticket": "答复工单",
}  # fmt: skip
HOUR = 3600


def line_of(content: Content) -> str:
    """The paper in a line, unmasked: pages mask it.

    >>> line_of(Shelving(ground="并案", into="TH-20180608-001"))
    '并案：TH-20180608-001'
    """
    return LINES[type(content)](content)


def _with(head: str, more: str, sign: str = "：") -> str:
    """`head`, and `more` after a sign where there is any."""
    return f"{head}{sign}{more}" if more else head


def _signature(p: Signature) -> str:
    deputy = f"，代{p.on_behalf_of}（至{p.deputised_until}）" if p.on_behalf_of else ""
    paper = f"，纸质呈批件，{p.registered_by}登记" if p.scan_sha256 else ""
    return f"{p.capacity}{deputy}{paper}"


def _extension(p: Extension) -> str:
    return f"{CLOCKS.get(p.clock, p.clock)}由{in_words(p.old_due_at)}延至{in_words(p.new_due_at)}，批准人{p.approved_by}：{p.why}"


def _supervision(p: Supervision) -> str:
    return f"第{p.serial}次，{CLOCKS.get(p.clock, p.clock)}逾期{p.overdue_seconds // HOUR}小时：{p.asked}"


LINES: Mapping[type, Callable[[Any], str]] = {
    Answer: lambda p: f"{p.form}　{p.finding}　《{p.title}》",
    SecrecyReview: lambda p: _with("通过" if p.passed else "未通过", p.said),
    Signature: _signature,
    Publication: lambda p: f"{p.channel}　{in_words(p.published_at)}　{p.url}",
    Conference: lambda p: f"{in_words(p.held_at)}　{p.place}　{p.spokesperson}",
    Shelving: lambda p: _with(str(p.ground), p.into),
    Task: lambda p: f"{p.what}（{in_words(p.due_at)}前）",
    TaskDone: lambda p: p.said,
    Extension: _extension,
    Pause: lambda p: f"至{in_words(p.until)}复核，批准人{p.approved_by}：{p.why}",
    Supervision: _supervision,
    GraveReport: lambda p: _with(f"{p.stage}（第{p.serial}次）", p.happened),
    Receipt: lambda p: _with(p.means.value, p.registered_by, "，登记人"),
    LeadTransfer: lambda p: f"移交{p.to}，{len(p.evidence)}条网址与散列；提出{p.proposed_by}，批准{p.approved_by}",
    EventGrade: lambda p: _with(p.level.value, p.basis),
    Submission: lambda p: _with(f"呈{p.to}：{p.matter}", p.instruction, "；批示："),
    Following: lambda p: f"回应后{p.mentions}条：{p.said}",
}
