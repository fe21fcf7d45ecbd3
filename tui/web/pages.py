"""The two pages there are: where one signs in, and the one that holds the console."""

from html import escape

from tui.words import Words

_HEAD = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Maitre</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/static/css/xterm.css"><link rel="stylesheet" href="/maitre.css">
"""

STYLE = """
@font-face { font-family: "Roboto Mono"; src: url("/static/fonts/RobotoMono-VariableFont_wght.ttf"); }
html, body { height: 100%; margin: 0; background: #121212; color: #e0e0e0; font: 16px "Roboto Mono", monospace; }
main { max-width: 22rem; margin: 12vh auto; padding: 0 1rem; }
h1 { color: #0178d4; font-size: 1.4rem; }
label { display: block; margin: 1rem 0 .3rem; }
input { width: 100%; box-sizing: border-box; padding: .6rem; font: inherit; color: inherit; }
input { background: #1e1e1e; border: 1px solid #555; }
button { margin-top: 1.4rem; padding: .6rem 1.4rem; font: inherit; background: #0178d4; color: #fff; border: 0; }
:focus-visible { outline: 2px solid #ffa62b; }
[role=alert] { color: #ff8a80; }
.textual-terminal { height: 100%; }
#closed { display: none; }
body.-closed #terminal { display: none; }
body.-closed #closed { display: block; }
"""

SCRIPT = """
// The keys are the console's as soon as it is there; by itself the terminal waits for a click.
new MutationObserver((_, watching) => {
  if (document.body?.classList.contains("-first-byte")) {
    document.querySelector(".xterm-helper-textarea")?.focus();
    watching.disconnect();
  }
}).observe(document.documentElement, { attributes: true, subtree: true, attributeFilter: ["class"] });
"""


def sign_in(words: Words, *, told: str = "", email: str = "", needs_code: bool = False) -> str:
    """The form; `told` is why the last try did not succeed."""
    at_email, at_code = ("", " autofocus") if needs_code else (" autofocus", "")
    address = f'name="email" type="email" value="{escape(email)}" autocomplete="username" required{at_email}'
    fields = [
        _field(words("web.email"), address),
        _field(words("web.password"), 'name="password" type="password" autocomplete="current-password" required'),
    ]
    if needs_code:
        fields.append(_field(words("web.code"), f'name="code" autocomplete="one-time-code" required{at_code}'))
    return (
        _HEAD.format(language=words.language)
        + "</head><body><main><h1>Maitre</h1>"
        + (f'<p role="alert">{escape(told)}</p>' if told else "")
        + f'<form method="post" action="/login">{"".join(fields)}'
        + f"<button>{escape(words('web.enter'))}</button></form></main></body></html>"
    )


def _field(label: str, attributes: str) -> str:
    return f"<label>{escape(label)}<input {attributes}></label>"


def console(words: Words, *, connection: str) -> str:
    """`connection` is the address that the page's script connects to."""
    return (
        _HEAD.format(language=words.language)
        + '<script src="/static/js/textual.js"></script><script src="/maitre.js"></script></head><body>'
        + f'<div id="terminal" class="textual-terminal" data-session-websocket-url="{escape(connection)}"'
        + ' data-font-size="16"></div>'
        + f'<main id="closed"><p>{escape(words("web.closed"))}</p>'
        + _button(words("web.again"), 'method="get" action="/"')
        + _button(words("web.leave"), 'method="post" action="/logout"')
        + "</main></body></html>"
    )


def _button(label: str, does: str) -> str:
    return f"<form {does}><button>{escape(label)}</button></form>"
