"""Invented ads for red_flags.py: bad ones with the sign they carry (domain.md §10), and good plain ones.

A line is "code: text". Nothing is taken from real ads. The same people wrote the ads and the word list: real ones will be
flagged less well than test_red_flags.py measures here.
"""

_BAD = """
fee: Städare sökes. Du betalar 2 000 kronor i avgift för att börja. Pengarna swishar du till oss första dagen.
fee: Lagerarbetare. En registreringsavgift på 500 kr tas ut innan du får ditt schema.
fee: Vi söker säljare. Du köper ett startpaket för 3 000 kr och säljer sedan vidare.
fee: Chaufför. Utbildningen kostar 8 000 kr och betalas av dig före första arbetsdagen.
fee: Kitchen help wanted. There is a small registration fee before you can start.
fee: Packing at home. Pay a deposit of 100 euro and we send you the material.
fee: Personlig assistent. Deposition för arbetskläder: 1 500 kronor, betalas kontant.
fee: Vi hjälper dig till jobbet mot en handläggningsavgift på 4 000 kr.
fee: Du måste själv betala kursen hos oss, 6 500 kr. Sedan får du jobb.
pay_back: Lönen är 25 000 kr på papperet. Varje månad betalar du 6 000 tillbaka till chefen.
pay_back: Diskare. Full lön på kontot, men en del av lönen lämnas tillbaka kontant.
pay_back: Byggjobb. Vi drar 4 000 kr från lönen varje månad för verktyg och bil.
pay_back: Salary is paid by bank. You give back 20 percent of the salary in cash.
pay_back: Kassabiträde. Om kassan inte stämmer dras det från din lön.
no_contract: Målare. Vi skriver inget kontrakt, vi litar på varandra.
no_contract: Hjälp i restaurang. Betalning kontant varje fredag, inga papper.
no_contract: Flyttgubbar sökes. Pengar i handen samma dag, ingen skatt.
no_contract: Bärplockare. Lön utan lönespecifikation. Muntligt avtal räcker.
no_contract: Dishwasher, cash in hand every evening. No contract needed.
no_contract: Snickare sökes för svartjobb på helger, bra betalt.
no_contract: Car wash. You are paid in cash, off the books.
no_contract: Du får betalt svart de första månaderna, sedan ser vi.
trial_unpaid: Servitör. De två första veckorna är prov utan lön.
trial_unpaid: Frisör. Provanställning utan lön i en månad, därefter provision.
trial_unpaid: Bagare. Du jobbar gratis några dagar så vi ser vad du kan.
trial_unpaid: Shop assistant. The first month is an unpaid trial.
trial_unpaid: Telefonförsäljare. Obetald provperiod på 14 dagar.
trial_unpaid: Barista. You work for free the first week, then we decide.
papers: Städhjälp. Skicka en bild på ditt pass och ditt bankkort redan i dag.
papers: Hotellstädare. Vi förvarar ditt pass så länge du arbetar hos oss.
papers: Lagerjobb. Logga in med BankID på vår länk så ordnar vi resten.
papers: Send a copy of your passport and your bank card with the application.
papers: Vi behöver ditt kontonummer och din kod för att kunna betala ut lön.
papers: Your employer keeps your passport and ID card during the contract.
papers: Mejla kopior av id-kort och uppehållstillståndskort före intervjun.
housing: Gårdsarbete. Du bor hos oss och hyran på 7 000 kr dras från lönen.
housing: Restaurang. Boende ingår, du delar rum med fem kollegor.
housing: Farm worker. We provide housing, the rent is taken from your pay.
housing: Barnflicka som bor hos familjen. Vi ordnar rum.
housing: Byggarbetare. Sovplats finns i lokalen mot avdrag.
off_platform: Kontakta oss bara på WhatsApp, inga samtal och ingen mejl.
off_platform: Skriv till mig på Telegram så berättar jag vad jobbet är.
off_platform: Jobb i lager, skicka din ansökan i Messenger eller på Snapchat.
off_platform: Apply only on whats app. We do not answer emails.
long_days: Kock. Du arbetar 12 till 14 timmar om dagen, sex dagar i veckan.
long_days: Bärplockning sju dagar i veckan hela sommaren, inga lediga dagar.
long_days: Chaufför. Passen är sexton timmar långa och rast finns inte.
long_days: Cleaner. You work 13 hours a day with no days off.
long_days: Ständigt tillgänglig, vi ringer när vi behöver dig, dygnet runt.
permit: Vi fixar uppehållstillstånd åt dig om du stannar två år.
permit: Köksbiträde. Arbetstillstånd garanteras, det kostar dig 50 000 kr.
permit: Den som slutar i förtid anmäler vi till Migrationsverket.
permit: Klagar du så ringer vi polisen och då blir du utvisad.
permit: We arrange your work permit, you sign for three years.
permit: If you leave the job you lose your visa.
sexual: Massör. Unga kvinnor sökes, sensuell massage för privata kunder.
sexual: Värdinna till privat klubb. Lättklädd, god betalning.
sexual: Modell sökes, erotiska bilder, inga frågor.
sexual: Escort for business men, high pay, discreet.
sexual: Webcam model, work from home, adult content.
no_company: Privat familj söker hushållshjälp. Inget företag, vi löser det ändå.
no_company: Företaget vill vara anonymt och har inget organisationsnummer än.
no_company: No company name yet, we are a group of friends with work for you.
low_pay: Tidningsbud. Lön 45 kr i timmen, du kan börja i kväll.
low_pay: Plockare. Du får 60 kronor per timme de dagar det finns arbete.
low_pay: Helper in a shop, 50 sek per hour.
endless: Praktik i butik. Du sköter kassan ensam i stället för en anställd.
endless: Praktik utan slutdatum. Du arbetar heltid tills vi hittar någon annan.
endless: Internship with no end date, you replace our regular staff.
fee: För att komma igång med extrajobbet behöver du sätta in 800 kronor.
fee: Betala 1 500 kr för bakgrundskontroll innan intervju.
pay_back: Du får halva lönen på banken och halva i handen.
pay_back: Part of your wage must be handed back each month.
no_contract: Du jobbar utan anställningsbevis tills vi vet att du är bra.
trial_unpaid: Butiksbiträde. Ingen lön under upplärningen.
papers: Ta med ditt pass första dagen, vi lägger det i kassaskåpet.
housing: You sleep in the restaurant and work in the kitchen.
long_days: Hushållerska till villa. Du arbetar från tidig morgon till sen kväll.
permit: Vi hjälper dig få stanna i Sverige om du jobbar för oss.
sexual: Massagetjejer till ny studio, diskretion utlovas.
endless: Vi söker tre praktikanter som ersätter ordinarie personal i sommar.
"""
_GOOD = """
Kock till skola. Du lagar lunch till 200 elever tillsammans med två kollegor. Måndag till fredag, klockan 7 till 16.
Vårdbiträde på äldreboende. Du hjälper de boende med frukost, dusch och promenader. Varannan helg.
Barnskötare. Du leker, läser och äter med barn i åldern 1 till 5 år. Utdrag ur belastningsregistret behövs.
Lokalvårdare på kontor. Du städar tolv rum och två kök. Vi lär dig våra maskiner.
Lagermedarbetare. Du plockar varor med handdator. Passen är 8 timmar med rast. Truckkort är bra men inget krav.
Busschaufför. Du kör stadsbuss, kväll och helg. Vi betalar körkort D om du stannar hos oss.
Montör. Du bygger dörrar efter ritning. Lön enligt kollektivavtal, 175 kr i timmen.
Elektriker med svensk behörighet. Du åker till kunder i Lund. Egen bil behövs inte, vi har servicebilar.
Undersköterska på sjukhus. Du arbetar på en avdelning med 20 patienter. Du behöver svensk legitimation eller examen.
Kassabiträde. Du sitter i kassan, fyller på varor och hjälper kunder. Butiken har öppet 8 till 21.
Diskare på restaurang. Kvällar, fyra dagar i veckan. Vi talar svenska, engelska och arabiska i köket.
Trädgårdsarbetare. Du klipper häckar och planterar. Vi lånar ut arbetskläder och skor.
Snickare. Du sätter upp väggar och golv. Kollektivavtal, övertid betalas med tillägg.
Bagare. Du börjar klockan 4 och slutar 12. Två dagars ledighet i rad varje vecka.
Lärarassistent. Du hjälper en klass i årskurs 4. Anställningen är på ett år.
Tolk i dari. Du tolkar på telefon hemifrån. Lön per timme enligt avtal, utbetalas den 25:e.
Kundtjänst. Du svarar på mejl och telefon. Vi utbildar dig i tre veckor med full lön.
Ekonomiassistent. Du bokför fakturor. Vana vid Excel. Skicka CV och ett kort brev.
Mekaniker. Du lagar bussar i vår verkstad. Handledare finns. Fackligt avtal.
Städledare på hotell. Du planerar arbetet för åtta städare och kontrollerar hotellrum.
Praktik i butik i fyra veckor. Du har en handledare hela tiden. Arbetsförmedlingen måste godkänna innan du börjar.
Praktik på förskola, 8 veckor. Efteråt pratar vi om hur det gick, och du får ett intyg.
Praktik på it-avdelning. Du följer med en tekniker och provar olika uppgifter. Slut den 30 juni.
Sommarjobb i kiosk för dig som är 16 till 19 år. Sex timmar om dagen, rast efter halva.
Sommarjobb på campingen. Du städar stugor och hälsar gäster välkomna. Lön enligt kommunens avtal.
Prova på en dag i vårt kök. Du ser hur vi arbetar och äter lunch med oss.
Volontär på loppis. Du sorterar kläder två timmar i veckan. Det är ideellt och ingen lön.
Tandsköterska. Du möter patienter och sköter instrument. Vi betalar kurser du behöver.
Slöjdlärare vikariat. Höstterminen, 80 procent. Legitimation är bra men inget krav.
Receptionist. Du tar emot besökare, sorterar post och svarar i telefon. God svenska i tal och skrift.
Svetsare. Du svetsar rör i vår verkstad i Malmö. Svetsprov görs på betald arbetstid.
Väktare. Vi utbildar dig. Du får lön under utbildningen. Arbetspass på 8 timmar, dag och natt.
Personlig assistent till en man på 40 år. Du följer med på bad, bio och handling.
Frisör. Du hyr inte stol: du är anställd med fast lön och provision.
Taxichaufför. Du har taxiförarlegitimation. Garantilön enligt avtal, semester fem veckor.
Brevbärare. Du sorterar och delar ut post med elcykel. Börja kl. 7.
Kock på sjukhus. Vi lagar mat från grunden. Lediga kvällar. Friskvårdsbidrag.
Fastighetsskötare. Du byter lampor, skottar snö och hjälper hyresgäster i 90 lägenheter.
Målare. Du målar trapphus. Vi ställer upp med verktyg och kläder. Skriftligt anställningsavtal från första dagen.
Biträde i tvätteri. Du viker handdukar och kör maskiner. Enkelt att lära sig.
Sjuksköterska. Du har svensk legitimation, eller väntar på besked från Socialstyrelsen.
Systemutvecklare. Python och Django. Kontoret är i Uppsala, du kan arbeta hemma två dagar i veckan.
Studiehandledare i somaliska. Du hjälper elever att förstå lektionen. 60 procent.
Parkarbetare. Du arbetar ute i alla väder. Arbetet börjar i april och slutar i oktober.
Slaktare. Du styckar kött. Lön enligt Livsmedelsavtalet. Du får skyddskläder av oss.
Cook in a school. You make lunch for 150 children. Pay by collective agreement.
Cleaner at an office, three hours each morning. We teach you how our machines work.
Warehouse worker. Shifts of eight hours with two breaks. Written contract and payslip every month.
Software tester. English is fine at work, Swedish lessons are included.
Receptionist at a hostel. Evenings and weekends, 25 hours a week. Send your CV by email.
Bicycle mechanic. You mend and sell bicycles. Full pay from the first day, also while you learn.
Assistant nurse. Three shifts, one weekend of two. Union agreement.
Gardener for the summer. Start in May, end in September. 165 kronor per hour.
Fiskbiträde. Du väger och packar fisk. Du får 160 kr i timmen och ob-tillägg på lördagar.
Glasmästare. Vi söker dig som vill lära yrket. Lärlingslön enligt avtal, höjs varje halvår.
Vaktmästare på museum. Du öppnar, låser och möter besökare. Varannan söndag.
Chaufför C. Du kör varor till butiker. Körkort C och yrkeskompetensbevis. Hemma varje kväll.
Administratör. Du registrerar ärenden och bokar möten. Tjänsten gäller till 31 december.
Skolvärd. Du finns bland eleverna på rasten. Vi vill att du talar flera språk.
Plåtslagare. Du lägger tak. Säkerhetsutbildning ingår på arbetstid.
Hemtjänst. Du cyklar hem till äldre och hjälper till med mat och dusch. Körkort är inget krav.
Bilrekonditionering. Du tvättar och putsar bilar. Vi har vita avtal, skriftliga scheman och lönespecifikation.
Konditor. Du gör tårtor. Du arbetar med två andra. Öppet alla dagar i veckan, du arbetar fem.
Fritidsledare. Du spelar fotboll och lagar mellanmål med ungdomar. Kvällar till kl. 20.
"""


def _lines(text: str) -> list[str]:
    return [line for line in text.strip().splitlines() if line]


BAD = [(code, text) for code, _colon, text in (line.partition(": ") for line in _lines(_BAD))]
GOOD = _lines(_GOOD)
