"""Why a guest may not read a page (登录墙、密码、验证码、已删除): the reason in the page's own words where it has any."""

import re

from selectolax.lexbor import LexborHTMLParser

from monitor.plain_text import one_line, text_of
from monitor.title import text_of_first

_SHORT = 260  # letters of visible text up to which a page can be nothing but a notice
_NOTICE = 90  # letters up to which a body can be nothing but a notice
_CHALLENGE = re.compile(
    r"安全验证|人机验证|访问验证|身份验证|滑动验证|行为验证|(?:输入|完成|填写).{0,6}验证码|验证您是真人|正在检查您的浏览器|浏览器安全检查|"
    r"页面重载|正在重新载入|请稍候.{0,6}跳转|checking your browser|just a moment|attention required|enable javascript and cookies|"
    r"are you (?:a )?(?:human|robot)|captcha|verify you are|访问过于频繁|请求过于频繁|访问(?:被|已被)?(?:拦截|阻断|拒绝)|请求被拦截|"
    r"网站防火墙|\bWAF\b|access denied|403 forbidden|^\s*(?:\d{1,3}\s*[+x*×-]\s*)+\d{1,3}\s*=\s*[?？]",
    re.IGNORECASE,
)
_LOGIN = re.compile(
    r"(?:尚未|没有|还未)登[录陆]|请先?登[录陆]|登[录陆](?:后|才能|才可以).{0,12}(?:查看|浏览|阅读|访问|继续)|需要登[录陆]|无权(?:访问|查看|浏览|限)|"
    r"没有权限|权限不足|仅限(?:会员|本站|注册)|阅读权限|游客.{0,8}(?:不能|无法|无权)|please log ?in|login required|members only",
    re.IGNORECASE,
)
_PASSWORD = re.compile(
    r"密码保护|受密码|需要密码|请输入.{0,4}(?:访问)?密码|password protected|enter (?:a|the) password", re.IGNORECASE
)
_GONE = re.compile(
    r"(?:已被|已|被)(?:发布者|作者|管理员)?(?:删除|屏蔽|下架|关闭|撤回)|(?:页面|文章|主题|帖子|内容|信息|网页).{0,6}(?:不存在|找不到|已失效)|"
    r"无法找到(?:该|您)|违规(?:内容|无法查看)|站点(?:已)?关闭|网站(?:维护|升级|暂停|已关闭)|404 not found|page not found|no longer available",
    re.IGNORECASE,
)
_NOTICE_TITLE = re.compile(r"(?:系统|温馨|网站)?(?:提示|错误|警告|拦截|出错|登录|error|forbidden|40[0-9]|50[0-9])", re.IGNORECASE)
_KINDS = ((_CHALLENGE, "验证页"), (_PASSWORD, "需要密码"), (_LOGIN, "需要登录"), (_GONE, "已删除或关闭"))


def closed_reason(tree: LexborHTMLParser, body: str, *, dated: bool = False) -> str:
    """Why the page's text may not be read, "" when `body` (its text as extracted) is the text.

    A `dated` page is an item: a short complaint that speaks of codes, log-ins or deleted posts is no wall itself.

    >>> closed_reason(LexborHTMLParser("<title>安全验证</title><p>请完成验证码后继续访问</p>"), "请完成验证码后继续访问")
    '验证页：请完成验证码后继续访问'
    """
    if len(body) > 2 * _SHORT:
        return ""
    visible = text_of(tree.body)
    if _asks_password(tree, visible) and len(body) <= _SHORT:
        return f"需要密码：{_first_line(body)}"
    if not visible and not body:
        return "页面要运行脚本才有内容" if tree.css_first("script") is not None else "页面没有文字"
    title = one_line(text_of_first(tree, "title"))[:200]
    if len(body) <= _NOTICE and _CHALLENGE.search(title):
        return f"验证页：{_first_line(body or visible)}"
    notice = f"{title}\n{visible}" if len(visible) <= _SHORT else body if len(body) <= _NOTICE else ""
    item = dated and not _NOTICE_TITLE.match(title)
    kind = "" if item else next((name for pattern, name in _KINDS if pattern.search(notice)), "")
    return f"{kind}：{_first_line(body or visible)}" if kind else ""


def notice_reason(text: str) -> str:
    """The reason a forum's message box states; its kind before its words.

    >>> notice_reason("抱歉，您尚未登录，没有权限访问该版块")
    '需要登录：抱歉，您尚未登录，没有权限访问该版块'
    """
    kind = next((name for pattern, name in _KINDS if pattern.search(text)), "提示信息")
    return f"{kind}：{_first_line(text)}"


def _asks_password(tree: LexborHTMLParser, visible: str) -> bool:
    """True for a form that asks for one page's password (a log-in form also asks for a name)."""
    if tree.css_first('form.post-password-form, form[action*="postpass"], input[name="post_password"]') is not None:
        return True
    return tree.css_first("input[type=password]") is not None and len(visible) <= _SHORT and bool(_PASSWORD.search(visible))


def _first_line(text: str) -> str:
    return next((line for line in text.split("\n") if len(line) >= 4), text)[:80]
