"""Passwords (口令): argon2id, rules, and an answer that takes as long for an unknown login as for a wrong password.

Source: OWASP ASVS 5 (V6 authentication); RFC 9106 (argon2id); 等保二级 身份鉴别.
"""

import secrets

import argon2

SHORTEST, LONGEST = 12, 128
_COMMON = ("123456", "password", "qwerty", "abc123", "111111", "000000", "admin", "huiying", "tinghu", "zhengfu", "1qaz2wsx", "woaini", "5201314")
_HASHER = argon2.PasswordHasher()
_NOBODY = _HASHER.hash(secrets.token_urlsafe(16))
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def hashed(password: str) -> str:
    """The argon2id hash, with its parameters and salt."""
    return _HASHER.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """True when the password is the account's; for no account (None) False, after as much work."""
    try:
        return _HASHER.verify(password_hash or _NOBODY, password) and password_hash is not None
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False


def faults(password: str, login: str) -> tuple[str, ...]:
    """What is wrong with a new password, in Chinese; empty when it may be used.

    >>> faults("qwertyuiop12", "zhiban")
    ('含有常见口令“qwerty”',)
    >>> faults("梧桐叶落满旧城墙外三更天", "zhiban")
    ()
    """
    found = []
    if len(password) < SHORTEST:
        found.append(f"口令至少{SHORTEST}个字符")
    if len(password) > LONGEST:
        found.append(f"口令最多{LONGEST}个字符")
    low = password.casefold()
    if login.casefold() in low:
        found.append("口令不能含登录名")
    found += [f"含有常见口令“{word}”" for word in _COMMON if word in low][:1]
    if len(set(password)) < 5:
        found.append("口令用到的字符太少")
    return tuple(found)


def one_time() -> str:
    """A random password to be changed at first login: four groups of five, about 99 bits."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(5)) for _ in range(4))
