"""`python -m pellucid.cli` does what `pellucid` does."""

from pellucid.cli import main

if __name__ == "__main__":
    main()
