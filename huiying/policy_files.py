"""Policy files (政策文件, 征求意见): TOML an office writes → PolicyDocument, Consultation, every mistake named by file and key."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from digests.quoting import web_address
from huiying.answer_files import AnswerFileError, read_record
from records.masking import mask
from records.policy import Clause, Consultation, PolicyDocument, Suggestion

for _record in (PolicyDocument, Clause, Consultation, Suggestion):
    _record.__pydantic_config__ = {"extra": "forbid"}  # type: ignore[union-attr]
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}", re.ASCII)
_GENERIC = frozenset(["政策", "文件", "通知", "办法", "规定", "细则", "意见", "方案", "公告", "补贴", "补助", "政府", "老人", "居民", "群众"])
SHORTEST_NAME, SHORTEST_WORD = 4, 2  # characters
EARLIEST = date(1990, 1, 1)  # earlier days are slips of the pen
Fault = tuple[str, str]  # key, what is wrong


def read_policy(path: Path) -> PolicyDocument:
    """The document of a TOML file. Raises: AnswerFileError."""
    found: PolicyDocument = read_record(path, PolicyDocument)
    _refuse(path, [*_common(found), *_of_policy(found)])
    return found


def read_consultation(path: Path) -> Consultation:
    """The round of a TOML file. Raises: AnswerFileError."""
    found: Consultation = read_record(path, Consultation)
    _refuse(path, [*_common(found), *_of_consultation(found)])
    return found


def _refuse(path: Path, faults: list[Fault]) -> None:
    if faults:
        raise AnswerFileError("\n".join(f"{path}: {key}: {what}" for key, what in faults))


def _common(found: PolicyDocument | Consultation) -> Iterator[Fault]:
    if not _ID.fullmatch(found.id):
        yield "id", "应为小写字母、数字和连字符，不超过64个"
    if not found.title.strip():
        yield "title", "不能为空"
    if not found.unit.strip():
        yield "unit", "不能为空"
    if found.url and not web_address(found.url):
        yield "url", "应为 http(s) 地址"


def _of_policy(found: PolicyDocument) -> Iterator[Fault]:
    if found.issued_on < EARLIEST:
        yield "issued_on", "应在1990年以后"
    if found.until is not None and found.until < found.issued_on:
        yield "until", "早于 issued_on"
    for at, day in enumerate(found.interpreted_on):
        if day < found.issued_on:
            yield f"interpreted_on.{at}", "早于 issued_on"
    yield from _of_clauses(found)
    for at, name in enumerate(found.short_names):
        if len(name.strip()) < SHORTEST_NAME:
            yield f"short_names.{at}", f"简称须独指本文件，不少于{SHORTEST_NAME}字"
    for at, word in enumerate(found.watch_words):
        yield from ((f"watch_words.{at}", what) for what in _of_word(word))


def _of_clauses(found: PolicyDocument) -> Iterator[Fault]:
    if not found.clauses:
        yield "clauses", "至少一条"
    numbers = [clause.number for clause in found.clauses]
    for at, clause in enumerate(found.clauses):
        if not clause.number.strip():
            yield f"clauses.{at}.number", "不能为空"
        elif clause.number in numbers[:at]:
            yield f"clauses.{at}.number", f"{clause.number} 重复"
        if not clause.text.strip():
            yield f"clauses.{at}.text", "不能为空"


def _of_word(word: str) -> Iterator[str]:
    """Watch words are of a subject, never of a person (design decision 4)."""
    if len(word.strip()) < SHORTEST_WORD or word in _GENERIC:
        yield f"“{word}”过于宽泛，须是本文件所涉事项的用词"
    if "@" in word or "＠" in word or mask(word) != word or re.search(r"\d{6,}", word):
        yield "不得是账号、电话、证件号等个人信息"


def _of_consultation(found: Consultation) -> Iterator[Fault]:
    if found.opens < EARLIEST:
        yield "opens", "应在1990年以后"
    if found.closes < found.opens:
        yield "closes", "早于 opens"
    for at, one in enumerate(found.suggestions):
        if not one.text.strip():
            yield f"suggestions.{at}.text", "不能为空"
        if not one.unit.strip():
            yield f"suggestions.{at}.unit", "不能为空"
