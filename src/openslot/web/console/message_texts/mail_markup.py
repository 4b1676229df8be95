"""The body of a mail for a page of the console: its paragraphs, lists and tables alone. Pure.

A page loads nothing and has no styles of others (CSP Level 3), so that what an account wrote is
shown as bare elements: no attribute, script, style or picture of it comes along.
"""

from html.parser import HTMLParser

from markupsafe import Markup, escape

_SHOWN = frozenset({"p", "ul", "ol", "li", "table", "tbody", "tr", "td", "strong", "em"})
_SHOWN_AS = {  # a page has headings of its own, and links to follow are not for staff
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "strong"),
    **{"b": "strong", "i": "em", "th": "td", "a": "u"},
}
_LEFT_OUT = frozenset({"head", "script", "style", "title", "template", "svg"})


def mail_markup(html: str) -> Markup:
    """What a mail says, in elements that belong together whatever the mail has."""
    reader = _MailReader()
    reader.feed(html)
    reader.close()
    return reader.end()


class _MailReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._written: list[Markup] = []
        self._open: list[str] = []
        self._left_out = 0  # how many such elements are open

    def handle_starttag(self, tag: str, _: object) -> None:
        if tag in _LEFT_OUT:
            self._left_out += 1
        elif self._left_out:
            return
        elif tag == "br":
            self._written.append(Markup("<br>"))
        elif shown := _shown(tag):
            if shown == "p":  # a paragraph ends where the next one begins
                self.handle_endtag("p")
            self._open.append(shown)
            self._written.append(Markup("<{}>").format(shown))

    def handle_endtag(self, tag: str) -> None:
        if tag in _LEFT_OUT:
            self._left_out = max(0, self._left_out - 1)
        elif not self._left_out and (shown := _shown(tag)) in self._open:
            while (closed := self._open.pop()) != shown:
                self._written.append(Markup("</{}>").format(closed))
            self._written.append(Markup("</{}>").format(shown))

    def handle_data(self, data: str) -> None:
        if not self._left_out:
            self._written.append(escape(data))

    def end(self) -> Markup:
        """What was read, with everything closed."""
        while self._open:
            self._written.append(Markup("</{}>").format(self._open.pop()))
        return Markup().join(self._written)


def _shown(tag: str) -> str:
    """The element that stands for one of the mail; "" for none."""
    return _SHOWN_AS.get(tag) or (tag if tag in _SHOWN else "")
