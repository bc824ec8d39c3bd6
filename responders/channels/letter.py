"""Letter (信件): a notice as the bytes of an e-mail that Chinese mail clients thread, show and name attachments in rightly.

Source: RFC 5322 (threading), RFC 2919 (List-Id), RFC 3834 (Auto-Submitted), RFC 2047 and RFC 2231 (names).
"""

import hashlib
import io
import mimetypes
import unicodedata
from base64 import b64encode
from email.generator import BytesGenerator
from email.message import EmailMessage, Message
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import quote

from records.instant import shanghai
from records.notice import Notice

LONGEST_NAME = 20  # characters of an attachment's stem: QQ 邮箱 and Foxmail show longer ones as tcmime.*.bin
LONGEST_SUBJECT = 200  # characters
# refolding would break filename* into filename*0*, filename*1* …, which those clients do not join
_POLICY = SMTP.clone(refold_source="none", cte_type="7bit")


class AttachmentError(ValueError):
    """An attachment that is outside the data folder or not to be read; names it."""


def letter(notice: Notice, sender: str, *, data: Path) -> bytes:
    """The letter's bytes (CRLF, 7 bit). The same notice always gives the same Message-ID, so a repeat can be told from a new one.

    `data` is the folder attachments lie under. Raises: AttachmentError; ValueError when an address cannot stand in a header.
    """
    mail = EmailMessage(policy=_POLICY)
    for name, value in headers(notice, sender).items():
        mail[name] = value
    mail.set_content(_text(notice.text), cte="base64")
    if notice.html:
        mail.add_alternative(_text(notice.html), subtype="html", cte="base64")
    if notice.attachments:
        mail.make_mixed()
    for path in notice.attachments:
        mail.attach(_attachment(path, data))  # type: ignore[arg-type]
    out = io.BytesIO()
    # the boundary Python would draw by chance comes from the key: equal notices are equal bytes
    for number, part in enumerate(p for p in mail.walk() if p.is_multipart()):
        part.set_boundary(f"=_{_digest(notice.key)}_{number}")
    BytesGenerator(out, policy=_POLICY).flatten(mail)
    return out.getvalue()


def headers(notice: Notice, sender: str) -> dict[str, str]:
    """Every header but those of MIME."""
    domain = sender.rpartition("@")[2]
    thread = f"<case.{_token(notice.thread)}@{domain}>" if notice.thread else ""
    named = {
        "From": sender,
        "To": notice.address,
        "Subject": _unencoded(" ".join(_text(notice.subject).split())[:LONGEST_SUBJECT]),
        "Date": format_datetime(shanghai(notice.created_at)),
        "Message-ID": message_id(notice, sender),
        "In-Reply-To": thread,
        "References": thread,
        "List-Id": f"<yuqing.{domain}>",
        "Auto-Submitted": "auto-generated",
        "Precedence": "bulk",
        "Importance": "high" if notice.urgent else "",
        "X-Huiying-Case": _token(notice.thread),
    }
    return {name: value for name, value in named.items() if value}


def _unencoded(subject: str) -> str:
    """The subject in which nothing reads as an RFC 2047 word: the library would decode it, line ends and all, into headers of their own.

    >>> _unencoded("停水 =?utf-8?q?=0D=0ABcc:_x?=")
    '停水 =？utf-8?q?=0D=0ABcc:_x?='
    """
    return subject.replace("=?", "=？")


def message_id(notice: Notice, sender: str) -> str:
    """The stable Message-ID of a notice: from its idempotency key and the sender's domain."""
    return f"<{_digest(notice.key)}@{sender.rpartition('@')[2]}>"


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:32]


def _token(text: str) -> str:
    return "".join(c if c.isascii() and (c.isalnum() or c in "-._") else "-" for c in text)


def _text(text: str) -> str:
    """The text without lone surrogates and control characters (line ends and tabs stay)."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))


def _attachment(name: str, data: Path) -> Message:
    """One attachment; its name stands once in each of the two headers that clients look at."""
    root = data.resolve()
    path = (root / name).resolve()
    if not path.is_relative_to(root):
        raise AttachmentError(f"附件不在数据目录内：{name}")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise AttachmentError(f"附件不能读取：{name}（{error.strerror}）") from error
    shown = attachment_name(path.name)
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    part = Message()  # not EmailMessage: that would write name*= and refuse the folds
    part["Content-Type"] = f'{kind};\r\n name="{_encoded_word(shown)}"'
    part["Content-Disposition"] = f"attachment;\r\n filename*=UTF-8''{quote(shown, safe='')}"
    part["Content-Transfer-Encoding"] = "base64"
    wrapped = b64encode(content).decode()
    part.set_payload("\r\n".join(wrapped[i : i + 76] for i in range(0, len(wrapped), 76)))
    return part


def attachment_name(name: str) -> str:
    """The name to show: no path, quotes or control characters; a long stem is cut.

    >>> attachment_name('每日舆情"2018年第159期".docx')
    '每日舆情2018年第159期.docx'
    """
    kept = "".join(c for c in name if c.isprintable() and c not in '"\\/:*?<>|;')
    stem, dot, suffix = kept.rpartition(".")
    return f"{stem[:LONGEST_NAME]}.{suffix[:10]}" if dot and stem else (kept[:LONGEST_NAME] or "attachment")


def _encoded_word(name: str) -> str:
    """RFC 2047 words of at most 75 characters, cut between characters."""
    if name.isascii():
        return name
    words = [name[i : i + 10] for i in range(0, len(name), 10)]
    return "\r\n ".join(f"=?UTF-8?B?{b64encode(w.encode()).decode()}?=" for w in words)
