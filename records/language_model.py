"""LanguageModel (语言模型): an optional OpenAI-compatible endpoint that may propose wording. Off by default; the key is never shown by repr."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageModel:
    """[language_model] of huiying.toml.

    `url` is the address before /v1/chat/completions; `timeout` the seconds of one whole request. `approval` is the number of the approval
    without which an address outside the office's own network is refused. `key` comes from key_file or the environment, never from the TOML.
    """

    enabled: bool = False
    url: str = ""
    model: str = ""
    timeout: float = 30.0
    approval: str = ""
    key: str = field(default="", repr=False)
