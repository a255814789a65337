"""What is open: cases are made once and the oldest make room; domains are opened one after the other."""

from pellucid.app import session as session_module
from pellucid.app.session import Session, open_caseworks
from pellucid.schema import Domain


def test_a_case_is_made_once(session, weather_work):
    made = []

    def make():
        made.append(1)
        return weather_work.case("we-001")

    key = ("weather", "we-001", 7)
    assert session.case(key, make) is session.case(key, make)
    assert len(made) == 1


def test_the_oldest_case_makes_room(session, weather_work, monkeypatch):
    monkeypatch.setattr(session_module, "MOST_CASES", 2)
    made = []
    for number in (1, 2, 1, 3, 1, 2):
        session.case(
            ("weather", "we-001", number), lambda number=number: made.append(number) or weather_work.case("we-001")
        )
    assert made == [1, 2, 3, 2]


def test_its_repr_holds_names_only(session):
    assert repr(session) == "Session(weather)"
    assert session.domains == ("weather",)


def test_domains_are_opened_by_name_with_progress(weather, monkeypatch):
    seen = []

    class Opened:
        @classmethod
        def open(cls, domain, *, glass_box):
            return (domain.name, glass_box)

    monkeypatch.setattr(session_module, "Casework", Opened)
    found = open_caseworks(
        [Domain.from_folder(weather)], glass_box="risk score", progress=lambda *step: seen.append(step)
    )
    assert found == {"weather": ("weather", "risk score")}
    assert seen == [(1, 1)]


def test_closing_closes_log_and_accounts():
    class Closes:
        closed = False

        def close(self):
            self.closed = True

    log, accounts = Closes(), Closes()
    Session({}, log=log, accounts=accounts).close()
    assert log.closed
    assert accounts.closed
