"""ChannelConfig (通道): how a message leaves the building. Secrets are never shown by repr."""

from dataclasses import dataclass, field
from enum import StrEnum


class ChannelKind(StrEnum):
    """What the channel speaks."""

    SMTP = "smtp"
    WECOM = "wecom"  # 企业微信 消息推送
    DINGTALK = "dingtalk"  # 钉钉 自定义机器人
    FEISHU = "feishu"  # 飞书 自定义机器人


class Detail(StrEnum):
    """How much of a case leaves the building (design decision 11)."""

    MINIMAL = "minimal"  # 编号、等级（系统初判）、时限、链接
    FULL = "full"  # 内部邮件与私有云


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelConfig:
    """One channel of huiying.toml.

    `base_url` has no trailing slash; `key` is the webhook key or token, `secret` signs, `password` is SMTP's: all three come
    from files or the environment, never from the TOML. `port` in 1..65535. `public` marks a public cloud, which only ever gets
    `detail` minimal.
    """

    id: str
    kind: ChannelKind
    enabled: bool = False
    detail: Detail = Detail.MINIMAL
    base_url: str = ""
    host: str = ""
    port: int = 25
    username: str = ""
    sender: str = ""
    starttls: bool = False
    public: bool = False
    key: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
