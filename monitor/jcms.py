"""大汉 JCMS datastores: list rows wrapped as <record><![CDATA[…]]></record>, in a page's script or as the whole answer."""

_OPEN, _CLOSE = "<![CDATA[", "]]>"


def unwrapped(html: str) -> str:
    """The records' HTML in order, one after another; `html` itself when it holds none.

    >>> unwrapped("<datastore><record><![CDATA[<li>停水</li>]]></record></datastore>").strip()
    '<li>停水</li>'
    """
    if "<record>" not in html or _OPEN not in html:
        return html
    records, at = [], html.find("<record>")
    while at != -1:
        start = html.find(_OPEN, at)
        end = html.find(_CLOSE, start) if start != -1 else -1
        if end == -1:
            break
        if not html[at + len("<record>") : start].strip():
            records.append(html[start + len(_OPEN) : end])
        at = html.find("<record>", end)
    return "\n".join(records) if records else html
