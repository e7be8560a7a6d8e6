"""Ads to look for, as employers write them: key, title, employer, municipality, kind, tasks."""

from motesplats import occupations
from tests import make

_ROWS = """
barnskotare|Barnskötare till förskola|Förskolan Blåklockan|1480|jobb|Barnskötare|Du leker, läser och äter med barn i åldern 1–5 år.
vardbitrade|Vårdbiträde på äldreboende|Solgläntan|1280|jobb|Vårdbiträde|Du hjälper äldre personer med frukost, dusch och promenader.
lager|Lagerarbetare, kvällstid|Nordlager AB|0180|jobb|Lagerarbetare|Du plockar varor och packar lådor.
kok|Köksbiträde till restaurang|Restaurang Hamnen|2480|jobb|Köksbiträde|Du diskar, skalar grönsaker och håller köket rent.
svetsare|Svetsare, etableringsjobb|Smålands Mekaniska|0684|stod|Svetsare|Du svetsar delar av stål.
ekonomi|Praktik på kontor: ekonomi|Siffran Redovisning|1480|praktik|Redovisningsekonom|Du lär dig bokföring och fakturor.
butik|Praktik i butik|Matkassen|0180|praktik|Butikssäljare|Du fyller på varor och hjälper kunder.
utvecklare|Praktik: mjukvaruutvecklare|Kodhuset|1280|praktik|Mjukvaruutvecklare|Du skriver kod i Python med en handledare.
hotell|Prova på: städare på hotell, en dag|Hotell Norr|2480|prova|Hotellstädare|Du bäddar och städar rum.
tradgard|Sommarjobb: trädgårdsarbetare|Park och natur|1480|sommarjobb|Trädgårdsarbetare|Du klipper gräs och planterar blommor.
elevassistent|Elevassistent i grundskola|Ekskolan|0180|jobb|Elevassistent|Du hjälper ett barn i klassen.
buss|Bussförare, utbildning ingår|Skånes Bussar|1280|jobb|Bussförare|Du kör buss i stadstrafik.
lokalvardare|Lokalvårdare till kontor|Rent Hus AB|1480|jobb|Lokalvårdare|Du dammsuger, torkar golv och tömmer papperskorgar.
kock|Kock till lunchrestaurang|Gröna Gården|1480|jobb|Kock, storhushåll|Du lagar mat till 60 gäster.
kock2|Kock till indisk restaurang|Taj Mahal|0380|jobb|Kock|Du lagar indisk mat.
servitor|Servitör/servitris helger|Café Linné|0380|jobb|Servitör/Servitris|Du tar emot gäster och bär ut mat.
underskoterska|Undersköterska till hemtjänst|Malmö stad|1280|jobb|Undersköterska, hemtjänst|Du ger omsorg i hemmet.
sjukskoterska|Sjuksköterska till vårdcentral|Region Väst|1490|jobb|Sjuksköterska|Du tar prover och ger sprutor.
tandskoterska|Tandsköterska|Tandhälsan|0580|jobb|Tandsköterska|Du hjälper tandläkaren.
assistent|Personlig assistent till ung man|Assistansen|1880|jobb|Personlig assistent|Du hjälper till med mat, bad och fritid.
chaufför|Budbilsförare|Snabba Bud|0180|jobb|Budbilsförare|Du kör paket till kunder. Körkort B.
lastbil|Lastbilschaufför C-körkort|Värmlands Åkeri|1780|jobb|Lastbilsförare|Du kör gods i hela Värmland.
truck|Truckförare till lager|Jula Logistik|1495|jobb|Truckförare|Du kör truck och lastar bilar.
bagare|Bagare, nattarbete|Brödboden|0880|jobb|Bagare|Du bakar bröd och bullar.
konditor|Praktikplats konditori|Sockerbagarn|1383|praktik|Konditor|Du dekorerar tårtor.
snickare|Snickare till byggföretag|Trähus Norr|2580|jobb|Byggnadssnickare|Du bygger hus i trä.
malare|Målare, lärling|Måleri Syd|1290|stod|Målare|Du målar väggar och fönster.
elektriker|Elektriker med certifikat|Elkraft|1980|jobb|Installationselektriker|Du drar ström i nya hus.
rormokare|Rörmokare / VVS-montör|Värme och Vatten|2180|jobb|VVS-montör|Du byter rör och kranar.
mekaniker|Bilmekaniker|Däck och Bil|1480|jobb|Bilmekaniker|Du lagar bilar på vår verkstad.
industri|Maskinoperatör i fabrik|Plastindustri AB|0662|jobb|Maskinoperatör|Du sköter maskiner som gör plastdelar.
montor|Montör på elektronikfabrik|Kretskort AB|0480|jobb|Montör|Du sätter ihop små delar.
frisor|Frisör söker stol|Salong Sax|1281|jobb|Frisör|Du klipper och färgar hår.
sommerska|Skräddare/sömmerska|Nålen|1490|jobb|Skräddare|Du lagar och syr kläder.
vaktmastare|Vaktmästare på skola|Uppsala kommun|0380|jobb|Vaktmästare|Du lagar dörrar och sköter skolgården.
vaktare|Väktare natt|Trygg Bevakning|0180|jobb|Väktare|Du bevakar byggnader.
tidningsbud|Tidningsbud på cykel|Morgonposten|1281|jobb|Tidningsbud|Du delar ut tidningar tidigt på morgonen.
kundtjanst|Kundtjänst på arabiska och svenska|Telefonisten|0180|jobb|Kundtjänstmedarbetare|Du svarar i telefon.
larare|Lärare i matematik|Friskolan|1384|jobb|Lärare i matematik|Du undervisar i årskurs 7–9.
tolk|Tolk arabiska, somaliska|Språkbron|1480|jobb|Tolk|Du tolkar samtal på sjukhus.
it|IT-support, första linjen|Datahjälpen|0580|jobb|Supporttekniker|Du hjälper kollegor med datorer.
lantbruk|Djurskötare på gård|Bondens Gård|1283|jobb|Djurskötare|Du matar kor och grisar.
jordgubbar|Plocka jordgubbar i sommar|Bärgården|1272|sommarjobb|Bärplockare|Du plockar jordgubbar ute.
tvatt|Tvätteriarbetare|Rena Textil|1282|jobb|Tvätteriarbetare|Du tvättar och viker lakan.
cafe|Volontär på språkkafé|Röda Korset|1480|ideellt||Du pratar svenska med andra över en fika.
receptionist|Receptionist på engelska|Scandic Hotel|0180|jobb|Hotellreceptionist|Du möter gäster på engelska.
apotek|Apotekstekniker|Apoteket Lejonet|1280|jobb|Apotekstekniker|Du hjälper kunder med medicin.
skog|Skogsarbetare plantering|Skogsvård|2313|sommarjobb|Skogsarbetare|Du planterar små granar.
"""


def rows() -> list[tuple[str, dict]]:
    """(key, what make.vacancy takes but the employer) of each."""
    found = []
    for line in _ROWS.strip().splitlines():
        key, title, employer, municipality, kind, label, tasks = line.split("|")
        near = occupations.search(label, 1) if label else []
        occupation = near[0].id if near else ""
        said = {"municipality": municipality, "kind": kind, "tasks": tasks, "occupation": occupation}
        found.append((key, {"title": title, "employer": employer, **said}))
    return found


def publish_all() -> dict[int, str]:
    """All of them shown. -> primary key of the ad -> key."""
    emil, made = make.user("Emil"), {}
    for key, said in rows():
        employer = make.employer(said.pop("employer"), member=emil)
        made[make.vacancy(employer, **said).pk] = key
    return made
