"""Mina dokument and the comparison in a real browser at 320 px: axe content, nothing scrolls sideways, targets large."""

import io

import pytest
from django.core.cache import cache
from PIL import Image

from motesplats import files
from seekers import viewings
from tests import make, roles
from tests.e2e.house import follow
from tests.e2e.test_look import faults

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = "Amina\nRing 070-123 45 67\nJag är kock.\nأتحدث العربية بطلاقة"


def white_page() -> str:
    out = io.BytesIO()
    Image.new("RGB", (80, 113), "white").save(out, "WEBP")
    return files.store([out.getvalue()])


@pytest.fixture
def document(db):
    cache.clear()
    make.office()
    talk = make.claimed(owner=make.user("Amina"))
    made = make.document(talk, text=TEXT, title="Ett mycket långt namn på ett cv som inte tar slut.pdf")
    make.version(made, text=TEXT.replace("kock", "bagare i Göteborg").replace("العربية", "العربية والإنجليزية"))
    for version in made.versions.all():
        version.pages.update(picture=white_page(), masked_picture=white_page())
        viewings.note(version, viewer=make.helper_of(talk).user, side="volunteer", what="read")
    make.document(talk, kind="sound", source="sound")
    return made


@pytest.mark.parametrize(("language", "scheme"), [("", "light"), ("/ar", "dark")])
def test_pages_of_ones_own_documents_have_no_faults(new_page, live_server, document, language, scheme):
    page = new_page(width=320, height=640, color_scheme=scheme)
    session = roles.session_of(document.owner, has_shown_key=True)
    page.context.add_cookies([{"name": "session", "value": session, "url": live_server.url}])
    mine = f"/mina-dokument/{document.public_id}/"
    compare = f"/chatt/{document.uses.get().request.public_id}/dokument/{document.public_id}/2/jamfor/"
    found = []
    for path in ("/mina-dokument/", f"{mine}sett/", f"{mine}spara/", f"{mine}ta-bort/", compare):
        assert page.goto(f"{live_server.url}{language}{path}").status == 200
        found += faults(page)
    assert found == []
    page.eval_on_selector_all("img", "all => all.forEach((one) => one.scrollIntoView())")
    page.wait_for_function("[...document.images].every((one) => one.complete && one.naturalWidth === 80)")


def test_taking_away_and_taking_home_work_without_script(new_page, live_server, document):
    page = new_page(width=360, java_script_enabled=False)
    session = roles.session_of(document.owner, has_shown_key=True)
    page.context.add_cookies([{"name": "session", "value": session, "url": live_server.url}])
    page.goto(f"{live_server.url}/en/mina-dokument/")
    with page.expect_download() as waited:
        page.click("text=Download everything")
    assert waited.value.suggested_filename.endswith(".zip")
    page.click("text=Take away now >> nth=0")
    follow(page, "button:has-text('Yes, take it away')")
    assert page.locator("text=The document has been taken away.").is_visible()
    assert page.locator(".cards > li").count() == 1
