"""Masking (脱敏): phone, identity-card, bank-card and plate numbers and mail addresses replaced by their kind.

For everything that is indexed, printed or sent: a query for a number finds nothing. Names of people in running text are not found.
Source: 个人信息保护法 第五十一条 (去标识化); design decision 4.
"""

import re

_DIGIT = "[0-9０-９]"
_GAP = r"[-－—·\s]?"
_ID_CARD = re.compile(
    rf"(?<!{_DIGIT})(?:{_DIGIT}{{17}}[0-9０-９XxＸｘ]|{_DIGIT}{{15}}|{_DIGIT}{{6}}{_GAP}{_DIGIT}{{8}}{_GAP}{_DIGIT}{{3}}[0-9０-９XxＸｘ])(?!{_DIGIT})"
)
_CARD = re.compile(rf"(?<!{_DIGIT})(?:{_DIGIT}{{16,19}}|[3-6]{_DIGIT}{{3}}(?:[-\s]?{_DIGIT}{{4}}){{3}}(?:[-\s]?{_DIGIT}{{1,3}})?)(?!{_DIGIT})")
_MOBILE = re.compile(rf"(?<!{_DIGIT})(?:[+＋]?(?:86|８６){_GAP})?[1１][3-9３-９](?:{_GAP}{_DIGIT}){{9}}(?!{_DIGIT})")
_LANDLINE = re.compile(rf"(?<!{_DIGIT})[（(]?[0０]{_DIGIT}{{2,3}}[)）]?{_GAP}[2-9２-９]{_DIGIT}{{6,7}}(?!{_DIGIT})")
_NEAR_PHONE = re.compile(rf"((?:电话|手机|座机|微信|QQ|qq|热线)[:：是号\s]{{0,3}}){_DIGIT}{{6,12}}(?!{_DIGIT})")
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}", re.ASCII)
_PROVINCE = "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"
_PLATE = re.compile(rf"{_PROVINCE}[A-Za-zＡ-Ｚ][·.\s-]?(?=[A-Za-z0-9]{{0,5}}[0-9])[A-Za-z0-9]{{4,6}}[挂学警]?(?![A-Za-z0-9])")
_MASKS = (
    (_MOBILE, "〔电话〕"), (_ID_CARD, "〔证件号〕"), (_CARD, "〔卡号〕"), (_LANDLINE, "〔电话〕"), (_NEAR_PHONE, r"\1〔号码〕"), (_MAIL, "〔邮箱〕"),
    (_PLATE, "〔车牌〕"),
)  # fmt: skip


def mask(text: str, sign: str = "") -> str:
    """`text` with private numbers replaced by their kind, or by `sign` alone where even the kind should not be found.

    >>> mask("请联系139-0000-0000，车苏J·12345，身份证32090219900101001X")
    '请联系〔电话〕，车〔车牌〕，身份证〔证件号〕'
    >>> mask("6月8日拨打12345，编号TH-20180608-003")
    '6月8日拨打12345，编号TH-20180608-003'
    >>> mask("苏J12345", "＊")
    '＊'
    """
    for pattern, kind in _MASKS:
        text = pattern.sub(sign or kind, text)
    return text


def masked(text: str) -> tuple[str, ...]:
    """What `mask` hides, each as written, in the order of the text. For the one who must call back, never for a page or a log.

    >>> masked("请联系139-0000-0000或电话：8812345，车苏J·12345；6月8日拨打12345")
    ('139-0000-0000', '8812345', '苏J·12345')
    """
    found: list[tuple[int, str]] = []
    for pattern, _ in _MASKS:
        for match in pattern.finditer(text):
            start = match.end(1) if pattern.groups else match.start()
            found.append((start, text[start : match.end()]))
        text = pattern.sub(lambda m: (m[1] if m.re.groups else "") + "〓" * (m.end() - (m.end(1) if m.re.groups else m.start())), text)
    return tuple(number for _, number in sorted(found))
