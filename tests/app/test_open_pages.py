"""Open pages: each is forgotten when its owner signs out, and no other."""

from pellucid.app import open_pages
from pellucid.app.open_pages import Pages


def test_a_persons_pages_are_forgotten_and_no_others():
    pages, gone = Pages(), []
    pages.on_close("weather", gone.append)
    for person, page in (("rob", "p1"), ("ann", "p2"), ("rob", "p3")):
        pages.opened(person, "weather", page)
    pages.opened("rob", "elsewhere", "p4")
    pages.close("rob")
    pages.close("rob")
    assert gone == ["p1", "p3"]
    assert repr(pages) == "Pages(1)"


def test_the_oldest_makes_room(monkeypatch):
    monkeypatch.setattr(open_pages, "MOST_PAGES", 2)
    pages = Pages()
    for number in range(5):
        pages.opened("rob", "weather", str(number))
    assert repr(pages) == "Pages(2)"


def test_what_gradio_remembers_of_a_page_goes_at_sign_out(event, signed_in, app):
    holder = next(route.app for route in app.routes if getattr(route, "path", "") == "/weather").state_holder
    event("rob", "", "load", [], query="?case=we-001", label=None)
    event("rob", "worklist", "load", ["rank", "", ""])
    assert "page of rob" in holder.session_data
    browser = signed_in("rob")
    config = browser.get("/weather/config", params={"page": ""}).json()
    first = next(one for one in config["dependencies"] if one["targets"][0][1] == "load" and one["backend_fn"])
    body = {"fn_index": first["id"], "data": [], "session_hash": "page of rob"}
    browser.post("/weather/gradio_api/run/predict", json=body)
    browser.post("/logout")
    assert "page of rob" not in holder.session_data
