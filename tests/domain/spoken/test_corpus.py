from collections import Counter

import pytest

from benchmarks.spoken.corpus import ASK, KINDS, load
from benchmarks.spoken.scores import Score, Verdict, score, verdict

LEAST_PHRASES = {"days": 300, "hours": 130, "parties": 90, "phones": 60, "names": 30}


@pytest.fixture(scope="module")
def scores() -> list[Score]:
    return score(load())


@pytest.mark.parametrize("kind", KINDS)
def test_no_phrase_of_the_corpus_is_read_as_something_that_was_not_meant(kind: str, scores: list[Score]) -> None:
    wrong = [one for one in scores if one.phrase.kind == kind and one.verdict is Verdict.WRONG]
    assert [f"{one.phrase.words!r} is {one.phrase.expected}, read {one.read}" for one in wrong] == []


def test_ninety_nine_of_a_hundred_phrases_of_the_corpus_are_read_right(scores: list[Score]) -> None:
    missed = [one for one in scores if one.verdict is not Verdict.RIGHT]
    told = [f"{one.phrase.words!r} is {one.phrase.expected}, read {one.read}" for one in missed]
    assert len(missed) <= len(scores) // 100, told


@pytest.mark.parametrize("kind", KINDS)
def test_the_corpus_has_many_phrases_of_each_kind_and_none_twice(kind: str) -> None:
    times = Counter((phrase.lang, phrase.words, phrase.setting) for phrase in load(kind))
    assert len(times) >= LEAST_PHRASES[kind]
    assert [phrase for phrase, count in times.items() if count > 1] == []


@pytest.mark.parametrize(
    ("expected", "read", "judged"),
    [
        ("2026-11-28", "2026-11-28", Verdict.RIGHT),
        ("2026-11-28", ASK, Verdict.ASKED),
        ("2026-11-28", "2026-11-29", Verdict.WRONG),
        ("09:00 21:00", "21:00", Verdict.WRONG),
        (ASK, ASK, Verdict.RIGHT),
        (ASK, "ask 2026-11-28 2026-11-29", Verdict.RIGHT),
        (ASK, "2026-11-28", Verdict.WRONG),
        ("ask 2026-11-28 2026-11-29", ASK, Verdict.ASKED),
        ("ask 2026-11-28 2026-11-29", "2026-11-28", Verdict.WRONG),
    ],
)
def test_a_value_that_was_not_meant_is_wrong_and_a_question_too_many_is_only_needless(
    expected: str, read: str, judged: Verdict
) -> None:
    assert verdict(expected, read) is judged
