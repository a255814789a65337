"""Options that go together, and those that do not."""

import pytest
import typer

from pellucid.cli._options import LimitOptions, ModelOptions, refuse


def test_what_goes_together_is_let_through():
    ModelOptions("demo").check()
    ModelOptions("demo", url="http://127.0.0.1/v1", key_env="KEY", allow_remote=True, context=4096).check()
    ModelOptions("folder", revision="main").check()
    LimitOptions().check(None)
    LimitOptions(concurrency=4, max_cost=1.0, price_prompt=0.0, price_reply=2.0).check("http://127.0.0.1/v1")


@pytest.mark.parametrize("given", [{"key_env": "KEY"}, {"allow_remote": True}, {"context": 4096}])
def test_what_only_servers_have_needs_a_url(given):
    with pytest.raises(typer.BadParameter, match=f"--{next(iter(given)).replace('_', '-')} is for servers"):
        ModelOptions("demo", **given).check()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"max_cost": 1.0}, "--max-cost needs --price-prompt"),
        ({"price_prompt": 1.0}, "--price-prompt goes with --price-reply"),
        ({"requests_per_minute": 0.0}, "--requests-per-minute has to be above 0"),
        ({"tokens_per_minute": -1.0}, "--tokens-per-minute has to be above 0"),
    ],
)
def test_limits_that_make_no_sense_are_refused(given, said):
    with pytest.raises(typer.BadParameter, match=said):
        LimitOptions(**given).check("http://127.0.0.1/v1")


def test_a_refusal_names_the_option_as_it_is_written():
    with pytest.raises(typer.BadParameter, match="--text-column is odd"):
        refuse("text_column", "is odd")
