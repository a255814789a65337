"""The model that the options name."""

import pytest

from pellucid.cli._models import open_model
from pellucid.cli._options import LimitOptions, ModelOptions
from pellucid.exceptions import RemoteNotAllowed


def test_a_url_names_a_server_with_its_limits_and_nothing_is_sent(server):
    asked = ModelOptions("demo", url=server.url, revision="2026-03", key_env="DEMO_KEY", context=4096)
    limits = LimitOptions(concurrency=3, requests_per_minute=60, deadline=9, price_prompt=1, price_reply=2, max_cost=5)
    with open_model(asked, limits) as model:
        assert model.name == "demo@2026-03"
        assert (model.limits.concurrency, model.limits.requests_per_minute, model.limits.deadline_s) == (3, 60, 9)
        assert (model.prices.prompt, model.prices.reply) == (1, 2)
    assert not server.calls
    assert not server.others


def test_another_machine_has_to_be_allowed():
    with (
        pytest.raises(RemoteNotAllowed),
        open_model(ModelOptions("demo", url="https://example.org/v1"), LimitOptions()),
    ):
        pass
