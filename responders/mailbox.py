"""Mail addresses (收件地址) that may be written to: well-formed, and in a domain the office has allowed (design decision 11)."""

import re
from collections.abc import Sequence

_ADDRESS = re.compile(r"(?!.*=\?)[A-Za-z0-9.!#$%&'*+/=?^_{}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)+")


def allowed(address: str, domains: Sequence[str]) -> bool:
    """True when the address is plain and its domain is listed, letter for letter (case aside); an empty list allows nobody.

    >>> [allowed(a, ("tinghu.example",)) for a in ("zjj@Tinghu.example", "a@b.tinghu.example", "a@tinghu.example\\r\\nBcc: x@y.z")]
    [True, False, False]
    """
    if not _ADDRESS.fullmatch(address):
        return False
    return address.rpartition("@")[2].casefold() in {d.casefold().lstrip("@") for d in domains}
