"""Robots (群机器人): what 企业微信, 钉钉 and 飞书 answer to one message. No network: path, query, body and time in, an answer out.

Errors come with HTTP 200, as the real ones send them. Codes the owners document but a sender cannot provoke are left out.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from huiying.town.rate import Rate
from huiying.town.signature import dingtalk_sign, feishu_sign, same, timely

MINUTE, SECOND, MILLISECOND = timedelta(minutes=1), timedelta(seconds=1), timedelta(milliseconds=1)
Answer = Mapping[str, object]
OK: Answer = {"errcode": 0, "errmsg": "ok"}  # 企业微信 and 钉钉 say it alike


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request. `token` is what the address carries: key, access_token or the hook's last part; `size` in bytes of `body`."""

    token: str
    query: Mapping[str, str]
    body: Mapping[str, object] | None  # None: not a JSON object
    size: int


def call(token: str, query: Mapping[str, str], raw: bytes) -> Call:
    """The request as the robot sees it.

    >>> call("k", {}, "你好".encode()).body is None
    True
    """
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        body = None
    return Call(token=token, query=query, body=body if isinstance(body, dict) else None, size=len(raw))


def part(body: Mapping[str, object] | None, *path: str) -> object:
    """What stands at `path` in the body, or None.

    >>> part({"text": {"content": "停水"}}, "text", "content"), part({"text": 3}, "text", "content")
    ('停水', None)
    """
    found: object = body
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def words(body: Mapping[str, object] | None, *path: str) -> str:
    """The text at `path`, "" where there is none or it is no text."""
    found = part(body, *path)
    return found if isinstance(found, str) else ""


class WeCom:
    """企业微信 消息推送: key in the query, 20 a minute, text ≤ 2048 and markdown ≤ 4096 bytes, news ≤ 8 articles.

    Source: developer.work.weixin.qq.com document 99110.
    """

    name = "wecom"
    ok = OK
    limits: ClassVar[Mapping[str, int]] = {"text": 2048, "markdown": 4096, "markdown_v2": 4096}  # bytes
    most_articles = 8

    def __init__(self, key: str) -> None:
        self._key, self._rate = key, Rate(20, MINUTE)

    def refuse(self, asked: Call, now: datetime) -> Answer | None:
        """The error body, or None when the message may be taken."""
        if asked.token != self._key:
            return _errcode(93000, "invalid webhook url, more info at https://open.work.weixin.qq.com/devtool/query?e=93000")
        return self._malformed(asked.body) or (_errcode(45009, "api freq out of limit") if self._rate.full(now) else None)

    def take(self, now: datetime) -> None:
        """Counts an accepted message."""
        self._rate.take(now)

    def _malformed(self, body: Mapping[str, object] | None) -> Answer | None:
        kind = words(body, "msgtype")
        if kind in self.limits:
            return self._too_long(kind, words(body, kind, "content"))
        if kind == "news":
            articles = part(body, "news", "articles")
            good = isinstance(articles, Sequence) and 1 <= len(articles) <= self.most_articles
            return None if good else _errcode(40058, "news.articles size must be 1 to 8. invalid Request Parameter")
        if kind == "template_card":
            acts = part(body, "template_card", "card_action", "type") in (1, 2)
            return None if acts else _errcode(42045, "Template_Card card_action missing or invalid")
        return _errcode(47001, "data format error") if body is None else _errcode(40008, "invalid message type")

    def _too_long(self, kind: str, content: str) -> Answer | None:
        if not content:
            return _errcode(44004, "empty content")
        most = self.limits[kind]
        if len(content.encode()) <= most:
            return None
        return _errcode(40058, f"{kind}.content exceed max length {most}. invalid Request Parameter")


class DingTalk:
    """钉钉 自定义机器人: token, millisecond timestamp and sign in the query, 20 a minute (then 10 minutes of silence), ≤ 20000 bytes.

    Source: open.dingtalk.com 自定义机器人接入, 错误码.
    """

    name = "dingtalk"
    ok = OK
    most_bytes = 20_000
    silence = timedelta(minutes=10)
    needed: ClassVar[Mapping[str, tuple[tuple[str, ...], ...]]] = {
        "text": (("text", "content"),),
        "markdown": (("markdown", "title"), ("markdown", "text")),
        "link": (("link", "title"), ("link", "text"), ("link", "messageUrl")),
        "actionCard": (("actionCard", "title"), ("actionCard", "text")),
    }

    def __init__(self, token: str, secret: str) -> None:
        self._token, self._secret, self._rate = token, secret, Rate(20, MINUTE)
        self._silent_until: datetime | None = None

    def refuse(self, asked: Call, now: datetime) -> Answer | None:
        """The error body, or None when the message may be taken."""
        if asked.token != self._token:
            return _errcode(300005, "token is not exist")
        return self._unsigned(asked.query, now) or self._malformed(asked) or self._too_fast(now)

    def take(self, now: datetime) -> None:
        """Counts an accepted message."""
        self._rate.take(now)

    def _unsigned(self, query: Mapping[str, str], now: datetime) -> Answer | None:
        stamp = query.get("timestamp", "")
        if not timely(stamp, MILLISECOND, now):
            return _errcode(310000, "description:机器人发送签名过期;solution:签名生成时间和发送时间请保持在 timestampms 以内")
        if not same(query.get("sign", ""), dingtalk_sign(stamp, self._secret)):
            return _errcode(310000, "description:机器人发送签名不匹配;solution:请确认签名和生成签名的时间戳")
        return None

    def _malformed(self, asked: Call) -> Answer | None:
        if asked.size > self.most_bytes:
            return _errcode(460101, "message too long, exceed 20000 bytes")
        if asked.body is None:
            return _errcode(40035, "缺少参数 json")
        kind = words(asked.body, "msgtype")
        if kind not in self.needed:
            return _errcode(400105, f"不支持的消息类型 {kind[:20]}")
        missing = next((path for path in self.needed[kind] if not words(asked.body, *path)), None)
        return _errcode(40035, f"缺少参数 {'.'.join(missing)}") if missing else None

    def _too_fast(self, now: datetime) -> Answer | None:
        if self._silent_until is not None and now < self._silent_until:
            wait = (self._silent_until - now) // SECOND
            return {"status": 1111, "wait": wait, "source": "x5", "punish": "deny"}  # the flow guard's own body
        if not self._rate.full(now):
            return None
        self._silent_until = now + self.silence
        return _errcode(130101, "send too fast, exceed 20 times per minute")


class Feishu:
    """飞书 自定义机器人: hook in the path, second timestamp and sign in the body, 5 a second and 100 a minute, ≤ 20 KB, cards ≤ 30 KB.

    Source: open.feishu.cn 自定义机器人使用指南.
    """

    name = "feishu"
    ok: ClassVar[Answer] = {"StatusCode": 0, "StatusMessage": "success", "code": 0, "data": {}, "msg": "success"}
    most_bytes: ClassVar[Mapping[str, int]] = {"interactive": 30 * 1024}
    usual_bytes = 20 * 1024
    needed: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "text": ("content", "text"),
        "post": ("content", "post"),
        "interactive": ("card",),
        "image": ("content", "image_key"),
        "share_chat": ("content", "share_chat_id"),
    }

    def __init__(self, hook: str, secret: str) -> None:
        self._hook, self._secret = hook, secret
        self._rates = (Rate(5, SECOND), Rate(100, MINUTE))

    def refuse(self, asked: Call, now: datetime) -> Answer | None:
        """The error body, or None when the message may be taken."""
        if asked.token != self._hook:
            return _code(19001, "param invalid: incoming webhook access token invalid")
        return self._malformed(asked) or self._unsigned(asked.body, now) or self._too_fast(now)

    def take(self, now: datetime) -> None:
        """Counts an accepted message."""
        for rate in self._rates:
            rate.take(now)

    def _unsigned(self, body: Mapping[str, object] | None, now: datetime) -> Answer | None:
        stamp = str(part(body, "timestamp") or "")
        right = timely(stamp, SECOND, now) and same(words(body, "sign"), feishu_sign(stamp, self._secret))
        return None if right else _code(19021, "sign match fail or timestamp is not within one hour from current time")

    def _malformed(self, asked: Call) -> Answer | None:
        kind = words(asked.body, "msg_type")
        if asked.size > self.most_bytes.get(kind, self.usual_bytes):
            return _code(9499, "Bad Request: request body too large")
        if kind not in self.needed:
            return _code(9499, "Bad Request")
        return None if part(asked.body, *self.needed[kind]) else _code(19002, "params error, msg_type need content")

    def _too_fast(self, now: datetime) -> Answer | None:
        full = any(rate.full(now) for rate in self._rates)
        return _code(11232, "frequency limited: create message trigger frequency limit") if full else None


Robot = WeCom | DingTalk | Feishu
Token = Callable[[Mapping[str, str], Mapping[str, str]], str]  # (path parts, query) → what names the robot
ADDRESSES: tuple[tuple[str, str, Token], ...] = (
    ("wecom", "/cgi-bin/webhook/send", lambda path, query: query.get("key", "")),
    ("dingtalk", "/robot/send", lambda path, query: query.get("access_token", "")),
    ("feishu", "/open-apis/bot/v2/hook/{hook}", lambda path, query: path["hook"]),
)


def _errcode(code: int, said: str) -> Answer:
    return {"errcode": code, "errmsg": said}


def _code(code: int, said: str) -> Answer:
    return {"code": code, "data": {}, "msg": said}
