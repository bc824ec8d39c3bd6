"""Policy watch (政策跟踪): which posts are about a registered document, about which clauses, and what they do with them. Pure.

A document is found by its title, its 文号, a short name of its own, or by watch words; a watch word alone needs what the clauses say beside it,
and the mere word 政策 finds nothing. A misreading (疑似误读) is a statement the likeliest clause contradicts; it is no category and never C7.
Source: 实施方案三（三）3.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from classifiers.features import Batch, Vectoriser, fold, joined, seen_buckets
from classifiers.numerals import NUMBER
from classifiers.stated import Condition, Stated, conditions, opposed, spelled, stated
from records.policy import Mention, MentionKind, PolicyDocument, Touched
from records.post import Post

NEAR = 0.10  # likeness to a clause from which a post is about it
BESIDE = 0.75  # of the best likeness: a second clause is named too
MOST = 2  # clauses of one post
NEXT = 3  # likeliest clauses whose conditions are held against a statement
OWN = 0.05  # likeness of a sentence itself to the clause it is held against
READ = 6_000  # characters of a post
MEASURE = 0.04  # what a value adds to the clauses with values of its measure, shared among them: 70岁 speaks for the clause on ages
BEFORE, AFTER = 1, 3  # sentences around a watch word that belong to it
SUPPORT = 0.06  # likeness one watch word needs beside it
_AGE = re.compile(rf"{NUMBER}(?:[至到-]{NUMBER})?周?岁")
_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;\n]*")
_BRACKETS = str.maketrans(dict.fromkeys("[【﹝(（〔", "〔") | dict.fromkeys("]】﹞)）〕", "〕"))
_LOOSE = re.compile(r"[\s《》“”\"]")
_TRIAL = re.compile(r"〔(?:试行|暂行|修订|征求意见稿)〕")
_ASKS = re.compile(
    r"[?？]|请问|想问|问下|问一下|咨询|请教|求解|有知道的|谁知道|(?:吗|呢|么)[\s。，,]{0,3}$|是不是|是否|能不能|可不可以|能否|怎么(?:办|申请|算|领|提|交|弄)|什么时候|(?<!不了)多少钱?(?:[。，]|$)|哪里|算不算"
)
_RHETORIC = re.compile(r"凭什么|凭啥|为什么|为啥|难道|谁定的|糊弄谁|怎么能|够买什么|做不到吗|何在|合理吗|不管了[?？]|划得来吗|够干什么")
_PROPOSES = re.compile(r"建议|提议|希望|应该|应当|最好|不如|能不能(?:放|改|自动|增|延|提高|放宽)|可否|是否可以考虑|恳请|呼吁")
_NO_PROPOSAL = re.compile(r"建议不敢|不如不|没建议|不该|希望落空|没希望")
_COMPLAINS = re.compile(
    r"太(?:少|低|慢|麻烦|不合理|寒心|折腾)|不合理|不公平|没人管|没人理|推诿|踢皮球|推来推去|和稀泥|寒心|气人|恶劣|折腾|糊弄|卡了|拖了|都拖|跑了[^，。]{0,4}[趟次]|一分钱没|没个说法|给个说法"
    r"|凭什么|凭啥|不作为|敷衍|没涨过|不解渴|失望|投诉|一刀切|投了[^，。]{0,4}没回|追着|谁定的|刁难|形同虚设|没见到"
)
_RULE = re.compile(
    r"补(?!偿)|给|发|领|奖|拨|交|费|收|才|必须|只|就|满|以[上下内前后]|之前|年内|截止|起|每|标准|规定|同意|最[高低]|不超过|至少|写|认证|分"
)
_OWN = re.compile(
    r"我们(?:小区|这|村|楼)|我[家妈爸爷奶们老姥]?[^，。]{0,8}(?:今年|有\d|\d+年的|单元|都)|今年\d|(?:住|跑|等|拖|花|买|用|折腾)了|自掏|[月年天周]了|要[^，。]{1,8}[补赔]偿|没涨过|涨到|提高到|放宽|延长"
)


class _Part(NamedTuple):
    """One sentence with its place in the whole text."""

    start: int
    end: int
    words: str


class _Wrong(NamedTuple):
    """What a post states, and what the clause states instead."""

    clause: str
    words: str
    stated: str


@dataclass(frozen=True, slots=True)
class _Named:
    """What finds a document: names that suffice, folded; words that need support."""

    sure: tuple[tuple[str, str], ...]  # (folded, why)
    watch: tuple[str, ...]


class PolicyWatch:
    """One document, ready to be looked for. Immutable after construction."""

    def __init__(self, document: PolicyDocument) -> None:
        self.document = document
        self._named = _named(document)
        self._idle = _idle(document)
        self._values = [stated(c.text) for c in document.clauses]
        self._conditions = [conditions(c.text, plain=True) for c in document.clauses]
        texts = [_bare(f"{c.text}\n{c.plain}", self._named) for c in document.clauses]
        seen, times = seen_buckets(texts, at_least=1)
        self._vectoriser = Vectoriser(seen, np.log(1.0 + (len(texts) - times + 0.5) / (times + 0.5)).astype(np.float32))
        rows = self._vectoriser(Batch.of(texts))
        self._clauses = rows.multiply(np.sqrt(_size(rows) / max(1.0, _size(rows).mean()))).tocsr()  # else a long clause never wins

    def mention(self, post: Post) -> Mention | None:
        """What the post has to do with the document; None when it is not about it, or lies outside the document's life."""
        if not self.document.lives(post.said_at):
            return None
        text = joined(post.title, post.text)[:READ]
        names = self._names(text)
        if not names:
            return None
        parts = [_Part(m.start(), m.end(), m.group()) for m in _SENTENCE.finditer(text) if m.group().strip()]
        if names[0] in self._named.watch and not any(name in _flat(post.title) for name in names):
            parts = _near(parts, names)
        likeness = self._likeness(["".join(p.words for p in parts), *(p.words for p in parts)])
        if len(names) == 1 and names[0] in self._named.watch and likeness[0].max(initial=0.0) < SUPPORT:
            return None
        by_name = dict(self._named.sure).get(names[0], "")
        why = by_name or f"关注词“{'”“'.join(names)}”"
        touched = self._touched(likeness, parts)
        bare = Mention(
            post_id=post.id, policy_id=self.document.id, why=why, by_name=bool(by_name), touched=touched, kind=MentionKind.OTHER
        )  # fmt: skip
        return self._judged(bare, parts, likeness)

    def _likeness(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """[texts, clauses], 0..1; a clause called by its number (第五条) is certain."""
        rows = self._vectoriser(Batch.of([_bare(text, self._named) for text in texts]))
        found: NDArray[np.float64] = np.asarray((rows @ self._clauses.T).toarray(), dtype=np.float64)
        for row, text in zip(found, texts, strict=True):
            for measure in {one.measure for one in stated(text)}:
                same = [any(v.measure == measure for v in values) for values in self._values]
                row[same] += MEASURE / max(1, sum(same))
        for at, clause in enumerate(self.document.clauses):
            found[[clause.number in text for text in texts], at] = 1.0
        return found

    def _names(self, text: str) -> list[str]:
        """The name that suffices, else every watch word that is no part of another; none finds nothing."""
        flat = _flat(text)
        sure = next((name for name, _ in self._named.sure if name in flat), None)
        words = [word for word in self._named.watch if word in flat]
        return [sure] if sure else [w for w in words if not any(w != other and w in other for other in words)]

    def _touched(self, likeness: NDArray[np.float64], parts: list[_Part]) -> tuple[Touched, ...]:
        """The clauses the post is about, best first, each with the sentence that speaks for it."""
        best = float(likeness[0].max(initial=0.0))
        order = [int(at) for at in np.argsort(-likeness[0], kind="stable")[:MOST]]
        return tuple(
            self._touch(at, float(likeness[0, at]), likeness, parts) for at in order if likeness[0, at] >= max(NEAR, BESIDE * best)
        )

    def _touch(self, at: int, score: float, likeness: NDArray[np.float64], parts: list[_Part]) -> Touched:
        part = parts[int(likeness[1:, at].argmax())]
        return Touched(clause=self.document.clauses[at].number, likeness=min(1.0, score), span=(part.start, part.end), evidence=part.words.strip())

    def _judged(self, found: Mention, parts: list[_Part], likeness: NDArray[np.float64]) -> Mention:
        """The mention with its kind: a misreading first, then who proposes, complains, asks."""
        for part, scores in zip(parts, likeness[1:], strict=True):
            wrong = self._misread(part, np.where(scores >= OWN, scores + likeness[0], 0.0))
            if wrong:
                return _said(found, MentionKind.MISREADING, part, wrong)
        for kind, test in ((MentionKind.SUGGESTION, _proposing), (MentionKind.COMPLAINT, _complaining), (MentionKind.QUESTION, _asking)):
            speaking = [(part, scores) for part, scores in zip(parts, likeness[1:], strict=True) if test(part.words)]
            if speaking:
                return _said(found, kind, max(speaking, key=lambda item: item[1].max(initial=0.0))[0])
        return found

    def _misread(self, part: _Part, scores: NDArray[np.float64]) -> _Wrong | None:
        """What a sentence that asserts states otherwise than the likeliest clause."""
        part = _Part(part.start, part.end, _told(part.words))
        if _asking(part.words) or _proposing(part.words):
            return None
        order = [int(at) for at in np.argsort(-scores, kind="stable") if scores[int(at)] > 0]
        values = [one for one in stated(part.words) if _asserted(_around(part.words, one.span))]
        said = [one for one in conditions(part.words) if not _OWN.search(one.words)]
        for rank, at in enumerate(order):
            wrong = self._other_value(values, at) or (self._other_condition(said, at) if rank < NEXT else None)
            if wrong:
                return wrong
            settled = {v.measure for v in self._values[at]}  # a less likely clause with such values says nothing more
            values = [one for one in values if one.measure not in settled]
        return None

    def _other_value(self, values: list[Stated], at: int) -> _Wrong | None:
        """A value of a measure the clause has, that none of the clause's values meets."""
        for one in values:
            same = [v for v in self._values[at] if v.measure == one.measure]
            if same and not any(v.meets(one) for v in same):
                return _Wrong(self.document.clauses[at].number, one.words, "、".join(dict.fromkeys(v.words for v in same)))
        return None

    def _other_condition(self, said: list[Condition], at: int) -> _Wrong | None:
        """A condition that the clause states the other way."""
        pairs = ((one, other) for one in said for other in self._conditions[at])
        found = next(((one, other) for one, other in pairs if opposed(one, other, self._idle)), None)
        return _Wrong(self.document.clauses[at].number, found[0].words, found[1].words) if found else None


def _asserted(around: str) -> bool:
    """A part that says what the rule is, not what somebody has, paid or waited."""
    return bool(_RULE.search(around)) and not _OWN.search(around)


def _near(parts: list[_Part], names: list[str]) -> list[_Part]:
    """Of a long post the sentences around its watch words: the rest speaks of other things."""
    hits = [at for at, part in enumerate(parts) if any(name in _flat(part.words) for name in names)]
    return [part for at, part in enumerate(parts) if any(-BEFORE <= at - hit <= AFTER for hit in hits)] or parts


def _size(rows: Any) -> NDArray[np.float64]:
    """[clauses, 1]: how many n-grams each holds."""
    found: NDArray[np.float64] = np.asarray((rows > 0).sum(axis=1), dtype=np.float64).reshape(-1, 1)
    return found


def mentions(posts: Sequence[Post], documents: Sequence[PolicyDocument]) -> list[Mention]:
    """Every mention, by document, then in the order of the posts."""
    found = []
    for document in documents:
        watch = PolicyWatch(document)
        found += [one for post in posts if (one := watch.mention(post))]
    return found


def _said(found: Mention, kind: MentionKind, part: _Part, wrong: _Wrong | None = None) -> Mention:
    clause, stated_there = (wrong.clause, f"“{wrong.words}”，原文“{wrong.stated}”") if wrong else ("", "")
    return replace(found, kind=kind, span=(part.start, part.end), evidence=part.words.strip(), clause=clause, stated=stated_there)


def _asking(words: str) -> bool:
    return bool(_ASKS.search(words)) and not _RHETORIC.search(words)


def _told(words: str) -> str:
    """The sentence without a last part that a bare question mark ends: what stands before it is told, not asked."""
    head, comma, tail = words.rpartition("，")
    return head if comma and tail.rstrip().endswith(("?", "？")) and not _ASKS.search(tail.rstrip("?？ \n")) else words


def _proposing(words: str) -> bool:
    return bool(_PROPOSES.search(words)) and not _NO_PROPOSAL.search(words)


def _complaining(words: str) -> bool:
    return bool(_COMPLAINS.search(words) or _RHETORIC.search(words))


def _around(words: str, span: tuple[int, int]) -> str:
    """The part between commas in which a value stands."""
    start = max(words.rfind(mark, 0, span[0]) for mark in "，,、：:") + 1
    ends = [at for mark in "，,。；" if (at := words.find(mark, span[1])) >= 0]
    return words[start : min(ends, default=len(words))]


def _flat(text: str) -> str:
    return _TRIAL.sub("", _LOOSE.sub("", fold(text).translate(_BRACKETS)))


def _named(document: PolicyDocument) -> _Named:
    sure = [(document.title, "标题"), (document.number, f"文号“{document.number}”"), *((n, f"简称“{n}”") for n in document.short_names)]
    return _Named(tuple((_flat(name), why) for name, why in sure if name), tuple(_flat(word) for word in document.watch_words))


def _bare(text: str, named: _Named) -> str:
    """The text one spells it, without the document's own names and watch words: they say nothing of a clause."""
    flat = _AGE.sub("年龄岁", spelled(_flat(text)))
    for name in sorted([*(n for n, _ in named.sure), *named.watch], key=len, reverse=True):
        flat = flat.replace(spelled(name), "\n")
    return re.sub(r"[^\w]+", "\n", flat)


def _idle(document: PolicyDocument) -> frozenset[str]:
    """Pairs of characters that tell no clause from another: those of the document's names, and of three clauses or more."""
    names = "\n".join([document.title, *document.short_names, *document.watch_words])
    times: dict[str, int] = {}
    for clause in document.clauses:
        for pair in {clause.text[at : at + 2] for at in range(len(clause.text) - 1)}:
            times[pair] = times.get(pair, 0) + 1
    return frozenset({names[at : at + 2] for at in range(len(names) - 1)} | {pair for pair, n in times.items() if n > 2} | {"申请", "老人", "可以"})
