"""docs/adding-a-flow.md walks through an eighth object type; here its files are taken from the page and run."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from accordant import flows
from tests.end_to_end.office import QBD, Office

_PAGE = Path(__file__).parents[2] / "docs" / "adding-a-flow.md"
_LINE = re.compile(r"<!-- line: dags/quickbooks_desktop.py -->\n```python\n(.*?)```", re.DOTALL)
_FILE = re.compile(r"<!-- file: (\S+) -->\n```\w+\n(.*?)```", re.DOTALL)


@pytest.fixture
def sites(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The flow of the page, as if its files were in place."""
    include, made = Path(os.environ["ACCORDANT_INCLUDE"]), []
    for name, content in _FILE.findall(_PAGE.read_text()):
        folder, _, rest = name.partition("/")
        path = include / rest if folder == "include" else tmp_path / rest.removeprefix("accordant/flows/")
        assert not path.exists(), f"{name} is there already"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        made.append(path)
    monkeypatch.setattr(flows, "__path__", [*flows.__path__, str(tmp_path)])
    yield "qbd_sites"
    for path in made:
        path.unlink()
    for module in [name for name in sys.modules if name.startswith("accordant.flows.qbd_sites")]:
        del sys.modules[module]


def test_its_line_in_the_list_makes_its_dag(sites: str, tmp_path: Path) -> None:
    from airflow.dag_processing.dagbag import DagBag

    (line,) = _LINE.findall(_PAGE.read_text())
    dags = (_PAGE.parents[1] / "dags" / "quickbooks_desktop.py").read_text()
    ended = dags.rindex("    ]\n)")
    (tmp_path / "dags").mkdir()
    (tmp_path / "dags" / "wired.py").write_text(f"{dags[:ended]}        {line.strip()},\n{dags[ended:]}")
    bag = DagBag(dag_folder=str(tmp_path / "dags"))
    assert not bag.import_errors
    assert {sites, "qbd_everything"} <= set(bag.dags)


def test_the_flow_of_the_page_keeps_sites_in_agreement(office: Office, sites: str) -> None:
    office.conductor.control.load({"inventory-sites": [{"name": "Albany"}, {"name": "Boston"}]})
    office.sql("INSERT INTO wms.site (name) VALUES ('albany '), ('Chicago')")
    first = office.run(sites)
    assert first["matches"], office.troubles()
    assert first["object_types"]["site"]["linked"] == 1
    assert first["object_types"]["site"]["created"] == 2
    (chicago,) = [site for site in office.books("inventory-sites") if site["name"] == "Chicago"]
    office.person("POST", f"{QBD}/inventory-sites/{chicago['id']}", {"name": "Chicago North"})
    assert office.run(sites)["matches"]
    both = [{row["name"] for row in office.sql("SELECT trim(name) AS name FROM wms.site")},
            {row["name"] for row in office.books("inventory-sites")}]  # fmt: skip
    assert both[0] == both[1] == {"albany", "Boston", "Chicago North"}
    assert office.run(sites)["object_types"].get("site", {}).get("planned", 0) == 0
