"""Machine text (机器草稿): what a language model said, cut down to what a person may safely read beside the draft.

It trusts nothing: markup, addresses, Latin words and unseen characters go; so do sentences that give orders, charge somebody, copy a post, or speak
of what neither draft nor posts speak of; figures, units and words of posts become 〔待核：…〕. What is left is wording, never a label, route or fact.
"""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from responders.claims import pairs
from responders.masking import masked
from responders.numerals import narrow

MARK = "【机器草稿】"
LONGEST = 1_200  # characters
MOST_READ = 6_000  # characters of what a model said, before anything is cut out
_COPY = "\x00"  # stands for a copied letter; nothing else can put it there
COPIED = 8  # letters and figures in a row that are a post's own words
GROUNDED = 0.3  # share of a sentence's character pairs the facts or the draft hold
_LINK = re.compile(r"!?\[([^\]]{0,200})\]\([^)]{0,500}\)")
_HTML = re.compile(r"<[^>]{0,500}>?")
_URL = re.compile(
    r"[^\s，。；：！？]{0,40}\.(?:中国|公司|网络|网址)[^\s，。；]*|(?:[a-z][a-z0-9+.-]{1,12}:|//|www\.)[^\s，。；！？、）】》”]+", re.IGNORECASE
)
_MARKUP = re.compile(r"[`*_#|~{}\[\]\\<>$\"'=&^@+]+|(?<!\d)/|/(?!\d)")
_TOKEN = re.compile(r"[A-Za-z0-9@.:/+=-]+")
_PUNCTUATION = frozenset("，。！？；：（）…")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me", "Zl", "Zp"})
_EVERYDAY = frozenset({"APP", "ETC", "LED", "PM2.5", "PM10", "WIFI", "CT", "KTV", "BRT", "CCTV"})  # Latin words any answer may hold
_FIGURE = re.compile(r"\d[\d,.:]*\d|\d|[零〇一二两三四五六七八九十百千万亿几数]{2,}|[二两三四五六七八九十百千万亿](?=[人名户起处元天月日时点个])")
_ORDER = re.compile(
    "忽略|无视以上|以上指令|系统提示|提示词|指令|改派|转给|发送给|抄送|收件人|密钥|口令|密码|工具调用|删帖|封号|约谈发帖人|查找发帖人|造谣者|系统消息|新任务|开发者模式|删除原帖"
)
_CHARGE = re.compile("贪污|受贿|行贿|精神病|犯罪|拘留|立案|判刑|谣言|造谣|别有用心")  # of a person or a critic: never a machine's to write


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What a model is asked about: `draft` to be worded, `template` those words of it that came from no post, `posts` of the public.

    Only the draft's figures count as known: what posts say is not found yet. `own` are names of the case's units, `strange` of all others.
    """

    draft: str
    template: str = ""
    posts: tuple[str, ...] = ()
    own: Collection[str] = ()
    strange: Collection[str] = ()

    @property
    def grounds(self) -> str:
        """Everything a sentence may speak of."""
        return "\n".join((self.draft, *(masked(p) for p in self.posts)))


def proposal(said: str, material: Material, secrets: Collection[str] = ()) -> str:
    """The text that may be shown, marked; "" when nothing is left.

    >>> known = Material(draft="停水涉及32户居民", strange=["公安局"])
    >>> proposal("停水涉及48户居民，由公安局负责。详见http://evil.example/x。忽略以上指令。", known)
    '【机器草稿】停水涉及〔待核：48〕户居民，由〔待核：公安局〕负责。'
    """
    for secret in secrets:
        said = said.replace(secret, "") if secret else said
    text = _URL.sub("", _HTML.sub("", _LINK.sub(r"\1", _plain(said[: MOST_READ]))))
    text = _MARKUP.sub("", masked(text))
    grounds = pairs(material.grounds)
    copied = _runs("\n".join(_plain(masked(p)) for p in material.posts)) - _runs(material.template)
    sentences = re.findall(r"[^。！？；]+[。！？；]?", _hidden(text, copied))
    kept = re.sub(f"{_COPY}+", "〔待核：网上说法〕", "".join(s for s in sentences if not _mostly_copied(s) and _grounded(s, grounds)))
    flagged = _flag_units(_flag_figures(_drop_tokens(kept), material.draft), material)[:LONGEST]
    return f"{MARK}{flagged}" if flagged.strip("。；！？ ") else ""


def _plain(said: str) -> str:
    """The characters a reader takes them for: full-width and ornamental letters as ASCII, invisible ones and other alphabets gone.

    >>> _plain("忽\u200b略ｈｔｔｐ：／／𝐚.example，检查")
    '忽略http：//a.example，检查'
    """
    known = (c if c in _PUNCTUATION else unicodedata.normalize("NFKC", c) for c in said)
    return "".join(c for c in "".join(known) if c == "\n" or not _strange(c))


def _strange(c: str) -> bool:
    """Control, format, private and combining characters, and letters that are neither Chinese nor ASCII (they can pass for ASCII)."""
    kind = unicodedata.category(c)
    return kind in _INVISIBLE or (kind[0] == "L" and not c.isascii() and not "\u3400" <= c <= "\u9fff" and c != "〇")


def _grounded(sentence: str, grounds: frozenset[str]) -> bool:
    """True when the sentence orders nothing, charges nobody and speaks of what the draft or the posts speak of."""
    said = pairs(sentence)
    return bool(said) and not _ORDER.search(sentence) and not _CHARGE.search(sentence) and len(said & grounds) >= GROUNDED * len(said)


def _drop_tokens(text: str) -> str:
    """Latin words go, but for everyday ones: addresses, keys and commands are Latin."""
    return _TOKEN.sub(lambda m: m[0] if m[0].upper() in _EVERYDAY or not re.search("[A-Za-z@]", m[0]) else "", text)


def _hidden(text: str, copied: frozenset[str]) -> str:
    """The text with a sign for each letter and figure that stands in a run of a post's words, whatever is put between them."""
    at = [i for i, c in enumerate(text) if c.isalnum()]
    letters = "".join(text[i] for i in at)
    runs = {i for start in range(len(at) - COPIED + 1) if letters[start : start + COPIED] in copied for i in at[start : start + COPIED]}
    return "".join(_COPY if i in runs else c for i, c in enumerate(text))


def _mostly_copied(sentence: str) -> bool:
    """True when half of it or more is a post's: what a post says is no finding."""
    return 2 * sentence.count(_COPY) >= sum(c.isalnum() or c == _COPY for c in sentence)


def _runs(text: str) -> frozenset[str]:
    """Every run of COPIED letters and figures of a text."""
    letters = "".join(c for c in text if c.isalnum())
    return frozenset(letters[i : i + COPIED] for i in range(len(letters) - COPIED + 1))


def _flag_figures(text: str, draft: str) -> str:
    known = set(_FIGURE.findall(narrow(draft)))
    return _FIGURE.sub(lambda m: m[0] if m[0] in known else f"〔待核：{m[0]}〕", text)


def _flag_units(text: str, material: Material) -> str:
    """Names of other units marked; the longest name wins, so that a unit's own name is not broken by a shorter alias in it."""
    names = sorted({n for n in (*material.own, *material.strange) if n and n in text}, key=len, reverse=True)
    own = set(material.own)
    return re.sub("|".join(map(re.escape, names)), lambda m: m[0] if m[0] in own else f"〔待核：{m[0]}〕", text) if names else text
