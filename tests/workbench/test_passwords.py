"""Passwords: what is refused and why, hashes, one-time passwords, and as much work for nobody as for somebody."""

import argon2
import pytest

from workbench import passwords
from workbench.passwords import ALPHABET, LONGEST, SHORTEST, faults, hashed, matches, one_time

GOOD = "梧桐叶落满旧城墙外三更天"


@pytest.mark.parametrize(("password", "said"), [
    ("", "至少12个字符"), ("a1b2c3d4e5f", "至少12个字符"), ("x1y2z3" * 22, "最多128个字符"), ("Password-of-2018-x", "常见口令“password”"),
    ("xX123456789xyz", "常见口令“123456”"), ("梧桐叶落满 QWERTY 旧城墙", "常见口令“qwerty”"),
    ("zhiban-梧桐叶落满旧城", "登录名"), ("梧桐叶落满ZhiBan旧城墙外", "登录名"),
    ("abababababab", "字符太少"), ("啊" * 12, "字符太少"), ("tinghu-梧桐叶落满旧城", "常见口令“tinghu”"),
])  # fmt: skip
def test_refused(password: str, said: str) -> None:
    assert said in "；".join(faults(password, "zhiban"))


@pytest.mark.parametrize("password", [
    GOOD, "correct horse battery staple", "Tr0ub4dor&3-and-more", " 前后 有空格 也可以 的口令 ",
    "😀🎉🚀🍎🐟🌙⭐🔥💧🌳🎵🎈", "'; drop table users; --", "k" * 100 + "abcdefgh",
])  # fmt: skip
def test_taken(password: str) -> None:
    """No rule asks for a mixture of characters (ASVS 5, 6.2.5); any character may be used."""
    assert faults(password, "zhiban") == ()


def test_the_bounds_are_in() -> None:
    password = "梧桐叶落abcdefgh"
    assert len(password) == SHORTEST
    assert faults(password, "zhiban") == ()
    whole = "".join(chr(0x4E00 + n) for n in range(LONGEST + 1))
    assert faults(whole[:-1], "zhiban") == ()
    assert faults(whole, "zhiban") == (f"口令最多{LONGEST}个字符",)


def test_every_fault_is_told_at_once() -> None:
    assert len(faults("admin", "admin")) == 3


def test_hashes_are_argon2id_with_a_salt_each() -> None:
    one, other = hashed(GOOD), hashed(GOOD)
    assert one != other
    assert one.startswith("$argon2id$")
    found = argon2.extract_parameters(one)
    assert (found.memory_cost >= 19456, found.time_cost >= 2, found.salt_len >= 16, found.hash_len >= 32) == (True,) * 4
    assert GOOD not in one


@pytest.mark.parametrize("other", ["", GOOD[:-1], GOOD + " ", " " + GOOD, GOOD.replace("梧", "吾"), "x" * 5000, "\0", GOOD + "\0"])
def test_only_the_password_matches(other: str) -> None:
    stored = hashed(GOOD)
    assert matches(stored, GOOD)
    assert not matches(stored, other)


@pytest.mark.parametrize("stored", ["", "x", "$argon2id$v=19$m=65536,t=3,p=4$broken", "plain"])
def test_a_broken_hash_matches_nothing(stored: str) -> None:
    assert not matches(stored, GOOD)
    assert not matches(stored, stored)


def test_nobody_has_no_password_and_costs_as_much(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    class Counting:
        def verify(self, password_hash: str, password: str) -> bool:
            tried.append(password_hash)
            return True

    monkeypatch.setattr(passwords, "_HASHER", Counting())
    assert matches("$argon2id$somebody", "x")
    assert not matches(None, "x"), "even were the unknown password found"
    assert len(tried) == 2
    assert argon2.extract_parameters(tried[1]) == argon2.extract_parameters(hashed_of_nobody())


def hashed_of_nobody() -> str:
    return argon2.PasswordHasher().hash("x")


def test_one_time_passwords_are_long_random_and_readable() -> None:
    made = {one_time() for _ in range(500)}
    assert len(made) == 500
    assert all(len(p) == 23 and set(p) <= {*ALPHABET, "-"} for p in made)
    assert not set("il10oIO") & set(ALPHABET) - {"o"}
    assert len(ALPHABET) ** 20 > 2**98
