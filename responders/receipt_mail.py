"""邮件签收: what a reply to a notice says. Pure: bytes in, a record or the reason why it is none out.

Only the lines above the quotation count; a machine's answer (休假自动回复, bounce) is never a receipt. Source: RFC 3834 (Auto-Submitted), RFC 5322.
"""

import re
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import getaddresses

LARGEST = 256 * 1024  # bytes of a reply
FIRST_LINES = 8
_NUMBER = re.compile(r"\[([A-Za-z0-9][A-Za-z0-9-]{4,39})\]")
_CODE = re.compile(r"校验码[：:\s]*([A-Z2-7]{10})(?![A-Z2-7])")
_ACT = re.compile(r"^\s*(签收|退回)[\s，,：:]*([\u4e00-\u9fffA-Za-z·]{2,20})?(?:[\s，,：:]+(.*))?$")
_QUOTED = re.compile(r"^\s*(?:>|-{2,}\s*(?:原始邮件|Original Message|转发)|_{5,}|(?:发件人|From)[：:]|在.{4,40}写道|On .{4,80}wrote)")
_BOUNCES = ("mailer-daemon", "postmaster", "no-reply", "noreply")


class NoReceiptError(ValueError):
    """A letter that is no receipt; says why, without its text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a person wrote: 签收 or 退回, their name, for 退回 the rest of the line. `sender` is the From address, lower case."""

    sender: str
    number: str
    code: str
    act: str
    name: str
    why: str


def read_reply(raw: bytes, envelope_from: str) -> Reply:
    """The receipt a letter is. Raises: NoReceiptError."""
    if len(raw) > LARGEST:
        raise NoReceiptError("邮件过大")
    mail = BytesParser(policy=policy.default).parsebytes(raw)
    if not isinstance(mail, EmailMessage):
        raise NoReceiptError("不是邮件")
    sender = _sender(mail, envelope_from)
    number, body = _NUMBER.search(_header(mail, "Subject")), _text(mail)
    code = _CODE.search(body)
    if number is None or code is None:
        raise NoReceiptError("主题没有编号，或引文中没有校验码")
    written = _written(body)
    acts = [found for line in written[:FIRST_LINES] if (found := _ACT.match(line))]
    if len(acts) != 1 or not acts[0][2]:
        raise NoReceiptError("引文之上没有一行“签收 姓名”或“退回 姓名 理由”")
    return Reply(sender=sender, number=number[1], code=code[1], act=acts[0][1], name=acts[0][2], why=(acts[0][3] or "").strip())


def _sender(mail: EmailMessage, envelope_from: str) -> str:
    """The one author of a person's letter, the same in envelope and header."""
    auto = _header(mail, "Auto-Submitted").split(";")[0].strip().lower()
    if auto not in ("", "no") or _header(mail, "X-Autoreply") or _header(mail, "Precedence").lower() in ("bulk", "junk", "auto_reply"):
        raise NoReceiptError("自动回复不算签收")
    found = [address.lower() for _, address in getaddresses([_header(mail, "From")]) if address]
    if len(found) != 1 or found[0] != envelope_from.strip("<>").lower():
        raise NoReceiptError("发件人与信封不一致")
    if found[0].partition("@")[0] in _BOUNCES:
        raise NoReceiptError("系统退信不算签收")
    return found[0]


def _header(mail: EmailMessage, name: str) -> str:
    return " ".join(str(mail.get(name, "")).split())


def _text(mail: EmailMessage) -> str:
    """The plain text, or the HTML's text where there is no plain one."""
    part = mail.get_body(preferencelist=("plain", "html"))
    try:
        content = part.get_content() if part is not None else ""
    except (LookupError, ValueError, AttributeError) as error:
        raise NoReceiptError("正文读不出") from error
    if part is not None and part.get_content_subtype() == "html":
        content = re.sub(r"<(?:br|/p|/div|/tr|blockquote)[^>]*>", "\n", str(content), flags=re.IGNORECASE)
        content = re.sub(r"<[^>]{0,2000}>", "", content)
    return str(content).replace("\r\n", "\n")


def _written(body: str) -> list[str]:
    """The lines above the quotation that are not blank."""
    lines = []
    for line in body.split("\n"):
        if _QUOTED.match(line):
            break
        if line.strip():
            lines.append(line)
    return lines
