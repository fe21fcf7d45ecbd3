import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.spoken.names import MAX_NAME, read_name, same_person
from appliance.domain.spoken.outcome import MISSING, UNCLEAR, Unclear


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Lucía Fernández", "Lucía Fernández"),
        ("  ana \n garcía ", "Ana García"),
        ("Ana\x00 López\x1b", "Ana López"),
        ("Ana\u202eLópez", "AnaLópez"),
        ("\ud800Ana", "Ana"),
        ("O'Brien", "O'Brien"),
        ("a nombre de Ana López", "Ana López"),
        ("my name is Ann", "Ann"),
        ("Tsoy Ana", "Tsoy Ana"),
        ("李雷", "李雷"),
        ("=cmd()", "=cmd()"),
        ("Mr Guest", "Guest"),
        ("Christopher Guest", "Christopher Guest"),
        ("Sr. Testa", "Testa"),
        ("Clienti", "Clienti"),
        ("Ana Test", "Ana Test"),
        ("señor Nuevo", "Nuevo"),
    ],
)
def test_a_name_is_kept_as_said_but_tidy(words: str, name: str) -> None:
    assert read_name(words) == name


@pytest.mark.parametrize(
    "words",
    [
        None,
        "",
        "  ",
        "null",
        "Unknown",
        "desconocido",
        "Cliente",
        "customer_name",
        *("El Cliente", "cliente", "Sr. Cliente", "la clienta", "señor cliente", "Cliente desconocido"),
        *("customer", "the guest", "unknown", "Unknown caller", "test", "Test User", "TEST TEST", "prueba"),
        *("El cliente sin nombre", "a nombre del cliente", "nombre_del_cliente", "new customer"),
        *(
            "No lo ha dicho",
            "todavía no lo ha dicho",
            "no ha dado nombre",
            "el cliente no lo ha dicho",
            "not given yet",
        ),
        *(
            "no proporcionado",
            "no facilitado",
            "pendiente",
            "por confirmar",
            "not mentioned",
            "hasn't said",
            "to be confirmed",
        ),
        *("prefiero no decirlo", "I'd rather not say", "buenas tardes", "Muy buenas noches.", "un momento", "Nadie"),
        "{{nombre}}",
        "123",
        "...",
        "\x00",
        [],
    ],
)
def test_a_stand_in_for_a_name_is_a_missing_name(words: object) -> None:
    assert read_name(words) == MISSING


@pytest.mark.parametrize("words", [5, True, ["Ana"], {"name": "Ana"}, "x" * (MAX_NAME + 1)])
def test_what_cannot_be_a_name_is_unclear(words: object) -> None:
    assert read_name(words) == UNCLEAR


@given(st.text())
def test_a_name_is_always_short_printable_and_storable(words: str) -> None:
    name = read_name(words)
    if not isinstance(name, Unclear):
        assert 1 <= len(name) <= MAX_NAME
        assert name.isprintable() or " " in name
        assert name.encode()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Lucía", "lucia FERNÁNDEZ", True),
        ("Fernández Lucía", "Lucía Fernández", True),
        ("Lucía", "Luciano", False),
        ("Ana López", "Ana García", False),
        ("", "Ana", False),
        ("María del Mar Gil", "del", False),
        ("María del Mar Gil", "Maria Mar", True),
    ],
)
def test_a_guest_is_known_by_part_of_the_name_whatever_its_accents(one: str, other: str, *, same: bool) -> None:
    assert same_person(one, other) is same


@pytest.mark.parametrize(
    "words",
    ["mesa para dos", "la señora", "the lady, no, the gentleman", "Lucía Fernández, no, Fernández Lucía"],
)
def test_what_is_no_name_or_a_correction_is_asked_again(words: str) -> None:
    assert read_name(words) == UNCLEAR


@pytest.mark.parametrize("words", ["Dos Santos", "Nuria Nadie", "Buenas tardes, Ana", "Noé", "Un momento, Ana Gil"])
def test_a_name_beside_such_words_is_one(words: str) -> None:
    assert isinstance(read_name(words), str)
