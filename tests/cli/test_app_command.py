"""`pellucid app`: options, and what is handed to the app; the server itself is tested with the app."""

import importlib

import pytest
from typer.testing import CliRunner

import pellucid.app
from pellucid import cli
from pellucid.exceptions import InvalidInputError, MissingExtraError


@pytest.fixture
def served(monkeypatch):
    """Stand in for the server: keep what it was given, and say where it is."""
    found = {}

    def serve(domains, settings, *, model, progress, ready):
        found.update(domains=[domain.name for domain in domains], settings=settings, model=model)
        progress(1, 1)
        ready("http://127.0.0.1:7860/", "http://127.0.0.1:7860/first-admin?token=t")

    monkeypatch.setattr(pellucid.app, "serve", serve)
    return found


def run(*arguments):
    return CliRunner().invoke(cli.app, ["app", *map(str, arguments)])


def test_all_domains_are_opened_on_this_machine_alone(served, monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    result = run()
    assert result.exit_code == 0, result.output
    assert served["domains"] == list(pellucid.domains.names())
    settings = served["settings"]
    assert (settings.host, settings.port, settings.database) == ("127.0.0.1", 7860, "runs/app/pellucid.db")
    assert served["model"] is None
    assert "http://127.0.0.1:7860/" in result.stdout
    assert "makes the first administrator" in result.stdout
    assert opened == ["http://127.0.0.1:7860/first-admin?token=t"]


def test_options_are_handed_on(served, weather):
    result = run(
        weather, "--no-browser", "--host", "192.168.0.9", "--port", 8000, "--db", "x.db", "--glass-box", "risk score",
        "--estimate-first", "--trust-header", "X-User", "--proxy", "10.0.0.7", "--allow-host", "here.example",
        "--https", "--model", "demo", "--url", "http://127.0.0.1:9/v1",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    settings = served["settings"]
    assert served["domains"] == ["weather"]
    assert (settings.host, settings.port, settings.database) == ("192.168.0.9", 8000, "x.db")
    assert (settings.glass_box, settings.estimate_first) == ("risk score", True)
    assert (settings.trust_header, settings.proxies, settings.hosts) == ("X-User", ("10.0.0.7",), ("here.example",))
    assert settings.https
    assert served["model"].name == "demo"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--url", "http://127.0.0.1:9/v1"), "--url is for a model"),
        (("--revision", "1"), "--revision is for a model"),
        (("--model", "demo", "--key-env", "KEY"), "--key-env is for servers"),
        (("--concurrency", "4"), "--concurrency is for servers"),
        (("--proxy", "proxy.example"), "--proxy takes the number of an address"),
        (("--port", "0"), "--port"),
    ],
)
def test_options_that_do_not_go_together_are_refused(served, arguments, said):
    result = run("--no-browser", *arguments)
    assert result.exit_code == 2
    assert said in result.output.replace("\n", " ")
    assert not served


def test_beyond_this_machine_a_name_has_to_be_given(served, weather):
    result = run(weather, "--no-browser", "--host", "0.0.0.0")  # noqa: S104
    assert isinstance(result.exception, InvalidInputError)
    assert "--allow-host" in str(result.exception)
    assert not served


def test_a_domain_named_twice_is_refused(served, weather):
    result = run(weather, weather)
    assert isinstance(result.exception, InvalidInputError)


def test_a_missing_extra_is_named(monkeypatch, weather):
    real = importlib.import_module

    def missing(name, *given):
        if name == "gradio":
            raise ModuleNotFoundError("No module named 'gradio'", name="gradio")
        return real(name, *given)

    monkeypatch.setattr(importlib, "import_module", missing)
    result = run(weather, "--no-browser")
    assert isinstance(result.exception, MissingExtraError)
    assert "pip install 'pellucid[app]'" in str(result.exception)
