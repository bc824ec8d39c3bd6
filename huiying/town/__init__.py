"""The sample town (示例小城) of `huiying demo`: four invented sources, four receivers, all on loopback."""
