"""Robot (群机器人): what 企业微信, 钉钉 and 飞书 have in common: send the parts one by one, read the answer, say nothing secret."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import quote, quote_plus

from records.channel import ChannelConfig
from records.notice import Notice, Outcome
from responders.channels.answer import Answer, Ruling, again, judge, never
from responders.channels.http import Client, Reply, post_json

SHARED = 6  # characters; a shorter run is chance
MOST_PARTS = 5  # a longer text belongs in a mail or behind the link
Read = Callable[[dict[str, object]], tuple[str, str] | None]
_FAULTS: Mapping[str, Ruling] = {
    "timeout": again("未在时限内答复（可能已收到）"),
    "not-json": again("答复不是 JSON"),
    "no-code": again("答复中没有错误码"),
}
_UNSENT: Mapping[str, Ruling] = {
    "no-key": never("通道没有设置密钥（key）"),
    "no-address": never("通道没有设置地址（base_url）"),
    "too-long": never(f"消息超过{MOST_PARTS}段"),
}


async def send_parts(
    bodies: Sequence[dict[str, object]],
    notice: Notice,
    channel: ChannelConfig,
    *,
    http: Client,
    now: datetime,
    url: str,
    read: Read,
    rulings: Mapping[str, Ruling],
) -> Answer:
    """Accepted when every part was; else the first other answer, naming its part. A retry begins with the first part again.

    `read` finds (code, words) in a JSON body, None where it has none; HTTP 200 with an error body is an error.
    """
    refused = _refused(bodies, channel)
    if refused is not None:
        return refused
    answer = Answer(outcome=Outcome.ACCEPTED, code="0")
    for number, body in enumerate(bodies, 1):
        answer = _judged(await post_json(http, url, body, now=now), read, rulings)
        if answer.outcome is not Outcome.ACCEPTED:
            where = f"第{number}/{len(bodies)}段 " if len(bodies) > 1 else ""
            words = where + scrubbed(answer.detail, notice, channel)
            return replace(answer, code=scrubbed(answer.code, notice, channel), detail=words)
    return answer


def _refused(bodies: Sequence[dict[str, object]], channel: ChannelConfig) -> Answer | None:
    """What is wrong before anything is sent."""
    wrong = "no-key" if not channel.key else "no-address" if not channel.base_url else "too-long" if len(bodies) > MOST_PARTS else ""
    return judge(wrong, "", _UNSENT) if wrong else None


def _judged(reply: Reply, read: Read, rulings: Mapping[str, Ruling]) -> Answer:
    """A documented code decides; else the HTTP status; else what went wrong. A 5xx whose body says 0 is no success."""
    found = read(reply.body) if reply.body is not None else None
    documented = found is not None and found[0] in rulings
    if found is not None and (reply.status < 400 or (documented and found[0] != "0")):
        return judge(*found, rulings, retry_after=reply.retry_after)
    if reply.status >= 400:
        code, why = str(reply.status), "请求过于频繁" if reply.status == 429 else "服务器没有接受"
        return judge(code, f"HTTP {code}", {code: again(why)}, retry_after=reply.retry_after)
    code = reply.fault or "no-code"
    known = _FAULTS if code in _FAULTS else {code: again("连接失败")}
    return judge(code, f"HTTP {reply.status}" if reply.status else "", known)


def scrubbed(words: str, notice: Notice, channel: ChannelConfig) -> str:
    """The words without the channel's secrets, as they are and as an address spells them, and without what they repeat of the message."""
    secrets = [s for s in (channel.key, channel.secret, channel.password) if s]
    spelled = {form for s in secrets for form in (s, quote(s, safe=""), quote_plus(s))}
    for part in sorted(spelled, key=len, reverse=True):
        words = words.replace(part, "…")
    words = _without_shared(words, f"{notice.subject}\n{notice.text}")
    return "".join(c if c.isprintable() else " " for c in words)


def _without_shared(words: str, message: str) -> str:
    """The words with every run of `SHARED` characters or more that also stands in the message struck out."""
    hits = {i + k for i in range(len(words) - SHARED + 1) if words[i : i + SHARED] in message for k in range(SHARED)}
    return "".join("…" if i in hits else c for i, c in enumerate(words) if i not in hits or i - 1 not in hits)
