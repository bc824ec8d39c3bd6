"""The application: middleware that guards every answer, and the routes of the page modules."""

import re
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.responses import PlainTextResponse, RedirectResponse
from starlette.exceptions import HTTPException

from workbench import account_pages, admin_pages, case_pages, health_pages, office_pages, paper_pages, receipt_pages
from workbench.actions import Actions, RefusedError
from workbench.bench import Workbench, bench
from workbench.door import LOCAL, ForbiddenError, HiddenError, NotLoggedInError, same_origin, visitor
from workbench.receipt_links import LinkSigner

LARGEST = 1 << 20  # bytes of a request's body
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_HOST = re.compile(r"(?P<name>\[::1\]|[a-z0-9.-]+)(:[0-9]{1,5})?")
log = structlog.get_logger()
Next = Callable[[Request], Awaitable[Response]]


def create_app(actions: Actions, links: LinkSigner) -> FastAPI:
    """The workbench. One event loop, one ledger connection: handlers never wait inside a transaction."""
    app = FastAPI(title="回应 Huiying", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.state.workbench = Workbench(actions=actions, links=links)
    for module in (health_pages, account_pages, case_pages, paper_pages, office_pages, receipt_pages, admin_pages):
        app.include_router(module.router)
    app.middleware("http")(_guarded)
    for kind, handler in ((NotLoggedInError, _to_login), (ForbiddenError, _forbidden), (HiddenError, _hidden), (RefusedError, _refused)):
        app.add_exception_handler(kind, handler)
    app.add_exception_handler(HTTPException, _http)
    return app


async def _guarded(request: Request, call_next: Next) -> Response:
    """Refuses what no page of ours sends; puts the security headers on every answer."""
    refused = _refusal(request)
    response = refused if refused is not None else await _answered(request, call_next)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", CSP)
    if not request.url.path.startswith("/static/"):
        response.headers["Cache-Control"] = "no-store"
    if bench(request).secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


async def _answered(request: Request, call_next: Next) -> Response:
    """The page's answer; what a page did not foresee is logged by its route (an address may hold a token) and shown as one sentence."""
    try:
        return await call_next(request)
    except Exception:
        log.exception("page.failed", method=request.method, route=getattr(request.scope.get("route"), "path", ""))
        return bench(request).pages.message(request, "出错了", "出错了，没有办理；请稍后再试，仍不行请联系管理员", 500)


def _refusal(request: Request) -> Response | None:
    public_url = bench(request).actions.public_url
    host = _HOST.fullmatch(request.headers.get("host", "").lower())
    if host is None or host["name"].strip("[]") not in {urlsplit(public_url).hostname, *LOCAL}:
        return PlainTextResponse("不认识的主机名", 400)
    if "\0" in request.scope["path"] or b"%00" in request.scope["query_string"]:  # PostgreSQL stores and compares no NUL
        return PlainTextResponse("地址不对", 400)
    if request.method in ("GET", "HEAD"):
        return None
    if not same_origin(request, public_url):
        return PlainTextResponse("不是从本系统页面提交的", 403)
    length = request.headers.get("content-length", "")
    if not length.isascii() or not length.isdigit():
        return PlainTextResponse("须写明长度", 411)
    return PlainTextResponse("提交的内容过大", 413) if int(length) > LARGEST else None


async def _to_login(request: Request, error: Exception) -> Response:
    return RedirectResponse("/login", 303)


async def _forbidden(request: Request, error: Exception) -> Response:
    return _said(request, "不能这样做", str(error) or "您的账号没有这项权限", 403)


async def _hidden(request: Request, error: Exception) -> Response:
    return _said(request, "没有这个页面", "没有这个页面，或者不在您的职责范围内", 404)


async def _refused(request: Request, error: Exception) -> Response:
    return _said(request, "未能办理", str(error), 409)


async def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    said = {404: "没有这个页面", 405: "不能这样访问", 422: "填写的内容不对"}.get(status, "出错了")
    return _said(request, said, "请检查网址，或从导航进入。" if status == 404 else f"错误代码 {status}", status)


def _said(request: Request, title: str, text: str, status: int) -> Response:
    """One message, with the navigation of who is logged in."""
    try:
        who = visitor(request, bench(request).actions)
    except NotLoggedInError:
        who = None
    return bench(request).pages.message(request, title, text, status, who)
