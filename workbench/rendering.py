"""Rendering: Jinja2 with autoescape on and no undefined name let through; static files under an address that changes with their content."""

import hashlib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2
from fastapi import Request
from fastapi.responses import HTMLResponse

from records.account import Permission
from records.case import Case, Deadline
from records.instant import in_words, shanghai
from records.masking import mask
from responders.duty import time_in_words
from responders.masking import masked, safe_link
from workbench.access import NAVIGATION
from workbench.door import Visitor
from workbench.paper_lines import CLOCKS, line_of

FOLDER = Path(__file__).parent


class Pages:
    """The templates and static files."""

    def __init__(self) -> None:
        loader = jinja2.FileSystemLoader(FOLDER / "templates")
        self._jinja = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
        self._jinja.filters |= {
            "when": _when, "masked": masked, "mask": mask, "safe_link": safe_link, "clock": _clock, "hides": _hides, "line": line_of,
        }  # fmt: skip
        self._jinja.globals["static"] = self.address

    @cached_property
    def static(self) -> Mapping[str, bytes]:
        """Static files by name."""
        return {path.name: path.read_bytes() for path in sorted((FOLDER / "static").iterdir()) if path.is_file()}

    def address(self, name: str) -> str:
        """Where a static file is served; a changed file has another address."""
        return f"/static/{hashlib.sha256(self.static[name]).hexdigest()[:12]}/{name}"

    def page(self, request: Request, name: str, visitor: Visitor | None, status: int = 200, **facts: Any) -> HTMLResponse:
        """A page, for who is logged in."""
        known: dict[str, Any] = {"path": request.url.path, "visitor": visitor, "navigation": navigation(visitor), "P": Permission}
        return HTMLResponse(self._jinja.get_template(name).render(known | facts), status)

    def message(self, request: Request, title: str, text: str, status: int, visitor: Visitor | None = None) -> HTMLResponse:
        """A page that says one thing, and where to go on from it."""
        return self.page(request, "message.html", visitor, status, title=title, text=text, onward=_onward(request.url.path, status, visitor))


def navigation(visitor: Visitor | None) -> list[tuple[str, str]]:
    """(address, name) of the pages the account may open."""
    return [(path, name) for path, name, asks in NAVIGATION if visitor is not None and visitor.may(asks)]


def _onward(path: str, status: int, visitor: Visitor | None) -> tuple[str, str] | None:
    """(address, name) of the page to go on to: the case a step was for, else 今日. A 404 never says for which case it was."""
    if visitor is None:
        return None if path.startswith("/qs/") else ("/login", "登录")
    if visitor.user.must_change:
        return "/account", "修改口令"
    if status != 404 and path.startswith("/cases/") and path.count("/") > 2:
        return f"/cases/{quote(path.split('/')[2], safe='')}", "回到本件"
    return "/today", "回到今日"


def _hides(text: str) -> bool:
    """True for a text with numbers that are shown masked."""
    return mask(text) != text


def _when(moment: Any) -> str:
    return f"{shanghai(moment):%Y-%m-%d %H:%M}" if moment is not None else "—"


def _clock(clock: Deadline, case: Case, now: Any) -> str:
    """A clock in words: what, by when, whether it was kept."""
    asked, due = CLOCKS.get(clock.kind, clock.kind), time_in_words(clock.due_at, now)
    if clock.met_at is not None:
        kept = "按时" if clock.met_at <= clock.due_at else "逾期"
        return f"{asked}：{due}前，{in_words(clock.met_at)}完成（{kept}）"
    late = "，已逾期" if clock.due_at < now else ""
    return f"{asked}：{due}前{late}" + ("（迟发现，计入监测）" if clock.late_found else "")
