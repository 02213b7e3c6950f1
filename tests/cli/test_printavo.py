"""`accordant printavo`: checking and mending the tables, who belongs to a company, files, and runs of the DAG."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from accordant.commands import printavo_runs, printavo_verify
from accordant.commands.exits import ExitCode
from accordant.commands.reports import nothing_known
from accordant.commands.run import Ended
from accordant.flows.printavo import settings as printavo_settings
from accordant.store.database import Database
from accordant.sync.errors import Misconfigured
from accordant.tasks import dropped_files
from tests.cli.conftest import as_connection
from tests.hooks.shop.rows import Shop

Accordant = Callable[..., Result]
_NUMBERS = count(1)
MEMBERS = [("imm", "customer", "k1", "customers: imm")]
ROWS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("status", {"id": "s1"}), ("status", {"id": "s2", "name": "Completed"}), ("customer", {"id": "k1"}),
    ("customer", {"id": "k2", "company_name": "Imms Ltd", "primary_contact_id": "c2"}), ("contact", {"id": "c1"}),
    ("contact", {"id": "c2", "customer_id": "k2", "full_name": "Al Fox"}),
    ("orders", {"id": "o1", "amount_paid": "0", "amount_outstanding": "100"}),
    ("orders", {"id": "o2", "visual_id": "1002", "status_id": "s2", "amount_paid": "0", "amount_outstanding": "100"}),
    ("orders", {"id": "o3", "visual_id": "1003", "customer_id": "k2", "contact_id": "c2", "amount_paid": "0",
                "amount_outstanding": "100"}),
)  # fmt: skip


@pytest.fixture(scope="module")
def filled(postgres: Any) -> str:
    """The name of a database as a run left it, of which every test gets a copy: o1 is IMM's, o2 is hidden."""
    postgres.create_database("cli_shop_filled")
    shop = Shop(f"host={postgres.socket_dir} user=postgres dbname=cli_shop_filled")
    shop.read(*ROWS)
    shop.merge(members=MEMBERS, hidden=[("imm", "s2"), ("harlestons", "s2")])
    shop.database.close()
    return "cli_shop_filled"


@pytest.fixture
def shop(
    postgres: Any, filled: str, store: Database, tmp_path: Path, environment: pytest.MonkeyPatch
) -> Iterator[Shop]:
    """A shop's tables, which the Connection shop_default leads to; the working directory is that of the settings."""
    name = f"cli_shop_{next(_NUMBERS)}"
    postgres.create_database(name, like=filled)
    conninfo = f"host={postgres.socket_dir} user=postgres dbname={name}"
    environment.setenv("AIRFLOW_CONN_SHOP_DEFAULT", as_connection(conninfo))
    environment.setattr(dropped_files, "include_dir", lambda: tmp_path / "include")  # files are dropped beside it
    environment.chdir(tmp_path)
    shop = Shop(conninfo)
    yield shop
    shop.database.close()


def told(result: Result) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(result.stdout)
    return document


# -- verify


def test_tables_in_order_are_said_to_be_so(shop: Shop, accordant: Accordant) -> None:
    result = accordant("printavo", "verify")
    assert result.exit_code == ExitCode.AGREED
    assert re.fullmatch(r"\d\d checks of /.*: in order, 0 to look at\.\n", result.stdout)


def test_what_is_wrong_is_said_in_words_with_the_next_step(shop: Shop, accordant: Accordant) -> None:
    shop.rows(
        "UPDATE printavo.imm_orders SET nickname = '[red]'; INSERT INTO printavo.fee (id, order_id) VALUES ('f', 'x')"
    )
    shop.rows("UPDATE printavo.orders SET visual_id = '1003' WHERE id = 'o2'")
    result = accordant("printavo", "verify")
    assert result.exit_code == ExitCode.NEEDS_PERSON
    said = result.stdout
    assert "imm_orders, o1 (number 1001): nickname is '[red]' and should be empty." in said
    assert "fee, f: Its order x is missing." in said
    assert "notice  Several orders have the same number  (1)" in said
    assert "2 wrong, 1 to look at." in said
    assert said.splitlines()[-1].split() == ["next", "accordant", "printavo", "verify", "--repair"]


def test_a_notice_alone_is_no_reason_to_fail(shop: Shop, accordant: Accordant) -> None:
    shop.rows("UPDATE printavo.orders SET visual_id = '1003' WHERE id = 'o2'")
    result = accordant("printavo", "verify", "--json")
    document = told(result)
    assert (result.exit_code, document["holds"], document["wrong"], document["notices"]) == (
        ExitCode.AGREED,
        True,
        0,
        1,
    )
    (found,) = document["found"]
    assert found | {"next": ""} == {
        "check": "orders_same_number", "title": "Several orders have the same number", "severity": "notice", "count": 1,
        "repair": None, "next": "",
        "findings": [{"table": "orders", "record": "number 1003", "detail": "2 orders have it: o2, o3."}],
    }  # fmt: skip


def test_a_repair_is_shown_first_and_made_with_no_preview(shop: Shop, accordant: Accordant) -> None:
    shop.rows("UPDATE printavo.imm_orders SET nickname = 'x'")
    result = accordant("printavo", "verify", "--repair")
    assert result.exit_code == ExitCode.NEEDS_PERSON
    assert "Would be mended:\n  correct 1 order in printavo.imm_orders\n" in result.stdout
    assert result.stdout.splitlines()[-1].endswith("accordant printavo verify --repair --no-preview")
    assert told(accordant("printavo", "verify", "--repair", "--json"))["repairs"] == [
        "correct 1 order in printavo.imm_orders"
    ]
    assert shop.one("SELECT nickname FROM printavo.imm_orders")["nickname"] == "x"
    result = accordant("printavo", "verify", "--repair", "--no-preview")
    assert result.exit_code == ExitCode.AGREED
    assert "Mended:\n  correct 1 order in printavo.imm_orders\n" in result.stdout
    assert shop.one("SELECT nickname FROM printavo.imm_orders")["nickname"] is None


@pytest.mark.parametrize(("answer", "nickname"), [(True, None), (False, "x")])
def test_on_a_terminal_the_repair_waits_for_an_answer(
    shop: Shop, accordant: Accordant, monkeypatch: pytest.MonkeyPatch, answer: bool, nickname: str | None
) -> None:
    shop.rows("UPDATE printavo.imm_orders SET nickname = 'x'")
    monkeypatch.setattr(printavo_verify, "_is_terminal", lambda: True)
    monkeypatch.setattr(printavo_verify.typer, "confirm", lambda _: answer)
    result = accordant("printavo", "verify", "--repair")
    assert result.exit_code == (ExitCode.AGREED if answer else ExitCode.NEEDS_PERSON)
    assert shop.one("SELECT nickname FROM printavo.imm_orders")["nickname"] == nickname


def test_with_tables_missing_only_that_is_said(shop: Shop, accordant: Accordant) -> None:
    shop.rows("DROP TABLE printavo.harlestons_orders CASCADE")
    document = told(accordant("printavo", "verify", "--json"))
    assert [one["check"] for one in document["found"]] == ["schema_columns"]
    assert document["checks_not_asked"] > 15
    result = accordant("printavo", "verify", "--repair", "--no-preview")
    assert "make the table printavo.harlestons_orders" in result.stdout
    assert result.exit_code == ExitCode.AGREED


def test_a_database_that_cannot_be_reached_is_to_be_tried_again(
    store: Database, accordant: Accordant, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv("AIRFLOW_CONN_SHOP_DEFAULT", "postgres://ann:secret@127.0.0.1:1/shop")
    result = accordant("printavo", "verify")
    assert result.exit_code == ExitCode.TRY_AGAIN
    assert "SHOP_UNREACHABLE connection shop_default" in result.stderr
    assert "secret" not in result.stderr + result.stdout


def test_the_task_of_airflow_fails_with_what_is_wrong_and_mends_first(shop: Shop) -> None:
    from airflow.sdk.exceptions import AirflowFailException

    from accordant.tasks.printavo_verify import verify_task

    shop.rows("UPDATE printavo.imm_orders SET nickname = 'x'")
    with pytest.raises(
        AirflowFailException, match=r"TABLES_WRONG.*1 things are wrong: A company's table says something else"
    ):
        verify_task(repair=False)
    assert verify_task(repair=True)["repairs"] == ["correct 1 order in printavo.imm_orders"]
    assert verify_task(repair=False)["holds"] is True


# -- companies


def test_who_belongs_to_a_company_is_listed_by_its_rule_and_who_almost_does(shop: Shop, accordant: Accordant) -> None:
    document = told(accordant("printavo", "companies", "imm", "--json"))
    assert document == {"companies": [{
        "company": "imm", "orders_shown": 1,
        "members": [{"kind": "customer", "id": "k1", "name": "IMM", "orders": 2, "rule": "customers: imm"}],
        "candidates": [{"kind": "customer", "id": "k2", "name": "Imms Ltd", "orders": 1}],
    }]}  # fmt: skip
    said = accordant("printavo", "companies").stdout
    assert "imm  printavo.imm_orders holds 1 orders" in said
    assert "customer k2: Imms Ltd (1 orders)" in said
    assert "Nobody in Printavo matches its rules." in said  # of harlestons


def test_a_company_that_is_not_there_is_refused(shop: Shop, accordant: Accordant) -> None:
    for command in (("companies", "acme"), ("sync", "acme")):
        result = accordant("printavo", *command)
        assert result.exit_code == ExitCode.FAILED
        assert "No company is named 'acme'" in result.stderr
        assert "harlestons, imm" in result.stderr


def test_before_the_first_run_there_is_nothing_to_list(
    store: Database, accordant: Accordant, environment: pytest.MonkeyPatch, new_database: Callable[[], str]
) -> None:
    environment.setenv("AIRFLOW_CONN_SHOP_DEFAULT", as_connection(new_database()))
    result = accordant("printavo", "companies")
    assert result.exit_code == ExitCode.NEEDS_PERSON
    assert "Run `accordant printavo sync` first." in result.stderr


# -- files


def dropped(text: str, name: str = "imm_orders.csv", folder: str = "data_imports") -> Path:
    """Put a file into a folder beneath the working directory, which a test has to itself."""
    path = Path(folder) / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    return path


LINES = "Order number,Customer due date\n1001,2026-03-31\n1002,2026-03-30\n1099,2026-03-29\n1003,nonsense\n"


def test_a_preview_of_files_shows_what_they_change_and_touches_nothing(shop: Shop, accordant: Accordant) -> None:
    path = dropped(LINES)
    (found,) = told(accordant("printavo", "import", "--preview", "--json"))["files"]
    assert found["changes"] == [
        {"number": "1001", "order_id": "o1", "field": "customer_due", "before": "2026-02-01", "after": "2026-03-31"}
    ]
    assert (found["file"], found["company"], found["unchanged"]) == ("imm_orders.csv", "imm", 0)
    assert [sentence[:22] for sentence in found["refused"]] == [f"imm_orders.csv, line {n}" for n in (5, 3, 4)]
    said = accordant("printavo", "import", str(path), "--preview").stdout
    assert "1 orders of imm_orders would change" in said
    assert "order 1002 is not in imm_orders: its status is hidden, or it is another company's." in said
    assert said.endswith("Nothing was written or moved.\n")
    assert path.read_text("utf-8") == LINES
    assert [*path.parent.iterdir()] == [path]
    assert shop.one("SELECT customer_due::text FROM printavo.imm_orders")["customer_due"] == "2026-02-01"


def test_a_file_whose_name_says_no_company_is_named(shop: Shop, accordant: Accordant) -> None:
    dropped(LINES), dropped(LINES, "imm_orders (1).csv")
    said = accordant("printavo", "import", "--preview").stderr.replace("\n", " ")
    assert "data_imports/imm_orders (1).csv says no company" in said


@pytest.mark.parametrize("production_due", ["2026-01-30 12:00", "2026-01-30"], ids=["a moment", "its day alone"])
def test_a_file_that_changes_nothing_is_said_to(shop: Shop, accordant: Accordant, production_due: str) -> None:
    dropped(f"Order number,Customer due date,Production due date\n1001,2026-02-01,{production_due}\n")
    (found,) = told(accordant("printavo", "import", "--preview", "--json"))["files"]
    assert (found["changes"], found["unchanged"], found["refused"]) == ([], 1, [])


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("data_imports", "data_imports is no file and no folder"),
        (".", ". holds no file to import"),
        ("other.csv", "other.csv says no company"),
    ],
)
def test_what_is_no_file_of_a_company_is_refused(shop: Shop, accordant: Accordant, place: str, words: str) -> None:
    dropped("x", "other.csv", ".")
    result = accordant("printavo", "import", place)
    assert result.exit_code == ExitCode.FAILED
    assert words in result.stderr
    assert "harlestons_orders.csv or imm_orders.csv" in result.stderr


# -- runs


class Runs:
    """Stands in for the runs of the DAG: keeps what they were asked for."""

    def __init__(self, log: Path) -> None:
        self.log, self.asked, self.error = log, list[Any](), None
        log.write_text("what Airflow said\n", "utf-8")

    def __call__(self, *arguments: Any, **options: Any) -> Ended:
        self.asked.append((arguments, options))
        if self.error is not None:
            raise self.error
        return Ended({**nothing_known("printavo"), "state": "succeeded"}, None, "success", self.log, "")


@pytest.fixture
def runs(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runs:
    found = Runs(tmp_path / "airflow.log")
    monkeypatch.setattr(printavo_runs, "run_here", found)
    return found


@pytest.mark.parametrize(
    ("words", "conf", "again"),
    [
        ("sync", {"what": "all", "full": False}, "sync all"),
        ("sync all --full", {"what": "all", "full": True}, "sync all --full"),
        ("sync imm --preview --no-wait", {"what": "imm", "full": False}, "sync imm"),
    ],
)
def test_a_sync_asks_the_dag_for_what_was_said(
    runs: Runs, accordant: Accordant, words: str, conf: dict[str, Any], again: str
) -> None:
    assert accordant("printavo", *words.split()).exit_code == ExitCode.AGREED
    options = {"preview": "--preview" in words, "no_wait": "--no-wait" in words}
    assert runs.asked == [(("printavo_import", conf, f"accordant printavo {again}"), options)]


def test_the_runs_of_a_day_are_kept_in_one_log(runs: Runs, accordant: Accordant, tmp_path: Path) -> None:
    for words in ("sync", "sync imm --preview --log-folder logs"):
        accordant("printavo", *words.split())
    (log,) = (tmp_path / "logs").iterdir()
    assert re.fullmatch(r"printavo_sync_\d{8}\.log", log.name)
    text = log.read_text("utf-8")
    assert text.count("what Airflow said\n") == 2
    assert re.search(r"^=== \S+ \S+ \S+ accordant printavo sync imm --preview$", text, re.MULTILINE)
    assert text.endswith(" succeeded, exit code 0\n")
    assert told(accordant("printavo", "sync", "--json"))["day_log"] == f"logs/{log.name}"


def test_why_a_run_could_not_begin_is_in_the_log_without_a_credential(
    runs: Runs, accordant: Accordant, tmp_path: Path
) -> None:
    runs.error = Misconfigured("DAG_UNKNOWN", "No DAG at http://ann:secret@host is named so.", record="printavo_import")
    assert accordant("printavo", "sync", "--log-folder", "other/logs").exit_code == ExitCode.FAILED
    (log,) = (tmp_path / "other" / "logs").iterdir()
    text = log.read_text("utf-8")
    assert "DAG_UNKNOWN printavo_import No DAG at http://***@host is named so." in text
    assert text.endswith(" failed, exit code 2\n")


def test_a_file_from_elsewhere_is_put_where_the_run_finds_it(
    runs: Runs, accordant: Accordant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From whatever directory the command is typed."""
    path = dropped(LINES, folder="desk").resolve()
    monkeypatch.chdir(path.parent)
    accordant("printavo", "import", path.name)
    assert [(asked[0][1]["what"]) for asked in runs.asked] == ["imm"]
    ((company, found),) = dropped_files.dropped_files(printavo_settings.settings())
    assert (company, found.read_text("utf-8")) == ("imm", LINES)
    assert path.exists()
    dropped(LINES, "harlestons_orders.csv", str(tmp_path / "data_imports"))
    accordant("printavo", "import")
    assert [(asked[0][1]["what"]) for asked in runs.asked] == ["imm", "all"]


def test_no_file_that_waits_is_replaced_by_another(runs: Runs, accordant: Accordant) -> None:
    dropped("Order number,Due\n1001,2026-04-04\n")
    result = accordant("printavo", "import", str(dropped(LINES, folder="desk")))
    assert result.exit_code == ExitCode.FAILED
    assert "waits to be imported and is another file." in result.stderr
    assert runs.asked == []
    assert "2026-04-04" in Path("data_imports/imm_orders.csv").read_text("utf-8")
