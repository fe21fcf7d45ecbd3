"""A hook of schemathesis: it knocks at the phone platform's doors with the platform's signature."""

import schemathesis
from requests import PreparedRequest
from requests.auth import AuthBase

from appliance.voice.retell.signature import sign
from support.fake_clock import START_MS
from support.running_server import KEY


class Signed(AuthBase):
    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        body = request.body or b""
        content = body.encode() if isinstance(body, str) else body
        request.headers["x-retell-signature"] = sign(content, KEY, START_MS)
        return request


schemathesis.auth.set_from_requests(Signed()).apply_to(path_regex="^/(tools|webhooks)/")
