import pytest

from appliance.web.languages import language_of


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        ("", "en"),
        ("es", "es"),
        ("es-ES,es;q=0.9,en;q=0.8", "es"),
        ("ES-419", "es"),
        ("en-GB,en;q=0.9,es;q=0.8", "en"),
        ("en;q=0.8, es;q=0.9", "es"),
        ("ca,es;q=0.5", "es"),
        ("fr,de;q=0.9", "en"),
        ("fr, *;q=0.5", "en"),
        ("es;q=0", "en"),
        ("es;q=0, *", "en"),
        ("*", "en"),
        ("es;q=0.5,en;q=0.5", "es"),
        ("est", "en"),
        ("es ; q=0.3 , en ; q=0.2", "es"),
        ("es;q=abc", "en"),
        ("es;q=nan", "en"),
        (";;,,=;q", "en"),
        ("xx," * 10_000 + "es", "en"),
    ],
)
def test_the_language_is_the_one_of_ours_that_is_liked_best(accept: str, language: str) -> None:
    assert language_of(accept) == language
