"""Keywords (关键词) of an event: the words that tell it from others, by jieba's TF-IDF."""

import logging
from collections.abc import Sequence

MOST = 6
LOOKED_AT = 400  # characters of a text


def keywords(texts: Sequence[str], most: int = MOST) -> tuple[str, ...]:
    """The weightiest words of two characters and more, heaviest first.

    >>> keywords(["通榆路自来水主管爆裂，三个小区停水，抢修队正在开挖"], 3)
    ('通榆', '停水', '爆裂')
    """
    import jieba.analyse  # half a second and a dictionary: only where events are made

    logging.getLogger("jieba").setLevel(logging.WARNING)
    found = jieba.analyse.extract_tags("。".join(text[:LOOKED_AT] for text in texts), topK=most * 2)
    return tuple(word for word in found if not word.isdigit() and len(word) > 1)[:most]
