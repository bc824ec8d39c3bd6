"""Source (信息源) and FetchState: what is watched, and where the watching stands."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class SourceKind(StrEnum):
    """How a source is read."""

    FEED = "feed"  # RSS 0.9x/1.0/2.0, Atom, JSON Feed, RSSHub routes
    LISTING = "listing"  # 列表页 → 文章页
    FORUM = "forum"  # Discuz! 类论坛版块 → 主题
    MAILBOX = "mailbox"  # 政府信箱公开来信列表 → 来信页
    IMPORT = "import"  # 人工导入的表格（供应商导出、12345 工单）：从不采集


class MediaTier(StrEnum):
    """Media tier (媒体级别); grading counts the highest tier an event has reached."""

    CENTRAL = "央级"
    PROVINCE = "省级"
    CITY = "市级"
    DISTRICT = "区级"
    PERSONAL = "自媒体"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One watched place.

    `cadence_minutes` is the wished time between two polls, > 0. `territory` is "local" (本地源, anchors place names),
    "city", "province" or "national". `impact_note` is the assessment required before automated collecting
    (网络数据安全管理条例 第十八条); an enabled source has one. `verified` is the date (YYYY-MM-DD) on which a person saw
    the URL answer, or "" when nobody did.
    """

    id: str
    name: str
    kind: SourceKind
    url: str
    tier: MediaTier
    territory: str
    cadence_minutes: int
    enabled: bool
    impact_note: str = ""
    verified: str = ""
    article_pattern: str = ""  # regex an article link must match; "" = learnt from the page
    ticket: str = ""  # 工单种类 of standard.toml whose limit its items have (12345, 信访); "" = public concern
    robots_override: str = ""  # permission letter number; "" = robots.txt is obeyed
    robots_approver: str = ""  # the post (not the person) that approved the override
    robots_until: date | None = None  # last day of the override, Shanghai; after it robots.txt is obeyed again


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchState:
    """Where the polling of one source stands. Instants are aware UTC.

    `failures` counts consecutive failed polls; `zero_yields` consecutive successful polls with no item on the page.
    `baseline_done` is False until the first successful poll (its old posts never alert).
    """

    source_id: str
    etag: str = ""
    last_modified: str = ""
    content_hash: str = ""
    due_at: datetime
    last_ok_at: datetime | None = None
    last_new_at: datetime | None = None
    failures: int = 0
    zero_yields: int = 0
    last_error: str = ""
    baseline_done: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPage:
    """The bytes a server sent, kept as evidence (存证). `sha256` is of `body` (after content decoding), hex."""

    sha256: str
    url: str
    content_type: str
    fetched_at: datetime
    body: bytes
