"""企业微信 消息推送 (formerly 群机器人): markdown, key in the query, no signature.

Source: developer.work.weixin.qq.com document 99110 (2025-08-07): 20 messages a minute and robot, markdown ≤ 4096 bytes.
"""

from datetime import datetime
from urllib.parse import quote

from records.channel import ChannelConfig
from records.notice import Notice
from responders.channels.answer import DONE, MINUTE, Answer, Rate, again, never
from responders.channels.http import Client
from responders.channels.markup import lines_of, markdown
from responders.channels.parts import parts
from responders.channels.robot import send_parts

RATES = (Rate(count=20, seconds=60),)
MARKDOWN_BYTES = 4096
RULINGS = {
    "0": DONE,
    "-1": again("企业微信系统繁忙"),
    "42001": again("凭证过期，稍后再试"),
    "45009": again("超过每分钟20条", MINUTE),
    "45033": again("并发过多", MINUTE),
    "93000": never("机器人地址或密钥错误，或已被移出群"),
    "93004": never("机器人已停用"),
    "93008": never("机器人不在群里"),
    "40008": never("消息类型不被接受"),
    "40058": never("参数不合规（多为超长）"),
    "45002": never("内容超长"),
    "44004": never("内容为空"),
}


def bodies(notice: Notice) -> list[dict[str, object]]:
    """The messages of a notice, one request each."""
    text = "\n".join(markdown(line) for line in lines_of(notice))
    return [{"msgtype": "markdown", "markdown": {"content": part}} for part in parts(text, MARKDOWN_BYTES)]


def read(body: dict[str, object]) -> tuple[str, str] | None:
    """errcode and errmsg.

    >>> read({"errcode": 45009, "errmsg": "api freq out of limit"})
    ('45009', 'api freq out of limit')
    """
    return (str(body["errcode"]), str(body.get("errmsg", ""))) if "errcode" in body else None


async def deliver(notice: Notice, channel: ChannelConfig, http: Client, *, now: datetime) -> Answer:
    """What 企业微信 answered."""
    url = f"{channel.base_url}/cgi-bin/webhook/send?key={quote(channel.key, safe='')}"
    return await send_parts(bodies(notice), notice, channel, http=http, now=now, url=url, read=read, rulings=RULINGS)
