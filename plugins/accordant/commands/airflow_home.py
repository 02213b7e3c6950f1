"""Where Airflow lives when it is used from the command line. Nothing here may import Airflow at the top.

Whoever names AIRFLOW_HOME (or keeps a database in ~/airflow) is taken at their word. Otherwise the command
line has a small Airflow of its own: .accordant/cli in the checkout, or the user's state folder.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from configparser import ConfigParser, Error
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from accordant.commands.failures import Hint

_CHECKOUT = Path(__file__).resolve().parents[3]  # where this package lies in a checkout; elsewhere it has no dags/
_NAMED = ("AIRFLOW_HOME", "AIRFLOW_CONFIG", "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN")
_OTHERS_WRITE = 60  # seconds that SQLite waits for another process: two runs at once must not fail on it


def settle_home() -> Path:
    """Set the environment that Airflow reads when it is imported, and return AIRFLOW_HOME."""
    home = _home()
    os.environ["AIRFLOW_HOME"] = str(home)
    home.mkdir(parents=True, exist_ok=True)
    configured = _configured(home)
    os.environ.setdefault("AIRFLOW__CORE__LOAD_EXAMPLES", "False")
    os.environ.setdefault("AIRFLOW__USAGE_DATA_COLLECTION__ENABLED", "False")
    # Outside a task Airflow looks Connections up in its database only for a server process.
    os.environ.setdefault("_AIRFLOW_PROCESS_CONTEXT", "server")
    _settle_dags(home, configured.get("core", "dags_folder", fallback=""))
    _settle_database(home, configured.get("database", "sql_alchemy_conn", fallback=""))
    return home


def is_own_home() -> bool:
    """Tell whether the Airflow in use belongs to the command line alone."""
    return Path(os.environ["AIRFLOW_HOME"]) == _own_home()


def _home() -> Path:
    named = os.environ.get("AIRFLOW_HOME")
    if named:
        return Path(named).expanduser().resolve()
    usual = Path.home() / "airflow"
    if any(os.environ.get(name) for name in _NAMED) or (usual / "airflow.db").exists():
        return usual
    return _own_home()


def _own_home() -> Path:
    if (_CHECKOUT / "dags").is_dir() and os.access(_CHECKOUT, os.W_OK):
        return _CHECKOUT / ".accordant" / "cli"
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / "accordant" / "airflow"


def _configured(home: Path) -> ConfigParser:
    parser = ConfigParser(interpolation=None, strict=False)
    try:
        parser.read(os.environ.get("AIRFLOW_CONFIG") or home / "airflow.cfg", encoding="utf-8")
    except (Error, UnicodeDecodeError):
        return ConfigParser()  # Airflow itself says best what is wrong with it
    return parser


def _settle_dags(home: Path, configured: str) -> None:
    """Take this checkout's DAGs where no folder of DAGs is set, or none is there."""
    folder = Path(os.environ.get("AIRFLOW__CORE__DAGS_FOLDER") or configured or home / "dags")
    here = _CHECKOUT / "dags"
    if "AIRFLOW__CORE__DAGS_FOLDER" not in os.environ and not folder.is_dir() and here.is_dir():
        os.environ["AIRFLOW__CORE__DAGS_FOLDER"] = str(here)


def _settle_database(home: Path, configured: str) -> None:
    usual = f"sqlite:///{home / 'airflow.db'}"
    if "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN" not in os.environ and configured in ("", usual):
        os.environ["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] = f"{usual}?timeout={_OTHERS_WRITE}"


@contextmanager
def _one_at_a_time(home: Path) -> Iterator[None]:
    with (home / "accordant.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def migrate_metadata(home: Path) -> None:
    """Create Airflow's own database where there is none yet.

    Raises:
        Hint: a scheduler works on it, or it belongs to another version of Airflow.
    """
    from airflow.utils.db import initdb

    with _one_at_a_time(home):
        if not metadata_exists():
            initdb()
        elif not metadata_is_current():
            if not is_own_home():
                sentence = "Airflow's own database is of another version of Airflow."
                raise Hint(sentence, "Run `airflow db migrate`, or set AIRFLOW_HOME to another folder.", "Airflow")
            initdb()
    _refuse_scheduler()


def engine() -> Any:
    """Return SQLAlchemy's engine of Airflow's database."""
    from airflow import settings

    configured: Any = settings  # Airflow leaves its functions without types
    return configured.get_engine()


def metadata_exists() -> bool:
    """Tell whether Airflow's database has tables."""
    from sqlalchemy import inspect

    return bool(inspect(engine()).has_table("alembic_version"))


def metadata_is_current() -> bool:
    """Tell whether Airflow's database has the schema of the installed Airflow."""
    from airflow.utils import db

    untyped: Any = db
    try:
        untyped.check_migrations(1)
    except TimeoutError:
        return False
    return True


def _refuse_scheduler() -> None:
    """A scheduler would run the tasks of our run a second time, beside us."""
    from airflow.jobs.job import most_recent_job
    from airflow.jobs.scheduler_job_runner import SchedulerJobRunner

    job = most_recent_job(SchedulerJobRunner.job_type)
    if job is not None and job.is_alive():
        sentence = "A scheduler works on this Airflow's database and would run the same tasks beside this process."
        action = "Start the DAG there (`airflow dags trigger`), or set AIRFLOW_HOME to another folder."
        raise Hint(sentence, action, "Airflow")
