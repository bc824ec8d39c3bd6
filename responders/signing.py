"""签批: who may sign an answer, in what capacity, and on paper.

The answer is signed by a 主要负责人 or 分管负责人 of the responding unit (实施方案三（四）4); 区政府办 signs its own and joint texts. Who these are
stands in units.toml (`signers`), deputies (A/B 角) with a last day. A scanned 呈批件 registered by a second person does instead.
"""

from dataclasses import dataclass
from datetime import date

from records.paper import Answer, Signature
from records.unit import Capacity, Signer, Unit, Units
from responders.cases import MoveRefusedError, person, same


@dataclass(frozen=True, slots=True, kw_only=True)
class OnPaper:
    """A scanned 呈批件: its sha256 (hex), in what capacity it was signed, and who registered it."""

    scan_sha256: str
    capacity: Capacity
    registered_by: str


def responding(answer: Answer, lead: str, units: Units) -> Unit:
    """The unit whose leader signs: 区政府办 for a joint text, else the lead. Raises: MoveRefusedError for a unit no longer in units.toml."""
    wanted = units.office if answer.joint else lead
    try:
        return units.get(wanted)
    except KeyError as error:
        raise MoveRefusedError(f"单位 {wanted} 不在名录中，无法签批") from error


def signature(answer: Answer, answer_id: str, unit: Unit, by: str, today: date, paper: OnPaper | None = None) -> Signature:
    """The signature of `by` for `unit`. `today` is the Shanghai date of signing.

    Raises: MoveRefusedError when nobody of that name may sign for the unit, a deputy's time has run out, or the registrar is the signer.
    """
    if paper is not None:
        return _on_paper(answer_id, unit, by, paper)
    signer = next((s for s in unit.signers if s.name == by), None)
    if signer is None:
        raise MoveRefusedError(_nobody(unit, by))
    _check_deputy(unit, signer, today)
    return Signature(
        answer_id=answer_id, capacity=signer.capacity, unit=unit.id, on_behalf_of=signer.deputises,
        deputised_until=str(signer.until) if signer.deputises else "",
    )  # fmt: skip


def check_approver(units: Units, approver: str, today: date) -> None:
    """Passes who may approve for 区政府办 (延期, 暂缓办理): one of its signers; anybody while none is on the list. Raises: MoveRefusedError."""
    office = units.get(units.office)
    signer = next((s for s in office.signers if s.name == approver.strip()), None)
    if signer is not None:
        _check_deputy(office, signer, today)
    elif office.signers:
        names = "、".join(s.name for s in office.signers)
        raise MoveRefusedError(f"{approver.strip() or '（未写姓名）'}不是{office.name}的负责人，不能批准；可批准：{names}")


def _nobody(unit: Unit, by: str) -> str:
    if not unit.signers:
        return f"{unit.name}没有登记签批人（units.toml 的 signers）；请登记，或上传呈批件扫描件并由另一人登记"
    names = "、".join(f"{s.name}（{s.capacity}）" for s in unit.signers)
    return f"{by}不是{unit.name}的签批人；可签批：{names}"


def _check_deputy(unit: Unit, signer: Signer, today: date) -> None:
    if signer.deputises and (signer.until is None or today > signer.until):
        last = f"已于{signer.until}到期" if signer.until else "没有写明截止日期"
        raise MoveRefusedError(f"{signer.name}代{signer.deputises}签批{unit.name}文稿的授权{last}")


def _on_paper(answer_id: str, unit: Unit, by: str, paper: OnPaper) -> Signature:
    if not paper.registered_by.strip() or same(paper.registered_by, by):
        raise MoveRefusedError("呈批件扫描件须由签批人以外的另一人登记")
    return Signature(
        answer_id=answer_id, capacity=paper.capacity, unit=unit.id, scan_sha256=paper.scan_sha256, registered_by=person(paper.registered_by)
    )
