"""`python -m demo up`, `down` and `env`."""

from __future__ import annotations

import argparse
import shlex
import signal
import sys
from pathlib import Path
from types import FrameType

import requests
from rich.console import Console

from demo.display import Display
from demo.environment import of_airflow
from demo.failure import DemoFailed
from demo.files import exclusive
from demo.layout import DEFAULT_HOME, Home
from demo.sandbox_home import Sandbox
from demo.secrets import USER

_INTERRUPTED = 130
_PLAIN_WIDTH = 120  # of tables in a CI log
_MOST = 20  # differences told one by one


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = _parser().parse_args(arguments)
    home = Home(options.home.expanduser().resolve())
    if options.command == "env":
        return _env(home)
    display = Display(Console() if sys.stdout.isatty() else Console(width=_PLAIN_WIDTH))
    signal.signal(signal.SIGTERM, _interrupt)
    home.create()
    try:
        with exclusive(home.lock):
            return _up(home, display, leave=options.exit) if options.command == "up" else _down(home, display)
    except DemoFailed as failure:
        display.failure(str(failure))
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument("--home", type=Path, default=DEFAULT_HOME, help="where data, logs and secrets go")
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="start everything and show what is agreed")
    up.add_argument("--exit", action="store_true", help="stop everything at the end; 0 only if all was agreed")
    commands.add_parser("down", help="stop everything")
    commands.add_parser("env", help="print what points a shell's `accordant` and `airflow` at the running demo")
    return parser


def _up(home: Home, display: Display, *, leave: bool) -> int:
    from demo.office import agree_office
    from demo.print_shop import begin_print_shop, import_orders
    from demo.school import agree_school, begin_school
    from demo.start import running_or_started
    from demo.state import stop_all
    from demo.walk import agree_documents

    display.line(
        "Accordant demo, on this machine only: raw invoice documents become sales orders in InvenTree,"
        " a warehouse is agreed with QuickBooks Desktop, a school's invoices reach QuickBooks Online,"
        " and a print shop's orders come from Printavo into its own tables."
    )
    stays = False
    try:
        with display.live():
            running = running_or_started(home, display)
            wrong = agree_documents(running, display)
            school = begin_school(running, display)
            orders = begin_print_shop(running, display)
            wrong += [*agree_office(running, display), *agree_school(running, display, school)]
            wrong += import_orders(running, display, orders)
        for sentence in wrong[:_MOST]:
            display.failure(sentence)
        if len(wrong) > _MOST:
            display.failure(f"... and {len(wrong) - _MOST} more.")
        stays = not leave
        if stays:
            _say_where(display, running.api.url, running.secrets.password, running.sandbox)
        verdict = "Not as promised" if wrong else "All as the seed data promises"
        display.line(f"{verdict}, after {display.seconds:.0f} seconds.")
        return 1 if wrong else 0
    except KeyboardInterrupt:
        display.line("Interrupted.")
        return _INTERRUPTED
    except requests.RequestException as error:
        raise DemoFailed(f"A server of the demo stopped answering: {error}. Logs: {home.logs}") from None
    finally:
        if not stays:
            with display.phase("Stopping"):
                stop_all(home)


def _say_where(display: Display, airflow: str, password: str, sandbox: Sandbox) -> None:
    display.line()
    display.line(f"  Airflow    {airflow}   user {USER}   password {password}")
    display.line(f"  InvenTree  {sandbox.inventree}   (the sandbox)")
    display.line(f"  QuickBooks {sandbox.quickbooks}   (the sandbox's company file)")
    display.line(f"             {sandbox.quickbooks_online}   (its QuickBooks Online)")
    display.line(f"  Printavo   {sandbox.printavo}   (the sandbox)")
    display.line(f"  MongoDB    {sandbox.mongo}   (accordant_demo.raw_data)")
    display.line('  CLI        eval "$(make -s env)"   then: accordant status, or airflow dags list')
    display.line("  Stop       make stop   (the next `make demo` starts afresh)")
    display.line("  (Airflow shows no connections: those come by environment.)")
    display.line()


def _env(home: Home) -> int:
    """Print shell lines that point `accordant` and `airflow` at the running demo.

    The demo's Airflow is for the command `airflow` alone: `accordant run` has a small Airflow of its own, and refuses
    one that a scheduler works on.
    """
    from demo.sandbox_home import find
    from demo.start import environment_of
    from demo.state import load

    sandbox = find(home)
    if sandbox is None:
        print("No demo was started here: `make demo` first.", file=sys.stderr)
        return 1
    for name, value in sandbox.connections.items():
        print(f"export {name}={shlex.quote(value)}")
    programs = Path(sys.executable).parent
    print(f"export PATH={shlex.quote(str(programs))}:$PATH")
    if state := load(home):
        settings = of_airflow(environment_of(home, state, sandbox))
        exports = " ".join(f"{name}={shlex.quote(value)}" for name, value in settings.items())
        print(f'airflow() ( export {exports}; exec {shlex.quote(str(programs / "airflow"))} "$@" )')
    return 0


def _down(home: Home, display: Display) -> int:
    from demo.state import stop_all

    with display.phase("Stopping"):
        stopped = stop_all(home)
    display.line(f"Stopped {', '.join(stopped)}." if stopped else "Nothing was running.")
    return 0


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
