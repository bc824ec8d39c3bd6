"""签收 outside login: the page behind the link of a notice. Looking changes nothing; the button signs for the unit by a person's name."""

from typing import Any

from fastapi import APIRouter, Request, Response

from records.case import CaseState as S
from responders.case_file import CaseFile
from workbench.actions import MoveAsked, RefusedError
from workbench.asking import sent
from workbench.bench import Workbench, bench
from workbench.case_pages import names_of
from workbench.door import LOCKED
from workbench.receipt_links import LinkError, ReceiptLink

router = APIRouter()
MOST_WRONG = 20  # bad links from one address in a quarter of an hour


def _looked(request: Request, wb: Workbench, token: str) -> tuple[ReceiptLink, CaseFile]:
    """The link and its case. Raises: LinkError for a bad, spent or too often wrong link."""
    address = f"link:{request.client.host if request.client else ''}"
    if wb.actions.accounts.failures(address, wb.actions.now() - LOCKED) >= MOST_WRONG:
        raise LinkError("尝试次数过多，请十五分钟后再试")
    try:
        link = wb.links.read(token)
    except LinkError:
        wb.actions.accounts.failed(wb.actions.new_id(), address, wb.actions.now())
        raise
    file = wb.actions.file(link.number)
    if file is None or not link.fits(file.case):
        raise LinkError("本件已签收、退回或另行交办，此链接不再有效")
    return link, file


@router.get("/qs/{token}")
async def receipt(request: Request, token: str) -> Response:
    """Number, level, limits and the button; never the text of a post."""
    wb = bench(request)
    try:
        link, file = _looked(request, wb, token)
    except LinkError as error:
        return wb.pages.message(request, "链接不能使用", str(error), 410)
    facts: dict[str, Any] = {"case": file.case, "unit": names_of(wb.actions).get(link.unit, link.unit), "token": token, "now": wb.actions.now()}
    return wb.pages.page(request, "receipt.html", None, units=wb.actions.units.units, standard=wb.actions.standard, problem="", **facts)


@router.post("/qs/{token}")
async def sign_for(request: Request, token: str) -> Response:
    """签收 or 退回 by a named person of the unit. The link is spent with it: the case is no longer at 交办."""
    wb, fields = bench(request), await sent(request)
    try:
        link, file = _looked(request, wb, token)
    except LinkError as error:
        return wb.pages.message(request, "链接不能使用", str(error), 410)
    if fields.get("act") not in ("签收", "退回"):
        return wb.pages.message(request, "没有登记", "请返回，按“确认签收”或“退回”", 400)
    back = fields["act"] == "退回"
    why = fields.get("why", "") or ("" if back else "凭通知中的链接签收")
    asked = MoveAsked(to=(S.RETURNED if back else S.SIGNED_FOR).value, why=why, unit=fields.get("unit", "") if back else "")
    try:
        wb.actions.receive(link.number, asked, unit=link.unit, name=fields.get("name", ""))
    except RefusedError as error:
        facts: dict[str, Any] = {"case": file.case, "unit": names_of(wb.actions).get(link.unit, link.unit), "token": token, "now": wb.actions.now()}
        return wb.pages.page(
            request, "receipt.html", None, 400, units=wb.actions.units.units, standard=wb.actions.standard, problem=str(error), **facts
        )
    return wb.pages.message(request, "已登记", f"{link.number} 已{'退回' if back else '签收'}", 200)
