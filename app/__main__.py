"""`python -m pellucid.app`: the app with its few plain options; `pellucid app` has them all."""

import argparse

import pellucid
from pellucid.app import DEFAULT_DATABASE, Settings, serve
from pellucid.domains import load, names


def main() -> None:
    """Read the arguments, open the domains and serve them."""
    parser = argparse.ArgumentParser(prog="python -m pellucid.app", description=pellucid.app.__doc__)
    parser.add_argument("domains", nargs="*", help="names or folders; all of ours if none is named")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=7860)
    parser.add_argument("--allow-host", action="append", default=[])
    parser.add_argument("--db", default=DEFAULT_DATABASE)
    given = parser.parse_args()
    settings = Settings(host=given.host, port=given.port, database=given.db, hosts=tuple(given.allow_host))
    serve([load(name) for name in given.domains or names()], settings, ready=lambda *said: print(*said))  # noqa: T201


if __name__ == "__main__":
    main()
