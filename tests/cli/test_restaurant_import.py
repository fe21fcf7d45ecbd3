import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appliance import cli

EXAMPLE = Path(__file__).parents[2] / "docs/restaurant.toml"
BOOK = (
    "ID,Fecha,Hora,Cliente,Personas,Mesa,Estado\n"
    "R1,28/11/2031,21.00,Ana Ruiz,4,M1,Confirmada\n"
    "R2,28/11/2031,21:30,Luis Gil,2,M1,pendiente\n"
)


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A data directory with the restaurant of the docs."""
    assert run(tmp_path, "setup", "--retell-key", "key_0123456789abcdef").exit_code == 0
    assert run(tmp_path, "restaurant", "add", str(EXAMPLE)).exit_code == 0
    return tmp_path


def run(data_dir: Path, *arguments: str) -> Result:
    env = {"MAITRE_DATA_DIR": str(data_dir), "HOME": str(data_dir)}
    return CliRunner().invoke(cli.maitre, arguments, env=env, prog_name="maitre")


def take(data_dir: Path, files: dict[str, str], *options: str) -> Result:
    for name, text in files.items():
        (data_dir / name).write_text(text)
    return run(data_dir, "restaurant", "import", "rest_la_marea", *(str(data_dir / name) for name in files), *options)


def test_the_tabs_are_taken_over_in_the_order_in_which_they_need_each_other(data_dir: Path) -> None:
    files = {
        "La Marea - Reservas.csv": BOOK,
        "La Marea - Mesas.csv": "ID,Zona,Capacidad,Turnos\nM1,Azotea,4,Brunch\n",
        "La Marea - Turnos.csv": "Turno,Inicio,Fin\nBrunch,10:00,12:00\n",
    }
    told = take(data_dir, files)
    assert told.output.splitlines() == [
        "Turnos: 1 imported, 0 skipped",
        "Mesas: 1 imported, 0 skipped",
        "Reservas: 1 imported, 0 skipped",
        "  row 3: Mesa: another party has M1 then",
    ]
    again = json.loads(take(data_dir, files, "--json").output)
    assert [(one["tab"], one["imported"], one["skipped"]) for one in again] == [
        ("Turnos", 0, 1),
        ("Mesas", 0, 1),
        ("Reservas", 0, 1),
    ]


@pytest.mark.parametrize("options", [(), ("--json",), ("--dry-run",)])
def test_the_exit_code_says_whether_a_row_was_refused(data_dir: Path, options: tuple[str, ...]) -> None:
    tables = "ID,Zona,Capacidad\nM1,Azotea,4\n"
    assert take(data_dir, {"mesas.csv": tables}, *options).exit_code == 0
    assert take(data_dir, {"mesas.csv": tables + "M2,Azotea,many\n"}, *options).exit_code == 1


def test_a_dry_run_leaves_all_as_it_is(data_dir: Path) -> None:
    files = {"mesas.csv": "ID,Zona,Capacidad\nM1,Azotea,4\n"}
    for _ in range(2):
        assert take(data_dir, files, "--dry-run").output == "Mesas: 1 imported, 0 skipped\n"


def test_a_weekday_that_closes_names_the_guests_to_call(data_dir: Path) -> None:
    take(data_dir, {"mesas.csv": "ID,Zona,Capacidad\nM1,Azotea,4\n", "reservas.csv": BOOK})
    told = take(data_dir, {"horarios.csv": "Dia,Inicio,Fin\nviernes,cerrado,\n"}).output
    assert "Ana Ruiz" in told
    assert "outside_hours" in told


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("Log.csv", "a,b", "its name must end in that of its tab: Turnos, Horarios, Configuracion, Mesas, Reservas"),
        ("Reservas.csv", "a,b", "there is no column Fecha, Hora, Personas"),
    ],
)
def test_a_file_that_is_none_of_the_tabs_is_refused(data_dir: Path, name: str, text: str, complaint: str) -> None:
    refused = take(data_dir, {name: text})
    assert refused.exit_code == 1
    assert complaint in refused.stderr


def test_nothing_is_taken_over_where_one_of_the_files_is_none_of_the_tabs(data_dir: Path) -> None:
    tables = {"mesas.csv": "ID,Zona,Capacidad\nM1,Azotea,4\n"}
    assert take(data_dir, tables | {"reservas.csv": "a,b"}).exit_code == 1
    assert take(data_dir, tables).output == "Mesas: 1 imported, 0 skipped\n"


def test_a_file_that_is_not_there_is_refused(data_dir: Path) -> None:
    refused = run(data_dir, "restaurant", "import", "rest_la_marea", str(data_dir / "no-mesas.csv"))
    assert (refused.exit_code, "cannot be read" in refused.stderr) == (1, True)
