"""`python -m bench.vacancies`: the pages of jobs with 50,000 ads and 2,000 tips, on SQLite and on PostgreSQL.

Counted in this process, through the whole of Django: queries, and milliseconds from request to answer (median, 95 of
100). Page 1,000 of the list shall cost what page 1 costs.
"""

import argparse
import random
import tempfile
from datetime import timedelta
from pathlib import Path

from bench import desk
from motesplats.daemons import Postgres, postgres_programs

ADS, TIPS, EMPLOYERS = 50_000, 2_000, 2_000
VISITS = 15
PAGE = 1_000


def fill(ads: int) -> None:
    """So many ads that are shown, of many kinds, over half a year; a search word for each thing people look for."""
    from django.utils import timezone

    from tests import make
    from tests.vacancies import ads as examples
    from vacancies import search
    from vacancies.models import Employer, Vacancy, VacancyText

    chance, now, emil = random.Random(7), timezone.now(), make.user("Emil")  # noqa: S311 the same each time
    first = make.employer("Nordlager AB", member=emil)
    number = first.organisation_number
    Employer.objects.bulk_create(
        Employer(
            name=f"Företag {at} AB", organisation_number=f"{at:010}", state="approved", contact_name="E", phone="1"
        )
        for at in range(EMPLOYERS)
        if f"{at:010}" != number
    )
    employers = list(Employer.objects.all())
    towns = [code for code in _towns() for _weight in range(1 + 20 * (code in ("0180", "1480", "1280")))]
    rows = [said for _key, said in examples.rows()]
    for start in range(0, ads, 5_000):
        made = []
        for at in range(start, min(start + 5_000, ads)):
            said = dict(chance.choice(rows))
            said |= {"employer": chance.choice(employers), "municipality": chance.choice(towns)}
            made.append(_ad(said, at, chance, now))
        made = Vacancy.objects.bulk_create(made, batch_size=1_000)
        if not start:
            search.follow(made[:500])
        VacancyText.objects.bulk_create((_text(ad) for ad in made[0 if start else 500 :]), batch_size=1_000)


_texts: dict[str, tuple] = {}


def _text(ad):
    """As search.follow() would write it, nearly: taken apart once for each example in each place."""
    from vacancies import search
    from vacancies.models import VacancyText

    known = f"{ad.title.rpartition(' ')[0]}{ad.municipality}"
    if known not in _texts:
        text = search._text_of(ad)
        _texts[known] = (text.title_words, text.more_words, text.kin_words, text.all_words)
    title, more, kin, every = _texts[known]
    return VacancyText(vacancy=ad, title_words=title, more_words=more, kin_words=kin, all_words=every)


def _towns() -> list[str]:
    from motesplats import municipalities

    return [one.code for region in municipalities.regions() for one in municipalities.of_region(region)]


def _ad(said: dict, at: int, chance, now):
    from motesplats import occupations
    from vacancies.models import Extent, Swedish, Vacancy

    tasks = f"{said.pop('tasks')} Du arbetar i ett lag. Vi visar dig hur vi gör. " * 4
    title = f"{said.pop('title')} {at}"
    group = next(iter(occupations.groups([said["occupation"]])), "")
    return Vacancy(
        **said, title=title, title_sv=title, tasks=tasks, tasks_sv=tasks, occupation_group=group,
        state="published", published_at=now - timedelta(minutes=5 * at), last_day=(now + timedelta(days=60)).date(),
        extent=chance.choice(Extent.values), swedish=chance.choice(Swedish.values), pay="avtal",
        licences=["b"] if chance.random() < 0.3 else [], is_remote=chance.random() < 0.02,
        english_works=chance.random() < 0.1, has_language_support=chance.random() < 0.1, apply_email="a@example.org",
    )  # fmt: skip


def measure(ads: int) -> None:
    """All pages, in the database of the environment, which holds nothing else."""
    from django.db import connection
    from django.test import Client

    from library.models import Category
    from tests import make
    from tests.library.test_search import fill as fill_tips
    from vacancies.models import Vacancy

    fill(ads)
    make.resource()
    assert Category.objects.exists()
    fill_tips(TIPS)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    newest = Vacancy.objects.order_by("-published_at", "-pk")
    mark = newest[min(PAGE * 20, ads - 40)].public_id
    paths = {
        "list, page 1": "/jobb/",
        f"list, page {PAGE}": f"/jobb/?efter={mark}",
        "internships": "/jobb/?typ=praktik",
        "a region": "/jobb/?lan=14",
        "a small town, no Swedish": "/jobb/?kommun=2523&svenska=ingen",
        "five filters": "/jobb/?typ=sommarjobb&lan=24&tid=timmar&engelska=1&utankorkort=1",
        "words: städare": "/jobb/?q=st%C3%A4dare",
        "words: kock göteborg": "/jobb/?q=kock%20g%C3%B6teborg",
        "words, misspelt": "/jobb/?q=vardbitrede%20malmo",
        "words and a filter": "/jobb/?q=lager&lan=01",
        "words that all have": "/jobb/?q=jobb",
        "one ad": f"/jobb/{newest[0].public_id}/",
        "feed": "/jobb.atom",
        "tips, words": "/tips/?q=intervju",
        "tips, filter": "/tips/?niva=latt",
    }
    browser = Client()
    for name, path in paths.items():
        answer = browser.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        queries, took, cpu = desk.timed(lambda path=path: browser.get(path), VISITS)
        p95 = took[min(len(took) - 1, int(len(took) * 0.95))]
        print(f"{connection.vendor:11} {ads:7} {name:26}{queries:8}{took[len(took) // 2]:9.1f}{p95:9.1f}"
              f"{cpu[len(cpu) // 2]:9.1f}", flush=True)  # fmt: skip


def child(ads: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    measure(ads)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ads", type=int, default=ADS)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(options.ads)
        return
    print("database        ads page                       queries   median      p95      CPU   (ms)")
    with tempfile.TemporaryDirectory(prefix="motesplats-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL may run as somebody else than we
        if options.only != "postgresql":
            run(folder, f"sqlite:///{folder / 'bench.sqlite3'}", options.ads)
        if options.only != "sqlite" and postgres_programs():
            daemon = Postgres(folder / "cluster")
            daemon.start()
            try:
                run(folder, daemon.url, options.ads)
            finally:
                daemon.stop()


def run(folder: Path, database: str, ads: int) -> None:
    desk.run_child(folder, database, ["bench.vacancies", "--child", "--ads", str(ads)])


if __name__ == "__main__":
    main()
