"""What tests ask of any page that the library writes."""

from __future__ import annotations

from html.parser import HTMLParser

_VOID = ("meta", "br", "rect", "circle")


def assert_stands_alone(page: str) -> None:
    """Every tag is closed in order; nothing runs, and nothing is fetched when the page opens."""
    checker = _Checker()
    checker.feed(page)
    checker.close()
    assert checker.open == []
    assert checker.fetched == []
    assert not {"script", "iframe", "object", "embed"} & checker.seen


class _Checker(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.fetched: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._see(tag, attrs)
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._see(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def _see(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        for name, value in attrs:
            assert not name.startswith("on"), f"{tag} runs code: {name}"
            if name in ("src", "srcset", "data", "action") or (name == "href" and tag != "a"):
                self.fetched.append((tag, value))
            if name == "href":
                assert (value or "").startswith(("#", "https://", "http://")), value
