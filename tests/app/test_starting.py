"""Starting: the port first, then domains, log and accounts, then serving."""

import os

import pellucid.app
from pellucid.app import starting
from pellucid.app.settings import Settings
from pellucid.schema import Domain


def test_everything_is_opened_and_served(weather, weather_work, tmp_path, monkeypatch):
    found = {}

    def run(session, settings, taken, *, ready):
        found.update(session=session, settings=settings, port=taken.getsockname()[1])
        taken.close()
        session.close()

    monkeypatch.setattr(starting, "open_caseworks", lambda domains, **given: {"weather": weather_work})
    monkeypatch.setattr(starting, "run", run)
    settings = Settings(port=0, database=str(tmp_path / "a" / "log.db"), estimate_first=True, trust_header="X-User")
    pellucid.app.serve([Domain.from_folder(weather)], settings)
    session = found["session"]
    assert (session.domains, session.estimate_first, session.foreign_sign_on) == (("weather",), True, True)
    assert found["port"] > 0
    assert (tmp_path / "a" / "log.db").exists()
    assert (os.environ["GRADIO_ANALYTICS_ENABLED"], os.environ["HF_HUB_OFFLINE"]) == ("False", "1")
