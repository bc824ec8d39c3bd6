"""诉求方式: what the author does with the words (proposes, asks, reports, begs), apart from what they are about.

A model of character n-grams learns matters and the habits of its corpus; who proposes and who complains is said by few words that every writer
uses, and by where they stand. Their counts are features of their own, weighed apart and added to the model's scores (a product of experts).
Source: Hinton, Products of Experts (1999); speech acts after Searle (1976).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from classifiers.wording import Found, Wordbook

CUES: dict[str, str] = {  # cue → its words
    "proposes": "建议 提议 建言 献策 倡议 呼吁 拙见 小想法",
    "could": "能不能 能否 可否 可不可以 是否可以 是不是可以 何不 不妨 不如 可以考虑 应考虑 是否考虑",
    "should": "应该 应当 有必要 理应 最好 务必",
    "improve": (
        "增设 增加 加装 加设 设置 设立 增开 增派 开通 延长 延伸 改为 改成 取消 调整 优化 完善 推广 普及 加强 加大 统一 出台 制定 修订 "
        "改进 提高 纳入 放开 配备 规范"
    ),
    "hopes": (
        "希望有关 希望相关 希望政府 希望领导 希望部门 希望能 希望各级 希望国家 希望市 希望区 望有关 望相关 望政府 望领导 恳请 恳求 敬请 "
        "请求 盼 烦请 还请 麻烦"
    ),
    "fix": "解决 处理 协调 督促 整改 修复 修一下 维修 帮忙 帮助 帮帮 尽快 早日 落实 管一管 管管",
    "probe": "查处 严查 彻查 调查 核查 核实 追究 严惩 惩处 取缔 处罚 查一查 查查 介入 给个说法 讨个说法 公道",
    "reports": "举报 投诉 揭发 检举 控告 曝光 实名反映",
    "wrong": (
        "违法 违规 违章 违建 欺骗 欺诈 诈骗 被骗 坑人 骗 黑心 乱收费 强制 强行 强迫 拖欠 欠薪 克扣 霸王 虚假 造假 冒充 私自 擅自 偷 收受 "
        "受贿 贪 挪用 侵占 勾结 无证 非法 不作为 乱作为 推诿 踢皮球"
    ),
    "harm": "死亡 身亡 遇难 受伤 伤亡 中毒 起火 火灾 爆炸 坍塌 殴打 打人 打伤 污染 噪音 扰民 臭 刺鼻 毒",
    "suffers": "困难 不便 无法 不能 没法 没有办法 影响 痛苦 苦不堪言 难受 受不了 睡不着 没水 没电 堵 坏了 漏水 积水 破损 破烂 失修 年久",
    "asks": "请问 想问 咨询 请教 想了解 想知道 询问 问一下 问下 求解 求告知 求科普 有谁知道 不知道 不清楚 不太明白 不明白 疑问 疑惑",
    "when": "什么时候 何时 多久 啥时候 几时 哪天 进展 进度",
    "whether": "是否 有没有 是不是 算不算 属不属于 会不会 要不要 需不需要 能不能 可不可以",
    "how": (
        "怎么办 如何 怎样 怎么申请 怎么查 怎么算 怎么报 怎么领 怎么补 怎么交 怎么转 怎么走 怎么处理 怎么弄 哪里 在哪 去哪 哪个部门 "
        "什么材料 哪些材料 什么条件 什么标准 多少钱 依据"
    ),
    "why": "为什么 为何 凭什么 凭啥 为啥 怎么能 难道 何在 合理吗 合法吗 没人管 谁来管 谁管",
    "again": "多次 一直 至今 迟迟 屡次 反复 无果 没人理 没有回复 不予 拒绝 拒不 未果 长期 多年",
    "thanks": "感谢 谢谢 点赞 表扬 辛苦 致敬",
    "policy": "政策 国家 法律 制度 条例 全国 全省 全市 规定 立法 标准 机制",
    "oneself": "我是 本人 我家 我们家 我的 我想 自己",
    "people": "我们 业主 村民 居民 家长 大家 市民 群众 老百姓",
    "news": "记者 据悉 通报 获悉 日前 近日 昨日 发布会 本报 讯",
    "hearsay": "网传 谣 听说 据说 传言 有人说",
    "opinion": "我认为 我觉得 个人认为 个人觉得 在我看来 合理 不合理 浪费 效率",
    "question": "?",
    "addresses": "尊敬 您好 你好 领导 书记 市长 县长 区长 局长 厅长 主任 此致 敬礼",
    "published": "原标题 来源 公众号 微信号 点击上方 关注我们 编辑 责编 记者 图片来自 转载 声明 阅读原文 视频 图文",
    "demands": "要求 强烈 必须 请立即 给个说法 给个交代 还我",
}
ZONES = ("whole", "beginning", "end")
BEGINNING, END = 30, 60  # characters
MOST = 3  # occurrences that count
NAMES = tuple(f"{cue}.{zone}" for zone in ZONES for cue in CUES)


def words() -> set[str]:
    """All words that speak for a cue."""
    return {word for group in CUES.values() for word in group.split()}


class Speech:
    """Counts cues in a batch. Immutable after construction."""

    def __init__(self, book: Wordbook) -> None:
        self._cues = np.zeros((len(book), len(CUES)), dtype=np.float32)  # [words, cues]
        for at, group in enumerate(CUES.values()):
            for word in group.split():
                self._cues[book.number(word), at] = 1.0

    def features(self, found: Found, lengths: Sequence[int]) -> NDArray[np.float32]:
        """[texts, len(NAMES)]: root of the capped count in the whole text, then 1 where a cue stands in its beginning, then in its end."""
        from_end = np.asarray(lengths, dtype=np.int64)[found.text] - found.start
        whole = np.sqrt(np.minimum(MOST, found.counts() @ self._cues))
        zones = [np.minimum(1, found.where(kept).counts() @ self._cues) for kept in (found.start < BEGINNING, from_end <= END)]
        return np.hstack([whole, *zones]).astype(np.float32)
