"""Author keys: HMAC(monthly key, source, name). Counts voices, names nobody; keys are destroyed after 60 days.

Source: 个人信息保护法 第五十一条 (de-identification), 第十九条 (shortest retention).
"""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from pathlib import Path

from records.instant import shanghai

KEEP = timedelta(days=60)


class AuthorKeys:
    """Monthly keys as files of mode 0600 under `folder`."""

    def __init__(self, folder: Path, now: datetime) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._destroy_old(folder, now)
        self._key = self._monthly(folder / f"{shanghai(now):%Y%m}.key")

    def __call__(self, source_id: str, name: str) -> str:
        """32 hex digits for one name on one source in this month; "" for an empty name."""
        if not name:
            return ""
        return hmac.new(self._key, f"{source_id}\0{name}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:32]

    @staticmethod
    def _monthly(path: Path) -> bytes:
        if not path.exists():
            path.touch(mode=0o600)
            path.write_bytes(secrets.token_bytes(32))
        return path.read_bytes()

    @staticmethod
    def _destroy_old(folder: Path, now: datetime) -> None:
        oldest = f"{shanghai(now - KEEP):%Y%m}"
        for path in folder.glob("*.key"):
            if path.stem < oldest:
                path.unlink()
