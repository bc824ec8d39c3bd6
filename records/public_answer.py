"""PublicAnswer (公开回应): a signed and published answer as it may be published once more; nothing of who spoke or where."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicAnswer:
    """One answer. `form` is R1–R6, `unit` the unit's name, `url` where it stands ("" offline).

    `on_time` tells whether 公开回应 kept its limit, None where there was none.
    """

    title: str
    text: str
    unit: str
    form: str
    channel: str
    url: str
    published_at: datetime
    on_time: bool | None
