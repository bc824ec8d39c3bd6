"""钉钉 自定义机器人: markdown, signed in the query.

Source: open.dingtalk.com 自定义机器人接入: 20 messages a minute, above it 10 minutes of silence; message ≤ 20000 bytes; the signature is
good for an hour.
"""

import base64
import hashlib
import hmac
import json
from datetime import datetime, timedelta
from urllib.parse import quote, quote_plus

from records.channel import ChannelConfig
from records.instant import micros
from records.notice import Notice
from responders.channels.answer import DONE, MINUTE, Answer, Rate, again, never
from responders.channels.http import Client
from responders.channels.markup import lines_of, markdown
from responders.channels.parts import byte_size, parts
from responders.channels.robot import send_parts

RATES = (Rate(count=20, seconds=60),)
MESSAGE_BYTES = 20_000
ENVELOPE_BYTES = 600  # the JSON around the text, its title included
TITLE_CHARACTERS = 64
SILENCE = timedelta(minutes=10)
RULINGS = {
    "0": DONE,
    "-1": again("钉钉系统繁忙"),
    "130101": again("超过每分钟20条，限流10分钟", SILENCE),
    "1111": again("被限流拒绝，限流10分钟", SILENCE),
    "410100": again("发送过快", MINUTE),
    "310000": never("关键词、签名或IP校验未通过"),
    "300001": never("access_token 不存在"),
    "300005": never("access_token 不存在"),
    "400101": never("access_token 不存在"),
    "400102": never("机器人已停用"),
    "400105": never("消息类型不被接受"),
    "400106": never("机器人不存在"),
    "400013": never("群已解散"),
    "40035": never("缺少参数"),
    "43004": never("请求头不合规"),
    "430101": never("含被拦截的外链"),
    "430102": never("内容被拦截"),
    "430103": never("图片被拦截"),
    "430104": never("内容被拦截"),
    "460101": never("消息超长"),
}


def sign(milliseconds: int, secret: str) -> str:
    """The signature, URL-encoded: HMAC-SHA256 of "{ms}\\n{secret}" with the secret as key.

    >>> sign(1528420500000, "SECtest000")
    'x0B8IGTnAGVV33eav8S7XqOYMdn5nxmjPVCw3BRZn40%3D'
    """
    digest = hmac.new(secret.encode(), f"{milliseconds}\n{secret}".encode(), hashlib.sha256).digest()
    return quote_plus(base64.b64encode(digest))


def bodies(notice: Notice) -> list[dict[str, object]]:
    """The messages of a notice. 钉钉 joins single lines: a paragraph a line."""
    lines = lines_of(notice)
    text = "\n\n".join(markdown(line) for line in lines if line)
    title = "".join(lines[:1])[:TITLE_CHARACTERS]
    found = parts(text, MESSAGE_BYTES - ENVELOPE_BYTES, _json_size)
    return [{"msgtype": "markdown", "markdown": {"title": title, "text": part}} for part in found]


def _json_size(text: str) -> int:
    return byte_size(json.dumps(text, ensure_ascii=False))


def read(body: dict[str, object]) -> tuple[str, str] | None:
    """errcode and errmsg; the flow guard answers with a status of its own.

    >>> read({"status": 1111, "wait": 5, "source": "x5", "punish": "deny"})
    ('1111', 'punish=deny')
    """
    if "errcode" in body:
        return str(body["errcode"]), str(body.get("errmsg", ""))
    if "punish" in body or str(body.get("status", "")) == "1111":
        return "1111", f"punish={body.get('punish', '')}"
    return None


def address(channel: ChannelConfig, now: datetime) -> str:
    """Where to POST at `now`; unsigned when the robot has no secret (it then checks keywords or addresses)."""
    url = f"{channel.base_url}/robot/send?access_token={quote(channel.key, safe='')}"
    if not channel.secret:
        return url
    milliseconds = micros(now) // 1000
    return f"{url}&timestamp={milliseconds}&sign={sign(milliseconds, channel.secret)}"


async def deliver(notice: Notice, channel: ChannelConfig, http: Client, *, now: datetime) -> Answer:
    """What 钉钉 answered."""
    return await send_parts(
        bodies(notice), notice, channel, http=http, now=now, url=address(channel, now), read=read, rulings=RULINGS
    )
