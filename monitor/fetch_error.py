"""Why a page could not be fetched, classed by what the caller does next."""

from enum import StrEnum


class After(StrEnum):
    """What follows an error."""

    RETRY = "retry"  # 稍后再试: timeouts, 5xx, 429, DNS, broken transfers
    SKIP = "skip"  # 跳过此页: gone, too large, refused address, robots, redirect loops
    STOP = "stop"  # 停下等人看: the site asks for a log-in or forbids us, or its certificate is wrong


class FetchError(Exception):
    """`message` is Chinese and names the URL. `status` is the HTTP status when there was one, `retry_after` in seconds."""

    def __init__(
        self, url: str, kind: After, message: str, *, status: int | None = None, retry_after: float | None = None
    ) -> None:
        super().__init__(f"{url}：{message}")
        self.url = url
        self.kind = kind
        self.message = str(self)
        self.status = status
        self.retry_after = retry_after


_WORDS = {
    401: "要求登录",
    403: "拒绝访问",
    404: "页面不存在",
    407: "要求代理登录",
    408: "服务器等待超时",
    410: "页面已删除",
    425: "服务器要求稍后",
    429: "服务器说请求太多",
    451: "因法律原因不提供",
}
_RETRY = {408, 425, 429}
_STOP = {401, 403, 407, 451}


def status_error(url: str, status: int, retry_after: float | None) -> FetchError:
    """The error an HTTP status that is neither 2xx, 304 nor a redirect stands for.

    >>> error = status_error("http://a.cn/1", 404, None)
    >>> error.kind, error.message
    (<After.SKIP: 'skip'>, 'http://a.cn/1：页面不存在（HTTP 404）')
    """
    kind = After.RETRY if status in _RETRY or status >= 500 else After.STOP if status in _STOP else After.SKIP
    words = _WORDS.get(status, "服务器出错" if status >= 500 else "服务器没有给出页面")
    return FetchError(url, kind, f"{words}（HTTP {status}）", status=status, retry_after=retry_after)
