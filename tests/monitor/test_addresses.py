"""Address forms: what may be connected to, and every spelling of what may not."""

import asyncio
from collections.abc import Sequence
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.addresses import (
    MOST_ANSWERS,
    CheckedResolver,
    RefusedError,
    check_answers,
    check_literal,
    read_target,
    refusal,
)

NOBODY: frozenset[str] = frozenset()

REFUSED_ADDRESSES = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "100.127.255.254", "127.0.0.1",
    "127.255.255.254", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.0.1",
    "192.168.255.255", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1",
    "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::a00:1", "100::1", "fc00::1", "fd12:3456::1", "fe80::1", "febf::1", "fec0::1",
    "ff02::1", "2001::1", "2001:0:4136:e378::1", "2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::", "2002:808:808::1",
    "3fff::1", "5f00::1", "4000::1", "2400:3200::5efe:7f00:1", "2400:3200::200:5efe:a00:1",
]  # fmt: skip
PUBLIC_ADDRESSES = [
    "1.1.1.1", "114.114.114.114", "223.5.5.5", "172.15.255.255", "172.32.0.1", "100.63.255.255", "100.128.0.1", "192.167.1.1",
    "198.17.1.1", "198.20.0.1", "223.255.255.254", "2400:3200::1", "2001:4860:4860::8888", "240e::1", "2606:4700::1111",
]  # fmt: skip


@pytest.mark.parametrize("text", REFUSED_ADDRESSES)
def test_special_addresses_are_refused_with_a_reason(text: str) -> None:
    assert refusal(ip_address(text))


@pytest.mark.parametrize("text", PUBLIC_ADDRESSES)
def test_public_addresses_pass(text: str) -> None:
    assert refusal(ip_address(text)) == ""


@given(st.ip_addresses())
def test_what_passes_is_global_to_the_standard_library_too(address: object) -> None:
    one = ip_address(str(address))
    assert refusal(one) or one.is_global


REFUSED_URLS = [
    ("http://127.0.0.1/", "本机"),
    ("http://127.0.0.1./", "本机"),
    ("http://127.1/", "规范"),
    ("http://127.0.1/", "规范"),
    ("http://2130706433/", "规范"),
    ("http://017700000001/", "规范"),
    ("http://0177.0.0.1/", "规范"),
    ("http://0x7f.0.0.1/", "规范"),
    ("http://0x7f000001/", "规范"),
    ("http://0X7F000001/", "规范"),
    ("http://127.0.0.0x1/", "规范"),
    ("http://00000127.0.0.1/", "规范"),
    ("http://127.0.0.1.2/", "规范"),
    ("http://256.1.1.1/", "规范"),
    ("http://0/", "规范"),
    ("http://0x/", "规范"),
    ("http://example.1/", "规范"),
    ("http://１２７.0.0.1/", "本机"),
    ("http://127。0。0。1/", "本机"),
    ("http://①②⑦.⓪.⓪.①/", "本机"),
    ("http://[::1]/", "本机"),
    ("http://[::]/", "IPv4 兼容"),
    ("http://[0:0:0:0:0:0:0:1]/", "本机"),
    ("http://[::ffff:127.0.0.1]/", "IPv4 映射"),
    ("http://[::ffff:7f00:1]/", "IPv4 映射"),
    ("http://[64:ff9b::127.0.0.1]/", "NAT64"),
    ("http://[2002:7f00:1::]/", "6to4"),
    ("http://[fe80::1%25eth0]/", ""),
    ("http://[fe80::1%eth0]/", ""),
    ("http://[v1.fe80]/", ""),
    ("http://[::1/", "写法"),
    ("http://::1/", ""),
    ("http://169.254.169.254/latest/meta-data/", "链路本地"),
    ("http://100.100.100.200/", "运营商"),
    ("http://example.cn@127.0.0.1/", "用户名"),
    ("http://user:pw@example.cn/", "用户名"),
    ("http://@example.cn/", "用户名"),
    ("http://example.cn\\@127.0.0.1/", "反斜杠"),
    ("http://127.0.0.1\\@example.cn/", "反斜杠"),
    ("http:\\\\127.0.0.1/", "反斜杠"),
    ("http://example.cn\t.evil/", "空白"),
    ("http://exam\nple.cn/", "空白"),
    ("http://example.cn/a b", "空白"),
    (" http://example.cn/", "空白"),
    ("http://example.cn\x00/", "控制"),
    ("http://example.cn:0/", "端口"),
    ("http://example.cn:/", "端口"),
    ("http://example.cn:65536/", "写法"),
    ("http://example.cn:80a/", "写法"),
    ("http://", "写法"),
    ("http:///etc/passwd", "写法"),
    ("http://.example.cn/", "写法"),
    ("http://example..cn/", "写法"),
    ("http://example.cn../", "写法"),
    ("http://exa%6dple.cn/", "写法"),
    ("http://127.0.0.1%2f.example.cn/", "写法"),
    ("http://-a.cn/", "写法"),
    ("http://" + "a" * 64 + ".cn/", "写法"),
    ("http://" + "a." * 130 + "cn/", "写法"),
    ("file:///etc/passwd", "file"),
    ("ftp://example.cn/", "ftp"),
    ("gopher://127.0.0.1:6379/", "gopher"),
    ("data:text/html,x", "data"),
    ("javascript:alert(1)", "javascript"),
    ("//example.cn/", "无协议"),
    ("example.cn", "无协议"),
    ("", "无协议"),
]


@pytest.mark.parametrize(("url", "why"), REFUSED_URLS)
def test_urls_that_lead_elsewhere_are_refused(url: str, why: str) -> None:
    with pytest.raises(RefusedError) as caught:
        check_literal(read_target(url), NOBODY)
    assert why in str(caught.value)


def test_the_table_is_as_long_as_promised() -> None:
    assert len(REFUSED_URLS) >= 60
    assert len(REFUSED_ADDRESSES) >= 50


@pytest.mark.parametrize(
    ("url", "rebuilt", "authority"),
    [
        ("http://example.cn", "http://example.cn/", "example.cn:80"),
        ("HTTPS://Example.CN:443/A?b=1#top", "https://example.cn/A?b=1", "example.cn:443"),
        ("http://example.cn:8080/x", "http://example.cn:8080/x", "example.cn:8080"),
        ("http://example.cn.:8080/x", "http://example.cn:8080/x", "example.cn:8080"),
        ("https://example.cn:80/", "https://example.cn:80/", "example.cn:80"),
        ("http://盐城.中国/新闻?页=1", "http://xn--uis943e.xn--fiqs8s/新闻?页=1", "xn--uis943e.xn--fiqs8s:80"),
        ("http://bbs_old.example.cn/", "http://bbs_old.example.cn/", "bbs_old.example.cn:80"),
        ("http://114.114.114.114/", "http://114.114.114.114/", "114.114.114.114:80"),
        ("http://[2400:3200:0::1]:81/", "http://[2400:3200::1]:81/", "[2400:3200::1]:81"),
        ("http://example.cn?q=1", "http://example.cn/?q=1", "example.cn:80"),
    ],
)
def test_good_urls_are_rebuilt_one_way(url: str, rebuilt: str, authority: str) -> None:
    target = read_target(url)
    check_literal(target, NOBODY)
    assert (target.url, target.authority) == (rebuilt, authority)
    assert read_target(target.url) == target


@given(st.text(max_size=40))
def test_any_text_is_a_target_or_refused(text: str) -> None:
    try:
        target = read_target(f"http://{text}")
    except RefusedError:
        return
    assert target.host.isascii()
    assert read_target(target.url) == target


@pytest.mark.parametrize(
    ("url", "allow", "passes"),
    [
        ("http://127.0.0.1:8080/", {"127.0.0.1:8080"}, True),
        ("http://127.0.0.1:8081/", {"127.0.0.1:8080"}, False),
        ("http://127.0.0.1/", {"127.0.0.1:80"}, True),
        ("https://127.0.0.1/", {"127.0.0.1:80"}, False),
        ("https://127.0.0.1/", {"127.0.0.1:443"}, True),
        ("http://127.0.0.1/", {"127.0.0.1"}, False),
        ("http://[::1]:8080/", {"[::1]:8080"}, True),
        ("http://10.0.0.2:8080/", {"127.0.0.1:8080"}, False),
        ("http://2130706433:8080/", {"2130706433:8080"}, False),
    ],
)
def test_own_authorities_pass_by_host_and_port(url: str, allow: set[str], passes: bool) -> None:
    try:
        check_literal(read_target(url), frozenset(allow))
    except RefusedError:
        assert not passes
    else:
        assert passes


@pytest.mark.parametrize(
    ("answers", "refused"),
    [
        (["114.114.114.114"], ""),
        (["114.114.114.114", "2400:3200::1"], ""),
        ([], ""),
        (["127.0.0.1"], "本机"),
        (["114.114.114.114", "127.0.0.1"], "本机"),
        (["fe80::1%eth0"], "区域标识"),
        (["2400:3200::1%eth0"], "区域标识"),
        (["::ffff:10.0.0.1"], "映射"),
        ([f"114.114.{n // 256}.{n % 256}" for n in range(MOST_ANSWERS + 1)], "超过 64 个"),
    ],
)
def test_one_private_answer_refuses_the_name(answers: Sequence[str], refused: str) -> None:
    if not refused:
        assert [str(a) for a in check_answers("a.cn", answers)] == list(answers)
        return
    with pytest.raises(RefusedError, match=refused):
        check_answers("a.cn", answers)


def _resolve(answers: Sequence[str], allow: frozenset[str] = NOBODY) -> list[str]:
    async def lookup(host: str, port: int) -> Sequence[str]:
        return answers

    return [one["host"] for one in asyncio.run(CheckedResolver(lookup, allow).resolve("own.example", 8080))]


def test_the_resolver_gives_only_checked_addresses() -> None:
    assert _resolve(["114.114.114.114", "114.114.114.114", "2400:3200::1"]) == ["114.114.114.114", "2400:3200::1"]
    assert len(_resolve([f"114.114.1.{n}" for n in range(60)])) == 8
    with pytest.raises(RefusedError, match=r"own\.example"):
        _resolve(["192.168.1.1"])
    assert _resolve(["192.168.1.1"], frozenset({"own.example:8080"})) == ["192.168.1.1"]
    with pytest.raises(RefusedError):
        _resolve(["192.168.1.1"], frozenset({"own.example:80"}))
    with pytest.raises(OSError, match="没有地址"):
        _resolve([])


def test_a_thousand_rebinding_answers_never_pass() -> None:
    turns = iter(range(1000))

    async def lookup(host: str, port: int) -> Sequence[str]:
        return ["114.114.114.114"] if next(turns) % 2 == 0 else ["127.0.0.1"]

    async def passed() -> list[str]:
        resolver, found = CheckedResolver(lookup, NOBODY), list[str]()
        for _ in range(1000):
            try:
                found += [one["host"] for one in await resolver.resolve("rebind.example", 80)]
            except RefusedError:
                found.append("refused")
        return found

    found = asyncio.run(passed())
    assert found.count("refused") == 500
    assert set(found) == {"refused", "114.114.114.114"}
