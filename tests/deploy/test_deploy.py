"""Do the files that install Countermark pass the linters of those who read them, and name only what exists?"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import helm_python
import kubernetes_validate
import pytest
import yaml
from typer.main import get_command

from countermark.entrypoints import cli
from house.source_tree import ROOT

DEPLOY = ROOT / "deploy"
CHART = DEPLOY / "helm" / "countermark"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
BIN = Path(sys.executable).parent
KNOWN = set(re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs/reference/settings.md").read_text("utf-8"), re.MULTILINE))
OF_COMPOSE = {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD"}  # read by the database's image
EVERYTHING = {
    "ingress": {"enabled": True, "tlsSecretName": "tls", "className": "nginx"},
    "imagePullSecrets": [{"name": "pull"}],
}


def run(*command: str | Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def commands_in(arguments: list[str]) -> set[str]:
    return {arguments[0]} | {word for word in arguments if word.startswith("--")}


def manifests(values: dict[str, Any]) -> list[dict[str, Any]]:
    """What the chart gives to Kubernetes, for these values."""
    rendered = helm_python.Chart.load(CHART).render(values, name="demo", namespace="ip", revision=3)
    texts = [text for place, text in rendered.items() if place.endswith(".yaml")]
    return [each for text in texts for each in yaml.safe_load_all(text) if each]


def known_words(command: str) -> set[str]:
    """The command and its options, as the program itself knows them."""
    found = get_command(cli.app).commands[command]
    return {command} | {option for parameter in found.params for option in parameter.opts}


def test_the_dockerfile_pleases_hadolint():
    run(BIN / "hadolint", ROOT / "Dockerfile")


def test_the_compose_file_is_one_by_its_specification():
    run(BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", DEPLOY / "compose" / "compose.yaml")


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_understands_every_unit(unit, tmp_path):
    for each in UNITS:  # they name each other; the program is installed where this one is
        name = each.name.replace("@.", "@1.")
        (tmp_path / name).write_text(each.read_text().replace("/opt/countermark/bin/countermark", "/bin/true"))
    run("systemd-analyze", "verify", "--man=no", tmp_path / unit.name.replace("@.", "@1."))


@pytest.mark.parametrize("values", [{}, EVERYTHING], ids=["as shipped", "with everything"])
def test_the_chart_pleases_helm_and_makes_valid_manifests(values):
    report = helm_python.lint(CHART, values, strict=True, kube_version="v1.30.0")
    assert report["errors"] == []
    made = manifests(values)
    assert {"Deployment", "Service", "Job", "ConfigMap"} <= {each["kind"] for each in made}
    assert ("Ingress" in {each["kind"] for each in made}) == bool(values)
    for manifest in made:
        kubernetes_validate.validate(manifest, "1.30", strict=True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"web": {"replicas": 0}},
        {"settings": {"BASE_URL": "x", "ALLOWED_HOSTS": "x", "SECRET_KEY": "in the open"}},
        {"settings": {"BASE_URL": "x", "ALLOWED_HOSTS": "x", "FILES_SECRET_KEY": "in the open"}},
        {"wep": {}},
    ],
)
def test_a_wrong_value_is_refused_by_the_charts_schema(wrong):
    report = helm_python.lint(CHART, wrong, strict=True)
    assert report["errors"] != []


def test_the_chart_and_the_image_are_of_this_version():
    version = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)[1]
    assert yaml.safe_load((CHART / "Chart.yaml").read_text())["appVersion"] == version
    assert f"image: countermark:{version}\n" in (DEPLOY / "compose" / "compose.yaml").read_text()


def test_every_setting_that_is_named_exists():
    named = set(yaml.safe_load((CHART / "values.yaml").read_text())["settings"])
    for file in [*UNITS, DEPLOY / "systemd/countermark.env.example", DEPLOY / "compose/countermark.env.example"]:
        named |= set(re.findall(r"\b([A-Z][A-Z_]+)=", file.read_text()))
    named |= set(re.findall(r"^ +([A-Z][A-Z_]+): ", (DEPLOY / "compose/compose.yaml").read_text(), re.MULTILINE))
    assert {name.removesuffix("_FILE") for name in named} - KNOWN - OF_COMPOSE == set()


def test_every_command_that_is_run_exists_with_its_options():
    starts = [line for unit in UNITS for line in unit.read_text().split("\n") if line.startswith("ExecStart")]
    ran = [line.split("countermark ", 1)[1].split() for line in starts]
    compose = yaml.safe_load((DEPLOY / "compose/compose.yaml").read_text())
    ran += [each["command"] for each in compose["services"].values() if "command" in each]
    ran += [json.loads(re.search(r"^CMD (.+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)[1])]
    pods = [each["spec"]["template"]["spec"] for each in manifests({}) if "template" in each.get("spec", {})]
    ran += [pod["containers"][0]["args"] for pod in pods]
    assert len(ran) == 10
    for arguments in ran:
        assert commands_in(arguments) - known_words(arguments[0]) == set()


def test_the_image_holds_only_what_it_needs(tmp_path):
    """Nothing but the package travels into the build: no tests, no secrets, no folder of data."""
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().split() if line.startswith("!")}
    copied = set(
        re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)[0].split()
    ) | {"src"}
    assert copied == allowed
    assert all((ROOT / name).exists() for name in allowed)
    assert shutil.which("systemd-analyze"), "script/test installs it"
