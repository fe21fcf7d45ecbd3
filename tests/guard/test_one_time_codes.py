from base64 import b32encode
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest

from appliance.guard import one_time_codes

RFC_SECRET = b32encode(b"12345678901234567890").decode()
STEP_MS = 30_000
NOW = 1_111_111_109_000


@pytest.mark.parametrize(
    ("at_s", "code"),
    [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")],
)
def test_the_examples_of_rfc_6238_are_good_in_their_step(at_s: int, code: str) -> None:
    assert one_time_codes.step_of(code, RFC_SECRET, now_ms=at_s * 1000) == at_s // 30


@pytest.mark.parametrize(("steps", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_is_good_one_step_early_or_late_and_no_more(steps: int, good: bool) -> None:  # noqa: FBT001
    step = NOW // STEP_MS + steps
    code = pyotp.TOTP(RFC_SECRET).generate_otp(step)
    assert one_time_codes.step_of(code, RFC_SECRET, now_ms=NOW) == (step if good else None)


@pytest.mark.parametrize("typed", ["081804", " 081 804 ", "081-804"])
def test_a_code_is_taken_however_it_is_grouped(typed: str) -> None:
    assert one_time_codes.plain(typed) == "081804"
    assert one_time_codes.is_of_app(one_time_codes.plain(typed))


@pytest.mark.parametrize("other", ["", "08180", "0818044", "08180a", "٠٨١٨٠٤", "abcdef-ghijkl-mnopqr-stuvwx"])
def test_what_has_not_six_digits_is_no_code_of_an_app(other: str) -> None:
    assert not one_time_codes.is_of_app(other)


def test_a_secret_is_160_random_bits_and_the_address_tells_the_app_whose_it_is() -> None:
    secrets = {one_time_codes.new_secret() for _ in range(100)}
    assert (len(secrets), {len(one) * 5 for one in secrets}) == (100, {160})
    secret = secrets.pop()
    parts = urlsplit(one_time_codes.address(secret, "ana@maitre.example"))
    assert (parts.scheme, parts.netloc, parts.path) == ("otpauth", "totp", "/Maitre:ana%40maitre.example")
    assert parse_qs(parts.query) == {"secret": [secret], "issuer": ["Maitre"]}


def test_recovery_codes_are_ten_of_120_random_bits_and_never_the_same() -> None:
    codes = [code for _ in range(10) for code in one_time_codes.new_recovery_codes()]
    assert (len(codes), len(set(codes))) == (100, 100)
    assert {len(one_time_codes.plain(code)) * 5 for code in codes} == {120}


def test_a_recovery_code_is_the_same_however_it_is_typed_and_cannot_be_read_from_what_is_stored() -> None:
    code = one_time_codes.new_recovery_codes()[0]
    typed = [code, code.upper(), code.replace("-", ""), code.replace("-", " ")]
    assert len({one_time_codes.recovery_digest(one) for one in typed}) == 1
    assert one_time_codes.plain(code) not in one_time_codes.recovery_digest(code)
