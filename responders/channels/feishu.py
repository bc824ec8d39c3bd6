"""飞书 自定义机器人: text, signed in the body.

Source: open.feishu.cn 自定义机器人使用指南: 100 messages a minute and 5 a second, request body ≤ 20 KB, signature good for an hour; the
whole and the half hour are crowded (11232).
"""

import base64
import hashlib
import hmac
import json
from datetime import datetime
from urllib.parse import quote

from records.channel import ChannelConfig
from records.instant import micros
from records.notice import Notice
from responders.channels.answer import DONE, MINUTE, Answer, Rate, again, never
from responders.channels.http import Client
from responders.channels.markup import lines_of, plain
from responders.channels.parts import byte_size, parts
from responders.channels.robot import send_parts

RATES = (Rate(count=5, seconds=1), Rate(count=100, seconds=60))
BODY_BYTES = 20 * 1024
ENVELOPE_BYTES = 400  # the JSON around the text: type, timestamp, signature
RULINGS = {
    "0": DONE,
    "11232": again("飞书限流", MINUTE),
    "99991400": again("请求过于频繁", MINUTE),
    "9499": never("请求不合规（多为超过20 KB）"),
    "19001": never("机器人地址或密钥错误"),
    "19002": never("消息格式不被接受"),
    "19007": never("机器人未启用"),
    "19021": never("签名不符或时间超出1小时（核对密钥与服务器时钟）"),
    "19022": never("服务器地址不在白名单"),
    "19024": never("不含机器人要求的关键词"),
}


def sign(seconds: int, secret: str) -> str:
    """The signature: HMAC-SHA256 of nothing, with "{seconds}\\n{secret}" as key.

    >>> sign(1599360473, "demo")
    'l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8='
    """
    return base64.b64encode(hmac.new(f"{seconds}\n{secret}".encode(), b"", hashlib.sha256).digest()).decode()


def bodies(notice: Notice) -> list[dict[str, object]]:
    """The messages of a notice, unsigned."""
    text = "\n".join(plain(line) for line in lines_of(notice))
    found = parts(text, BODY_BYTES - ENVELOPE_BYTES, _json_size)
    return [{"msg_type": "text", "content": {"text": part}} for part in found]


def _json_size(text: str) -> int:
    return byte_size(json.dumps(text, ensure_ascii=False))


def signed(body: dict[str, object], secret: str, now: datetime) -> dict[str, object]:
    """The body with timestamp and signature; unchanged when the robot has no secret."""
    if not secret:
        return body
    seconds = micros(now) // 1_000_000
    return {"timestamp": str(seconds), "sign": sign(seconds, secret)} | body


def read(body: dict[str, object]) -> tuple[str, str] | None:
    """code and msg, in the new spelling or the old.

    >>> read({"StatusCode": 0, "StatusMessage": "success"})
    ('0', 'success')
    """
    for code, words in (("code", "msg"), ("StatusCode", "StatusMessage")):
        if code in body:
            return str(body[code]), str(body.get(words, ""))
    return None


async def deliver(notice: Notice, channel: ChannelConfig, http: Client, *, now: datetime) -> Answer:
    """What 飞书 answered."""
    url = f"{channel.base_url}/open-apis/bot/v2/hook/{quote(channel.key, safe='')}"
    found = [signed(body, channel.secret, now) for body in bodies(notice)]
    return await send_parts(found, notice, channel, http=http, now=now, url=url, read=read, rulings=RULINGS)
