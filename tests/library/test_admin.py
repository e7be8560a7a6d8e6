"""Staff write, show, hide, and take back."""

import pytest
from django.test import Client
from django.urls import reverse

from library.models import Category, Resource
from motesplats.models import AuditEntry
from tests import make
from tests.motesplats.test_admin import log_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def disa(client) -> Client:
    log_in(client, make.staff("Disa"))
    return client


def form_of(category: Category, **more) -> dict:
    given = {"kind": "article", "category": category.pk, "slug": "kom-i-tid", "title_sv": "Kom i tid", "position": 5}
    return given | {"body_sv": "Ta bussen. **Nu.**", "title_so": "Waqtiga"} | more


def test_staff_add_a_text_show_it_and_take_a_change_back(disa):
    answer = disa.post(reverse("admin:library_resource_add"), form_of(make.category()))
    tip = Resource.objects.get(slug="kom-i-tid")
    page, do = reverse("admin:library_resource_change", args=[tip.pk]), "admin:library_resource_do"
    assert answer.status_code == 302 and (tip.state, tip.level, tip.title_so) == ("hidden", "latt", "Waqtiga")
    assert Client().get("/tips/kom-i-tid/").status_code == 404

    disa.post(reverse(do, args=[tip.pk, "publish"]))
    assert "<strong>Nu.</strong>" in Client().get("/tips/kom-i-tid/").content.decode()
    disa.post(page, form_of(tip.category, title_sv="Fel ord", title_so=""))
    assert "Fel ord" in Client().get("/tips/kom-i-tid/").content.decode()

    versions = disa.get(reverse("admin:library_resource_versions", args=[tip.pk])).content.decode()
    assert "Fel ord" in versions and "Kom i tid" in versions
    first = tip.history.order_by("history_id").first().history_id
    disa.post(reverse("admin:library_resource_versions", args=[tip.pk]), {"version": first})
    tip.refresh_from_db()
    assert (tip.title_sv, tip.title_so, tip.state) == ("Kom i tid", "Waqtiga", "published")
    assert {"admin.added", "admin.changed", "library.published", "library.reverted"} <= set(
        AuditEntry.objects.filter(about_id="kom-i-tid").values_list("action", flat=True)
    )


def test_bad_input_is_said_and_nothing_is_written(disa):
    category = make.category()
    for wrong in (
        {"title_sv": ""},
        {"slug": "med mellanslag"},
        {"url_sv": "javascript:alert(1)"},
        {"languages": ["xx"]},
    ):
        answer = disa.post(reverse("admin:library_resource_add"), form_of(category, **wrong))
        assert answer.status_code == 200, wrong
    assert not Resource.objects.exists()
    tip = make.resource()
    versions = reverse("admin:library_resource_versions", args=[tip.pk])
    assert [disa.post(versions, {"version": wrong}).status_code for wrong in ("", "x", "999999")] == [302] * 3
    assert tip.history.count() == 1


def test_staff_see_what_was_found_of_a_link_and_mend_it(disa, settings):
    settings.LINK_CHECK = True
    tip = make.resource(kind="link", body="", url="https://a.example/1", slug="kom-i-tid")
    tip.links.update(answer="gone", status=404, failures=2)
    page = reverse("admin:library_resource_change", args=[tip.pk])
    html = disa.get(page).content.decode()
    assert "sidan finns inte längre" in html and 'name="links-0-url"' not in html

    counts = {"links-TOTAL_FORMS": "1", "links-INITIAL_FORMS": "1", "links-0-id": tip.links.get().pk}
    mended = form_of(tip.category, kind="link", url_sv="https://a.example/2", **counts)
    assert disa.post(page, mended).status_code == 302
    assert list(tip.links.values_list("url", "failures", "answer")) == [("https://a.example/2", 0, "")]


def test_a_need_gets_a_new_name(disa):
    tip = make.resource()
    page = reverse("admin:library_category_change", args=[tip.category_id])
    answer = disa.post(page, {"name_sv": "Möten", "slug": tip.category.slug, "position": 1, "is_active": "on"})

    assert answer.status_code == 302
    assert " möten " in tip.editions.get(language="sv").more_words
