"""docker-compose.yaml: valid, complete, and closed to the outside."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from demo.airflow_server import POOLS

AIRFLOW = {"init", "api-server", "scheduler", "dag-processor", "triggerer", "worker-1", "worker-2"}
OTHERS = {"postgres", "redis", "store", "mongo", "mariadb", "sandbox"}
SECRET_NAME = re.compile(r"PASSWORD|SECRET|FERNET|AUTH|CONN_|URL|BACKEND")


def schema_check(file: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def installation(checkout: Path, tmp_path: Path) -> Path:
    """A folder with the compose file and the .env that docs/production.md tells people to write."""
    shutil.copy(checkout / "docker-compose.yaml", tmp_path)
    guide = (checkout / "docs" / "production.md").read_text(encoding="utf-8")
    block = re.search(r"```bash\n(.*?)```", guide, re.DOTALL)
    assert block, "docs/production.md no longer shows how to write .env"
    subprocess.run(["bash", "-euc", block[1]], cwd=tmp_path, check=True)
    return tmp_path


def composed(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run `docker-compose config`, Debian's or the plugin's: neither needs an engine for that."""
    program = shutil.which("docker-compose")
    if program is None:
        reason = "docker-compose is not installed; .ci/run installs it (the schema is checked all the same)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    env = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    return subprocess.run([program, *words, "config"], cwd=folder, env=env, capture_output=True, text=True, check=False)


def test_the_file_follows_the_compose_specification(checkout: Path) -> None:
    done = schema_check(checkout / "docker-compose.yaml")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_specification_check_notices_a_mistake(compose: dict[str, Any], tmp_path: Path) -> None:
    broken = tmp_path / "docker-compose.yaml"
    broken.write_text(yaml.safe_dump({**compose, "services": {"scheduler": {"imagee": "x"}}}), encoding="utf-8")
    done = schema_check(broken)
    assert done.returncode != 0
    assert "imagee" in done.stdout


def test_docker_compose_accepts_it_with_the_env_file_of_the_guide(installation: Path) -> None:
    done = composed(installation)
    assert done.returncode == 0, done.stderr
    services = yaml.safe_load(done.stdout)["services"]
    secrets = dict(line.split("=", 1) for line in (installation / ".env").read_text(encoding="utf-8").splitlines())
    worker = services["worker-2"]["environment"]
    assert worker["AIRFLOW__CORE__FERNET_KEY"] == secrets["AIRFLOW_FERNET_KEY"]
    assert worker["AIRFLOW_CONN_ACCORDANT_STORE"] == secrets["AIRFLOW_CONN_ACCORDANT_STORE"]
    assert secrets["STORE_PASSWORD"] in worker["AIRFLOW_CONN_ACCORDANT_STORE"]


@pytest.mark.parametrize("name", ["AIRFLOW_JWT_SECRET", "REDIS_PASSWORD", "AIRFLOW_CONN_ACCORDANT_STORE"])
def test_docker_compose_refuses_to_start_without_a_secret(installation: Path, name: str) -> None:
    env = installation / ".env"
    kept = [line for line in env.read_text(encoding="utf-8").splitlines() if not line.startswith(f"{name}=")]
    env.write_text("\n".join(kept), encoding="utf-8")
    done = composed(installation)
    assert done.returncode != 0
    assert "docs/production.md" in done.stderr


def test_the_env_file_of_the_guide_is_private(installation: Path) -> None:
    assert (installation / ".env").stat().st_mode & 0o077 == 0


def test_every_service_is_there(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == AIRFLOW | OTHERS


def test_the_sandbox_starts_only_when_asked_for(compose: dict[str, Any]) -> None:
    profiles = {name: service.get("profiles") for name, service in compose["services"].items()}
    assert {name for name, profile in profiles.items() if profile} == {"sandbox"}


def test_every_service_that_stays_is_watched(compose: dict[str, Any]) -> None:
    unwatched = {name for name, service in compose["services"].items() if "healthcheck" not in service}
    assert unwatched == {"init"}


def test_ports_are_bound_to_loopback_only(compose: dict[str, Any]) -> None:
    ports = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}
    assert set(ports) == {"api-server"}
    assert all(str(port).startswith("127.0.0.1:") for port in ports["api-server"])
    assert not [name for name, service in compose["services"].items() if service.get("network_mode")]


def test_secrets_come_from_the_environment(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        for variable, value in (service.get("environment") or {}).items():
            literal = SECRET_NAME.search(variable) and value is not None and "${" not in str(value)
            harmless = {"AIRFLOW__CORE__EXECUTION_API_SERVER_URL", "MARIADB_RANDOM_ROOT_PASSWORD"}
            harmless |= {name for name in (variable,) if "SIMPLE_AUTH_MANAGER" in name}
            assert not literal or variable in harmless, f"{name}: {variable} has a literal value"


def test_a_required_secret_has_no_default(checkout: Path) -> None:
    text = (checkout / "docker-compose.yaml").read_text(encoding="utf-8")
    defaults = re.findall(r"\$\{(\w+):-", text)
    assert not [name for name in defaults if re.search(r"PASSWORD|SECRET|KEY|CONN", name)]


def test_all_airflow_services_share_one_set_of_keys(compose: dict[str, Any]) -> None:
    keys = ("AIRFLOW__API_AUTH__JWT_SECRET", "AIRFLOW__API__SECRET_KEY", "AIRFLOW__CORE__FERNET_KEY")
    for key in keys:
        assert len({compose["services"][name]["environment"][key] for name in AIRFLOW}) == 1


def test_drivers_are_spelled_out(compose: dict[str, Any]) -> None:
    environment = compose["services"]["scheduler"]["environment"]
    assert environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"].startswith("postgresql+psycopg2://")
    assert environment["AIRFLOW__CELERY__RESULT_BACKEND"].startswith("db+postgresql+psycopg2://")


def test_every_connection_can_be_set_from_outside(compose: dict[str, Any]) -> None:
    environment = compose["services"]["worker-1"]["environment"]
    ids = ("ACCORDANT_STORE", "WMS_DEFAULT", "MIS_DEFAULT", "MONGO_DEFAULT", "INVENTREE_DEFAULT")
    for connection in (*ids, "CONDUCTOR_DEFAULT", "QBO_DEFAULT", "PRINTAVO_DEFAULT"):
        variable = f"AIRFLOW_CONN_{connection}"
        assert variable in environment
        assert environment[variable] is None or environment[variable].startswith(f"${{{variable}:?")


def test_airflow_waits_for_its_databases(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for name in AIRFLOW - {"init"}:
        assert services[name]["depends_on"]["init"]["condition"] == "service_completed_successfully"
    assert set(services["init"]["depends_on"]) == {"postgres", "store"}


def test_both_workers_are_alike_and_run_celery(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert services["worker-1"] == services["worker-2"]
    assert services["worker-1"]["command"] == "airflow celery worker"
    assert services["worker-1"]["environment"]["AIRFLOW__CORE__EXECUTOR"] == "CeleryExecutor"


def test_every_mount_is_a_named_volume_or_a_file_of_the_repository(compose: dict[str, Any], checkout: Path) -> None:
    for service in compose["services"].values():
        for mount in service.get("volumes", []):
            source = mount.split(":")[0]
            assert source in compose["volumes"] or (checkout / source).exists(), mount


def test_every_build_target_is_a_stage_of_the_dockerfile(compose: dict[str, Any], checkout: Path) -> None:
    stages = set(re.findall(r"^FROM \S+ AS (\S+)", (checkout / "Dockerfile").read_text(), re.MULTILINE))
    targets = {service["build"]["target"] for service in compose["services"].values() if "build" in service}
    assert targets == {"accordant", "sandbox"} <= stages


def test_init_creates_the_pools_that_the_demo_creates(compose: dict[str, Any]) -> None:
    script = compose["services"]["init"]["command"][-1]
    created = re.findall(r'airflow pools set (\w+) (\d+) "(.*)"', script)
    assert {name: (int(slots), about) for name, slots, about in created} == POOLS


def test_both_ways_to_write_a_connection_say_the_same(checkout: Path) -> None:
    from airflow.models.connection import Connection

    guide = (checkout / "docs" / "production.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| `(\{.*\})` \| `(\S+)` \|$", guide, re.MULTILINE)
    assert len(rows) == 9
    for connection, as_json, as_uri in rows:
        read = [Connection.from_json(as_json, conn_id=connection), Connection(conn_id=connection, uri=as_uri)]
        texts = [[each.host or "", each.schema or "", each.login or "", each.password] for each in read]
        told = [(each.conn_type, each.port, each.extra_dejson, *words) for each, words in zip(read, texts, strict=True)]
        assert told[0] == told[1], connection
