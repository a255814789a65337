"""Nobody comes in without signing in; roles come from the accounts; a proxy's word counts from the proxy only."""

import pytest
from starlette.requests import Request
from starlette.testclient import TestClient

from pellucid.app.access import COOKIE, Door, TrustedHeader, known_person, person_of, safe_next
from pellucid.app.client_limits import MOST_WRONG
from pellucid.app.server import create_app, first_admin_link
from pellucid.app.settings import Settings
from pellucid.ledger import Accounts
from pellucid.schema import Role

PASSWORD = "three grey herons"  # noqa: S105 - of people who live as long as a test
HTML = {"accept": "text/html"}

CLOSED = [
    ("GET", "/"),
    ("GET", "/weather/"),
    ("GET", "/weather/worklist"),
    ("GET", "/weather/config"),
    ("GET", "/weather/text"),
    ("POST", "/weather/text"),
    ("GET", "/weather/print/report?case=we-001"),
    ("GET", "/weather/export/log"),
    ("POST", "/weather/gradio_api/run/predict"),
    ("POST", "/weather/gradio_api/queue/join"),
    ("GET", "/weather/gradio_api/queue/data?session_hash=x"),
    ("GET", "/weather/gradio_api/heartbeat/x"),
]


@pytest.mark.parametrize(("method", "path"), CLOSED)
def test_nothing_is_answered_without_a_sign_in(client, method, path):
    answer = client.request(method, path)
    assert answer.status_code == 401
    assert "we-0" not in answer.text
    assert "Pressure" not in answer.text


def test_a_page_leads_to_the_sign_in_and_back(client):
    answer = client.get("/weather/?case=we-001", headers=HTML)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?next=%2Fweather%2F%3Fcase%3Dwe-001"
    asked = client.get(answer.headers["location"], headers=HTML)
    assert 'value="/weather/?case=we-001"' in asked.text
    entered = client.post("/login", data={"name": "rob", "password": PASSWORD, "next": "/weather/?case=we-001"})
    assert (entered.status_code, entered.headers["location"]) == (303, "/weather/?case=we-001")
    cookie = entered.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert client.get("/", headers=HTML).status_code == 200


def test_a_way_back_that_is_no_address_is_left_out(client):
    asked = client.get("/login?next=//[", headers=HTML)
    assert asked.status_code == 200
    assert 'value="/"' in asked.text


@pytest.mark.parametrize(
    ("said", "secure"), [("https", True), ("HTTPS, http", True), ("http, https", False), ("http", False), ("", False)]
)
def test_the_cookie_is_secure_behind_https(client, said, secure):
    data = {"name": "rob", "password": PASSWORD}
    entered = client.post("/login", data=data, headers={"x-forwarded-proto": said})
    assert ("secure" in entered.headers["set-cookie"].lower()) is secure


def test_the_cookie_is_secure_where_it_was_asked_for(session):
    entered = _browser(plain(session, https=True)).post("/login", data={"name": "rob", "password": PASSWORD})
    assert "secure" in entered.headers["set-cookie"].lower()


def test_one_address_cannot_try_name_after_name(session, client):
    for number in range(MOST_WRONG):
        assert client.post("/login", data={"name": f"nobody {number}", "password": "x" * 12}).status_code == 401
    locked = client.post("/login", data={"name": "rob", "password": PASSWORD})
    assert locked.status_code == 401
    assert "too many wrong passwords" in locked.text
    other = _browser(client.app, "203.0.113.9")
    assert other.post("/login", data={"name": "rob", "password": PASSWORD}).status_code == 303


def test_a_wrong_password_says_the_same_as_a_wrong_name_and_locks_after_five(client):
    said = {client.post("/login", data={"name": name, "password": "x" * 12}).text for name in ("rob", "nobody")}
    assert len(said) == 1
    for _ in range(4):
        answer = client.post("/login", data={"name": "rob", "password": "x" * 12})
        assert answer.status_code == 401
        assert "x" * 12 not in answer.text
    locked = client.post("/login", data={"name": "rob", "password": PASSWORD})
    assert locked.status_code == 401
    assert "too many wrong passwords" in locked.text


def test_signing_out_ends_the_sign_in_and_forgets_own_texts(session, signed_in):
    browser = signed_in("rob")
    token = browser.cookies[COOKIE]
    sent = browser.post("/weather/text", files={"text": (None, "Pressure 990 hPa.")})
    assert len(session.own_texts.names("rob", "weather")) == 1, sent.text
    assert browser.post("/logout").status_code == 303
    assert session.own_texts.names("rob", "weather") == ()
    assert session.accounts.who(token) is None
    browser.cookies.set(COOKIE, token)
    assert browser.get("/").status_code == 401


def test_signing_out_in_one_browser_leaves_the_texts_of_another(session, signed_in):
    first, second = signed_in("rob"), signed_in("rob")
    second.cookies.set(COOKIE, session.accounts.sign_in("rob", PASSWORD))
    first.post("/weather/text", files={"text": (None, "Pressure 990 hPa.")})
    second.post("/logout")
    assert len(session.own_texts.names("rob", "weather")) == 1
    first.post("/logout")
    assert session.own_texts.names("rob", "weather") == ()


def test_texts_of_people_whose_sign_in_ended_go_when_anybody_signs_in(session, signed_in, client):
    signed_in("rob").post("/weather/text", files={"text": (None, "Pressure 990 hPa.")})
    signed_in("ann").post("/weather/text", files={"text": (None, "Pressure 991 hPa.")})
    session.accounts.disable("rob")
    assert client.post("/login", data={"name": "vic", "password": PASSWORD}).status_code == 303
    assert session.own_texts.people() == {"ann"}


def test_a_proxys_sign_on_forgets_at_sign_out(session):
    session.foreign_sign_on = True
    browser = _browser(plain(session, trust_header="X-User"), "127.0.0.1")
    browser.headers["X-User"] = "rob"
    browser.post("/weather/text", files={"text": (None, "Pressure 990 hPa.")})
    session.sweep()  # nobody has a sign-in here
    assert session.own_texts.people() == {"rob"}
    browser.post("/logout")
    assert session.own_texts.people() == frozenset()


def test_a_role_that_was_taken_away_counts_at_once(session, signed_in):
    browser = signed_in("rob")
    assert browser.get("/weather/export/review").status_code == 200
    session.accounts.set_role("rob", Role.VIEWER)
    assert browser.get("/weather/export/review").status_code == 403
    session.accounts.disable("rob")
    assert browser.get("/").status_code == 401


@pytest.mark.parametrize(
    "wanted",
    [
        "https://elsewhere.example/",
        "//elsewhere.example",
        "/\\elsewhere.example",
        "/a\\b",
        "javascript:alert(1)",
        "elsewhere",
        "",
        "/login?next=/",
        "/x\nSet-Cookie: a=b",
        "//[",
        "/\t//[",
    ],
)
def test_the_way_back_never_leaves_the_server(wanted):
    assert safe_next(wanted) == "/"


def test_the_first_administrator_is_made_once(session, tmp_path, weather_work):
    with Accounts.open(tmp_path / "new.db") as accounts:
        session.accounts = accounts
        link = first_admin_link(session, Settings())
        assert link.startswith("http://127.0.0.1:7860/first-admin?token=")
        from_link = link.removeprefix("http://127.0.0.1:7860")
        browser = _browser(plain(session))
        page = browser.get(from_link, headers=HTML)
        assert page.status_code == 200
        token = link.split("token=")[1]
        short = browser.post("/first-admin", data={"token": token, "name": "eve", "password": "short"})
        assert short.status_code == 401
        made = browser.post("/first-admin", data={"token": token, "name": "eve", "password": PASSWORD})
        assert made.status_code == 303
        assert browser.get("/", headers=HTML).status_code == 200
        again = browser.post("/first-admin", data={"token": token, "name": "mal", "password": PASSWORD})
        assert again.status_code == 401
        assert [(one.name, one.role) for one in accounts.people()] == [("eve", Role.ADMIN)]
        assert first_admin_link(session, Settings()) == ""


def test_a_proxys_header_is_believed_from_the_proxy_only(session):
    app = plain(session, trust_header="X-User", proxies=("10.0.0.7",))
    header = {"X-User": "rob", **HTML}
    assert _browser(app, "10.0.0.8").get("/", headers=header).status_code == 303
    inside = _browser(app, "10.0.0.7").get("/", headers=header)
    assert inside.status_code == 200
    assert "rob (reviewer)" in inside.text


def test_two_headers_of_the_name_are_no_name(session):
    seam = TrustedHeader("X-User", session.accounts, ("10.0.0.7",))
    scope = {"type": "http", "client": ("10.0.0.7", 1), "headers": [(b"x-user", b"rob"), (b"x-user", b"ann")]}
    assert seam(Request(scope)) is None
    assert seam(Request(scope | {"headers": [(b"x-user", b"rob")]})).role is Role.REVIEWER
    assert seam(Request(scope | {"headers": []})) is None


@pytest.mark.parametrize("said", [b"%61nn", b"a%6En", b"ann%20", b"\xff", b"an\x00n", b"an\tn", b"\x1cann", b"", b" "])
def test_no_spelling_of_a_header_makes_somebody_an_administrator(session, said):
    seam = TrustedHeader("X-User", session.accounts, ("10.0.0.7",))
    found = seam(Request({"type": "http", "client": ("10.0.0.7", 1), "headers": [(b"x-user", said)]}))
    assert found is None or (found.role is Role.VIEWER and found.name == said.decode())


def test_a_name_in_a_header_is_utf8(session):
    seam = TrustedHeader("X-User", session.accounts, ("10.0.0.7",))
    said = "Åsa Öz".encode()
    assert seam(Request({"type": "http", "client": ("10.0.0.7", 1), "headers": [(b"x-user", said)]})).name == "Åsa Öz"


def test_a_shut_account_stays_shut_however_it_is_spelled(session):
    session.accounts.add("R. Meier", PASSWORD, "reviewer")
    spellings = ("R. Meier", "r. meier", "R.  Meier", "\uff32. Meier", " R. MEIER ", "R.\u00a0Meier")
    for said in spellings:
        found = known_person(said, session.accounts)
        assert found is None or found.name == "R. Meier"
    session.accounts.disable("R. Meier")
    assert [known_person(said, session.accounts) for said in spellings] == [None] * len(spellings)


def test_whoever_has_no_account_may_look_and_a_shut_account_may_not(session):
    assert known_person("new person", session.accounts).role is Role.VIEWER
    session.accounts.disable("rob")
    assert known_person("rob", session.accounts) is None
    assert known_person("Rob", session.accounts) is None
    assert known_person("", session.accounts) is None
    assert known_person("a\nb", session.accounts) is None


def test_another_identity_can_be_put_in(session, viewer):
    browser = _browser(plain(session, lambda request: viewer))
    assert "vic (viewer)" in browser.get("/", headers=HTML).text


def test_the_door_notes_who_is_asking(session, viewer):
    assert person_of(Request({"type": "http", "headers": [], "state": {"person": viewer}})) is viewer
    assert person_of(Request({"type": "http", "headers": []})) is None
    assert isinstance(Door(lambda *_: None, identity=lambda _: None, domains=["weather"]), Door)


def plain(session, identity=None, **given):
    """The app without Gradio's pages."""
    settings = Settings(hosts=("testserver",), **given)
    return create_app(session, settings, identity, mount=lambda app, session: None)


def _browser(app, address="testclient"):
    return TestClient(app, follow_redirects=False, client=(address, 5000))
