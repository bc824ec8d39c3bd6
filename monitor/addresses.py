"""Where the collector may connect: public addresses only, unless the office listed the authority as its own.

An office's network holds printers, file servers and case systems; a link on a public page must never reach them (SSRF). The
address that is checked is the address that is connected to: `CheckedResolver` is the only way a name becomes an address, so a
second DNS answer (rebinding) is checked too. Source: RFC 6890 and the IANA special-purpose registries; RFC 6052, RFC 8215 (NAT64).
"""

import re
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit, urlunsplit

from aiohttp.abc import AbstractResolver, ResolveResult

Address = IPv4Address | IPv6Address
Lookup = Callable[[str, int], Awaitable[Sequence[str]]]
"""(host, port) → addresses as text. Raises: OSError when the name does not resolve."""

PORTS = {"http": 80, "https": 443}
MOST_ANSWERS = 64  # a DNS answer longer than this is refused, not sifted
_USED_ANSWERS = 8
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f\\\u0080-\u00a0\u2028\u2029]")


def _nets(*rows: tuple[str, str]) -> tuple[tuple[IPv4Network | IPv6Network, str], ...]:
    return tuple((ip_network(net), why) for net, why in rows)


_V4 = _nets(
    ("0.0.0.0/8", "本网络"),
    ("10.0.0.0/8", "内网"),
    ("100.64.0.0/10", "运营商级 NAT"),
    ("127.0.0.0/8", "本机"),
    ("169.254.0.0/16", "链路本地"),
    ("172.16.0.0/12", "内网"),
    ("192.0.0.0/24", "协议保留"),
    ("192.0.2.0/24", "文档示例"),
    ("192.88.99.0/24", "6to4 中继"),
    ("192.168.0.0/16", "内网"),
    ("198.18.0.0/15", "性能测试"),
    ("198.51.100.0/24", "文档示例"),
    ("203.0.113.0/24", "文档示例"),
    ("224.0.0.0/4", "组播"),
    ("240.0.0.0/4", "保留"),
)
_V6 = _nets(
    ("::1/128", "本机"),
    ("::ffff:0:0/96", "IPv4 映射"),
    ("::/96", "IPv4 兼容"),
    ("64:ff9b::/96", "NAT64"),
    ("64:ff9b:1::/48", "NAT64"),
    ("fc00::/7", "内网"),
    ("fe80::/10", "链路本地"),
    ("fec0::/10", "站点本地"),
    ("ff00::/8", "组播"),
    ("2001::/32", "Teredo"),
    ("2001::/23", "协议保留"),
    ("2001:db8::/32", "文档示例"),
    ("2002::/16", "6to4"),
    ("3fff::/20", "文档示例"),
)
_GLOBAL_V6 = IPv6Network("2000::/3")  # the only part of IPv6 given out for the public network
_ISATAP = {0x00005EFE, 0x02005EFE}  # RFC 5214: the last 32 bits are an IPv4 address behind a tunnel


class RefusedError(ValueError):
    """An address or URL the collector must not connect to. The message says why, in Chinese."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where one URL leads. `url` is rebuilt from the checked parts, so that no later parser reads it otherwise.

    `host` is lower-case ASCII (an IPv6 address without brackets), `authority` host:port, always with the port.
    """

    url: str
    scheme: str
    host: str
    port: int
    path: str  # with the query

    @property
    def authority(self) -> str:
        return f"{_bracketed(self.host)}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme and authority: what cookies, validators and robots rules belong to."""
        return f"{self.scheme}://{self.authority}"

    @property
    def literal(self) -> Address | None:
        """The address when the host is one, else None."""
        try:
            return ip_address(self.host)
        except ValueError:
            return None


def refusal(address: Address) -> str:
    """Why `address` is not public, "" when it is.

    >>> refusal(ip_address("192.168.1.1")), refusal(ip_address("64:ff9b::7f00:1")), refusal(ip_address("114.114.114.114"))
    ('内网', 'NAT64', '')
    """
    if isinstance(address, IPv4Address):
        return next((why for net, why in _V4 if address in net), "")
    if address.scope_id:
        return "带区域标识"
    named = next((why for net, why in _V6 if address in net), "")
    if named or address in _GLOBAL_V6:
        return named or ("ISATAP" if (int(address) >> 32) & 0xFFFFFFFF in _ISATAP else "")
    return "不是公网地址"


def read_target(url: str) -> Target:
    """Where `url` leads; http and https only. Looks up no name and refuses no address yet: see `check_literal`.

    >>> read_target("HTTP://BBS.Example.cn./a?b=1#c").url
    'http://bbs.example.cn/a?b=1'
    >>> read_target("http://example.cn@127.0.0.1/")
    Traceback (most recent call last):
    monitor.addresses.RefusedError: 网址里带有用户名或密码

    Raises: RefusedError, for any spelling two parsers could read differently.
    """
    if _FORBIDDEN.search(url):
        raise RefusedError("网址里有空白、控制字符或反斜杠")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as exc:
        raise RefusedError(f"网址写法有误（{exc}）") from exc
    scheme = parts.scheme.lower()
    _check_parts(parts, scheme, port)
    host = ascii_host(parts.hostname or "")
    number = port or PORTS[scheme]
    netloc = _bracketed(host) + ("" if number == PORTS[scheme] else f":{number}")
    path = urlunsplit(("", "", parts.path or "/", parts.query, ""))
    return Target(url=f"{scheme}://{netloc}{path}", scheme=scheme, host=host, port=number, path=path)


def _check_parts(parts: SplitResult, scheme: str, port: int | None) -> None:
    if scheme not in PORTS:
        raise RefusedError(f"只采集 http 和 https，不采集“{scheme or '无协议'}”")
    if "@" in parts.netloc:
        raise RefusedError("网址里带有用户名或密码")
    if port == 0 or (parts.netloc.endswith(":") and port is None):
        raise RefusedError("端口写法有误")
    if "[" in parts.netloc and ":" not in (parts.hostname or ""):
        raise RefusedError("方括号里不是 IPv6 地址")


def ascii_host(host: str) -> str:
    """The one spelling of a host: lower-case ASCII, no trailing dot; an address only in its standard form.

    >>> ascii_host("盐城.中国")
    'xn--uis943e.xn--fiqs8s'

    Raises: RefusedError; decimal, octal, hexadecimal and shortened IPv4 spellings among them.
    """
    if ":" in host:
        return _ipv6(host)
    try:
        plain = (host if host.isascii() else host.encode("idna").decode("ascii")).lower().removesuffix(".")
    except UnicodeError as exc:
        raise RefusedError(f"主机名“{host[:80]}”写法有误") from exc
    labels = plain.split(".")
    if len(plain) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise RefusedError(f"主机名“{host[:80]}”写法有误")
    # a host whose last label is a number is an address to every parser (WHATWG URL, "ends in a number")
    if _NUMBER.fullmatch(labels[-1]):
        return _ipv4(plain)
    return plain


def _ipv4(host: str) -> str:
    try:
        return str(IPv4Address(host))
    except ValueError as exc:
        raise RefusedError(f"“{host[:80]}”不是规范的 IP 地址写法") from exc


def _ipv6(host: str) -> str:
    try:
        address = IPv6Address(host)
    except ValueError as exc:
        raise RefusedError(f"“{host[:80]}”不是规范的 IP 地址写法") from exc
    if address.scope_id:
        raise RefusedError(f"“{host[:80]}”带区域标识")
    return str(address)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def check_literal(target: Target, private_allow: frozenset[str]) -> None:
    """Returns when the target is a name, a public address, or listed in `private_allow` (host:port).

    Raises: RefusedError.
    """
    address = target.literal
    why = refusal(address) if address is not None else ""
    if why and target.authority not in private_allow:
        raise RefusedError(f"地址 {address} 不可采集（{why}）")


def check_answers(host: str, answers: Sequence[str]) -> tuple[Address, ...]:
    """The addresses of `host` when every one is public; a single private answer refuses them all.

    Raises: RefusedError.
    """
    if len(answers) > MOST_ANSWERS:
        raise RefusedError(f"域名 {host} 解析出 {len(answers)} 个地址，超过 {MOST_ANSWERS} 个")
    addresses = tuple(ip_address(a) for a in dict.fromkeys(answers))
    for address in addresses:
        if why := refusal(address):
            raise RefusedError(f"域名 {host} 解析到 {address}，不可采集（{why}）")
    return addresses


class CheckedResolver(AbstractResolver):
    """aiohttp's only source of addresses: looked up by `lookup`, checked, and exactly those connected to.

    Does not see hosts that are addresses already (aiohttp asks no resolver for them): `check_literal` does.
    """

    def __init__(self, lookup: Lookup, private_allow: frozenset[str]) -> None:
        self._lookup = lookup
        self._allow = private_allow

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        answers = await self._lookup(host, port)
        own = f"{host}:{port}" in self._allow
        addresses = tuple(map(ip_address, dict.fromkeys(answers))) if own else check_answers(host, answers)
        if not addresses:
            raise OSError(None, f"域名 {host} 没有地址")
        return [_result(host, port, a) for a in addresses[:_USED_ANSWERS]]

    async def close(self) -> None:
        """Nothing is held."""


def _result(host: str, port: int, address: Address) -> ResolveResult:
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    numeric = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
    return ResolveResult(hostname=host, host=str(address), port=port, family=family, proto=0, flags=numeric)
