"""Who gets what from each address: the table that tests/test_matrix.py holds the house to.

A row is name -> (answer to GET, answer to POST). An answer reads "OGBI 200 · * 404": the letters of tests/roles.py, then
what they get; * is everybody not named. Three things need no letters, unless a row says otherwise: U and W are sent to
their key (so the row says nothing about them), and Z, the blocked one, gets what A gets.

200 and other numbers are themselves. `go` leads on (302), `door` to the login, `prove` to proving who one is once more,
`key` to showing or making the second key. 404 means: for you this does not exist. 405: only the other method.
"""

import time
from datetime import timedelta

from django.utils import timezone

from tests import make
from tests.addresses import LISTS
from vacancies.employer_guard import SECONDS_AT_LEAST, stamp

FREE = "* 200"
ONLY_POST = ONLY_GET = "* 405"
IN_CHAT = "OGBEFI 200 · * 404"
IN_CHAT_GOES = "OGBEI go · * 404"  # F only reads
ASKER = "OG 200 · * 404"
ASKER_GOES = "OG go · * 404"
LOGGED_IN = "AGH door · * 200"
LOGGED_IN_GOES = "AGH door · * go"
HELPS = "AGH door · BCX 200 · * 404"
LEARNS = "AGH door · BCEFNX 200 · * 404"
LEARNS_GOES = "AGH door · BCEFNX go · * 404"
HELPS_GOES = "AGH door · BCX go · * 404"
APPLIED = "AGH door · BCNX 200 · * 404"
APPLIED_GOES = "AGH door · BCNX go · * 404"
APPLIED = "AGH door · BCEFNX 200 · * 404"
APPLIED_GOES = "AGH door · BCEFNX go · * 404"
HELPS = "AGH door · BCEFX 200 · * 404"
HELPS_GOES = "AGH door · BCEFX go · * 404"
MEMBER = "AGH door · M 200 · * 404"
MEMBER_GOES = "AGH door · M go · * 404"
STAFF = "AGH door · ID 200 · * 404"
STAFF_GOES = "AGH door · ID go · * 404"
STAFF_REFUSED = "AGH door · ID 403 · * 404"
STAFF_OTHER_METHOD = "AGH door · ID 405 · * 404"
NOBODY = "AGH door · * 404"
OWN_KEYS = "AGH door · O go · ID key · * prove"  # whoever has a passkey shows it; staff their app; others a code

PHRASE = "en-fras-i-testerna"  # the public ids of the phrase and the ad in tests/roles.py
JOB = "ett-jobb-i-testerna"

EMPLOYER = {"name": "Blåklockan", "contact_name": "Emil Ek", "phone": "031-10 20 30", "municipality": "Lund"}
READ = stamp(time.time() - SECONDS_AT_LEAST)  # the page was made that long ago

# What a form needs to do its work.
POSTS = {
    "chat:letter_write": {"job": "kock"},
    "chat:pitch_write": {"who": "Amina"},
    "chat:pitch_speak": {"text": "Hej! Jag heter Amina."},
    "chat:question_practise": {"text": "Jag har arbetat som kock."},
    "chat:answer_show": dict.fromkeys(("clarity", "example", "relevance", "swedish", "length"), "good"),
    "chat:message_post": {"body": "Hej!"},
    "chat:note_list": {"text": "Halva brevet är kvar."},
    "chat:fadder_note_write": {"text": "Du skriver kort och vänligt."},
    "chat:colleague_list": {"text": "Hur skriver man om luckor?"},
    "chat:colleague_answer": {"text": "En rad om varför."},
    "chat:tip_choose": {"tip": "ett-tips"},
    "chat:job_choose": {"job": JOB},
    "chat:phrase_list": {"phrase": PHRASE, "is_favourite": "1"},
    "chat:document_list": {"text": "Jag har arbetat som kock."},
    "chat:conversation_stop": {"text": ""},
    "vacancies:vacancy_report": {"reason": "borta"},
    "chat:comment_add": {"place": "1.0", "reason": "good"},
    "chat:comment_edit": {"reason": "good"},
    "chat:comment_answer": {"answer": "done"},
    "chat:meeting_show": {"day_1": f"{timezone.localdate() + timedelta(days=3)}", "clock_1": "18:30"},
    "chat:second_ask": {"to": "language:ar"},
    "admin:chat_inboundmail_open": {"reason": "deliver"},
    "admin:chat_inboundmail_answer": {"text": "Hej! Skriv i chatten."},
    "chat:conversation_away": {"kind": "reading"},
    "chat:address_edit": {"email": "ny@example.org"},
    "chat:address_confirm": {"code": "123456"},
    "chat:conversation_open_as_staff": {"reason": "review"},
    "chat:desk_switch": {"to": "here"},
    "chat:request_claim": {"pace": "now"},
    "seekers:ask_start": {"topic": "cv"},
    "seekers:ask_step": {"skip": "1"},
    "pages:poster_make": {"language": "sv", "size": "a4"},
    "pages:report": {"text": "Något är fel"},
    "volunteers:volunteer_show": {"name": "Nils", "languages": ["sv"]},
    "volunteers:rehearsal_show": {"deed": "message", "step": "greet", "body": "Hej!"},
    "volunteers:device_add": {"endpoint": "https://push.example/1", "p256dh": 87 * "A", "auth": 22 * "A"},
    "volunteers:alerts_edit": {"start": "22:00", "end": "07:00"},
    "chat:certificate_make": {"name": "Björn Ek"},
    "vacancies:employer_apply": EMPLOYER | {"organisation_number": make.organisation_number_of(1), "stamp": READ},
    "vacancies:employer_edit": EMPLOYER,
    "vacancies:employer_members": {"email": "eva@solglantan.example"},
    "vacancies:employer_visit": {"visit-text": "Kom och se vårt kök."},
    "vacancies:ad_submit": {"stamp": READ},
    "vacancies:ad_outcome": {"outcome": "hired"},
    "admin:vacancies_employer_do": {"sure": "1"},
    "account_show": {"display_name": "Nytt namn", "language": "sv"},
    "mail_choose": {"text": "0", "pace": "evening", "language": "sv"},
    "account_login": {"email": "okand@example.org"},
    "mfa_edit_webauthn": {"name": "Ny"},
    "admin:motesplats_posterplace_do": {"sure": "1"},
    "admin:volunteers_shift_do": {"sure": "1"},  # without it: one more page that asks
    "admin:volunteers_shiftrule_do": {"sure": "1"},
    "admin:volunteers_certificate_do": {"sure": "1"},
    "admin:volunteers_reference_do": {"sure": "1"},
    "admin:volunteers_volunteer_do": {"sure": "1"},
}

ROWS = {
    # --- open to all
    "health": ("*UW 200", "*UW 200"),
    "health_ready": ("*UW 200", "*UW 200"),
    "pages:home": (FREE, FREE),
    "pages:privacy": (FREE, FREE),
    "pages:report": (FREE, "* go"),
    "pages:poster_make": (FREE, "* go"),
    "pages:poster_show": ("* go", ONLY_GET),  # without a choice: to the page that asks
    "pages:poster_pdf": ("* go", ONLY_GET),
    "pages:tell_friend": (FREE, ONLY_GET),
    "pages:report_thanks": ("* go", "* go"),  # without a report: back to the form
    "seekers:ask_start": (FREE, "* go"),
    "seekers:ask_step": ("* go", "* go"),  # without the first step: back to it
    "seekers:question_list": (FREE, FREE),  # each their own: test_lists_hold_only_ones_own
    "volunteers:volunteer_show": (FREE, "* go"),
    # --- a chat: who asked, who helps, staff let in
    "chat:conversation_show": (IN_CHAT, ONLY_GET),
    "chat:conversation_state": (IN_CHAT, ONLY_GET),
    "chat:conversation_transcript": (IN_CHAT, ONLY_GET),
    "chat:message_post": (ONLY_POST, IN_CHAT_GOES),
    "chat:phrase_send": (ONLY_POST, IN_CHAT_GOES),
    "chat:message_flag": (ONLY_POST, IN_CHAT_GOES),
    "chat:conversation_finish": ("OGBI 200 · * 404", "OGBI go · * 404"),
    "chat:pair_block": ("OGBE 200 · * 404", "OGBE go · * 404"),
    "chat:conversation_stop": (IN_CHAT, "OGBEFI go · * 404"),
    "chat:conversation_reopen": (ONLY_POST, IN_CHAT_GOES),
    "chat:conversation_away": (ONLY_POST, "BEI go · * 404"),
    "chat:conversation_release": (ONLY_POST, "B go · * 404"),
    "chat:conversation_hand_over": ("B 200 · * 404", "B go · * 404"),
    "chat:meeting_show": ("OGB 200 · * 404", "OGB go · * 404"),
    "chat:times_answer": (ONLY_POST, "OGB go · * 404"),
    "chat:times_withdraw": (ONLY_POST, "OGB go · * 404"),
    "chat:meeting_cancel": (ONLY_POST, "OGB go · * 404"),
    "chat:meeting_link": (FREE, "* go"),  # whoever holds the secret: test_only_the_right_address_opens_a_time
    "chat:note_list": ("BEI 200 · * 404", "BEI go · * 404"),
    "chat:note_remove": (ONLY_POST, "BEI go · * 404"),
    "chat:second_ask": ("OGB 200 · * 404", "OGB go · * 404"),
    "chat:second_refuse": (ONLY_POST, ASKER_GOES),
    "chat:second_leave": (ONLY_POST, "BE go · * 404"),
    "chat:fadder_refuse": (ONLY_POST, ASKER_GOES),
    "chat:fadder_note_list": (HELPS, HELPS_GOES),
    "chat:fadder_note_write": ("AGH door · F 200 · * 404", "AGH door · F go · * 404"),
    "chat:fadder_note_remove": (ONLY_POST, "AGH door · F go · * 404"),
    "chat:conversation_swap": (ASKER, ASKER_GOES),
    "chat:address_edit": (ONLY_POST, ASKER_GOES),
    "chat:address_confirm": (ONLY_POST, "O go · G 400 · * 404"),  # G: a wrong code; O has an address already
    "chat:link_save": (ASKER, ONLY_GET),
    "chat:mail_choose": ("OBEFI go · G 200 · * 404", "OBEI go · G 200 · * 404"),  # G has no address yet
    "chat:links_end": (ASKER, ASKER_GOES),
    "chat:links_end_all": ("OGHS 200 · * go", "* go"),  # for whoever has asked
    "chat:link_show": (FREE, "* go"),  # whoever holds the secret: test_only_the_right_link_opens
    "chat:conversation_open_as_staff": ("ID 200 · * 404", "ID go · * 404"),
    "chat:conversation_unhold": (ONLY_POST, "ID go · * 404"),
    # --- documents: page 1 is released, nothing is shown whole
    "chat:document_list": (IN_CHAT, ASKER_GOES),
    "chat:document_show": (IN_CHAT, ONLY_GET),
    "chat:version_show": (IN_CHAT, ONLY_GET),
    "chat:version_open": (ONLY_POST, ASKER_GOES),
    "chat:version_again": (ONLY_POST, ASKER_GOES),
    "chat:masks_edit": (ASKER, ASKER_GOES),
    "chat:first_cv": (ASKER, ASKER_GOES),
    "chat:first_cv_step": (ASKER, ASKER_GOES),
    "chat:page_picture": (IN_CHAT, ONLY_GET),
    "chat:original_download": ("OGI 200 · * 404", "OGI 200 · * 404"),  # B: only when the owner shows all
    "seekers:document_list": (FREE, ONLY_GET),  # each their own: test_lists_hold_only_ones_own
    "seekers:viewing_list": (ASKER, ONLY_GET),
    "seekers:document_keep": (ASKER, ASKER_GOES),
    "seekers:document_archive": ("AH door · OG 200 · DI go · * prove", ONLY_GET),  # H: a link opens no account
    "chat:document_use": (ONLY_POST, "O go · * 404"),  # G: a link shows no other papers
    "chat:document_remove": (ASKER, ASKER_GOES),
    "chat:version_compare": (IN_CHAT, ONLY_GET),
    "chat:sound_play": ("OGBEI 200 · * 404", ONLY_GET),  # F: a voice has no mask
    # --- comments: Björn has one draft and one sent; helpers write, the owner answers
    "chat:comment_add": (ONLY_POST, "BEI go · * 404"),
    "chat:comments_send": (ONLY_POST, "B 409 · EI go · * 404"),  # B: nothing good in it; I: nothing to send
    "chat:comments_take_along": (ONLY_POST, "BEI go · * 404"),
    "chat:checklist_edit": ("BEI 200 · * 404", "BEI go · * 404"),
    "chat:comment_edit": ("B 200 · * 404", "B go · * 404"),
    "chat:comment_remove": (ONLY_POST, "B go · * 404"),
    "chat:thing_list": (ASKER, ONLY_GET),
    "chat:comment_show": (ASKER, ONLY_GET),
    "chat:comment_answer": (ONLY_POST, ASKER_GOES),
    "chat:praise_read": (ONLY_POST, ASKER_GOES),
    # --- writing and practising: the answer is shown
    "chat:letter_write": (ASKER, ASKER_GOES),
    "chat:pitch_write": (ASKER, ASKER_GOES),
    "chat:pitch_speak": (ASKER, ASKER_GOES),
    "chat:practice_start": (IN_CHAT, ONLY_GET),
    "chat:question_practise": (ASKER, "OG go · * 404"),
    "chat:question_send": (ONLY_POST, "BEI go · * 404"),
    "chat:answer_show": (IN_CHAT, IN_CHAT_GOES),
    "chat:answer_share": (ONLY_POST, ASKER_GOES),
    "chat:answer_choose": (ONLY_POST, ASKER_GOES),
    "chat:answer_list": (ASKER, ONLY_GET),
    # --- tips and examples
    "chat:job_choose": ("BEI 200 · * 404", "BEI go · * 404"),
    "chat:tip_choose": ("BEI 200 · * 404", "BEI go · * 404"),
    "chat:tip_suggest": (HELPS, HELPS),  # an empty form is shown again
    "library:resource_list": (FREE, FREE),
    "library:resource_show": (FREE, FREE),
    "library:resource_answer": (ONLY_POST, "* go"),
    "library:resource_keep": (ONLY_POST, LOGGED_IN_GOES),
    "library:partner_list": (FREE, FREE),
    "admin:library_partner_sheet": (STAFF, STAFF),
    "library:kept_list": (LOGGED_IN, LOGGED_IN),
    "library_feed": (FREE, FREE),
    "vacancies:vacancy_list": (FREE, ONLY_GET),
    "vacancies:imported_list": (FREE, ONLY_GET),
    "vacancies:imported_show": (FREE, ONLY_GET),
    "ads_out": (FREE, ONLY_GET),
    "vacancies:vacancy_show": (FREE, ONLY_GET),
    "vacancies:vacancy_report": (FREE, "* go"),
    "vacancies:warning_show": (FREE, ONLY_GET),
    "vacancies:watch_list": (LOGGED_IN, LOGGED_IN_GOES),
    "vacancies:watch_prolong": (ONLY_POST, "AGH door · O go · * 404"),
    "vacancies:watch_remove": (ONLY_POST, "AGH door · O go · * 404"),
    "vacancies_feed": (FREE, FREE),
    "vacancies_feed_json": (FREE, FREE),
    "library_feed_json": (FREE, FREE),
    "robots": (FREE, ONLY_GET),
    "vacancies:employer_home": (FREE, LOGGED_IN_GOES),
    "vacancies:employer_apply": (LOGGED_IN, LOGGED_IN_GOES),
    "vacancies:employer_edit": (MEMBER, MEMBER_GOES),
    "vacancies:employer_members": (MEMBER, MEMBER_GOES),
    "vacancies:employer_visit": (MEMBER, MEMBER_GOES),
    "vacancies:ad_new": (ONLY_POST, MEMBER_GOES),
    "vacancies:ad_write": (MEMBER, MEMBER),  # 200: the form does not say what it saw
    "vacancies:ad_preview": (MEMBER, ONLY_GET),
    "vacancies:ad_submit": (ONLY_POST, MEMBER_GOES),
    "vacancies:ad_withdraw": (ONLY_POST, MEMBER_GOES),
    "vacancies:ad_end": (ONLY_POST, MEMBER_GOES),
    "vacancies:ad_copy": (ONLY_POST, MEMBER_GOES),
    "vacancies:ad_discard": (ONLY_POST, MEMBER_GOES),
    "vacancies:ad_outcome": (MEMBER, MEMBER_GOES),
    "sitemap": (FREE, FREE),
    "sitemap_section": (FREE, FREE),
    "admin:library_resource_versions": (STAFF, STAFF_GOES),
    # --- the desk and the shifts
    "chat:desk_show": (HELPS, ONLY_GET),
    "chat:desk_fragment": (HELPS, ONLY_GET),
    "chat:desk_note_read": (ONLY_POST, HELPS_GOES),
    "chat:desk_switch": (ONLY_POST, HELPS_GOES),
    "chat:desk_stop": (ONLY_POST, HELPS_GOES),
    "chat:care_answer": (ONLY_POST, "AGH door · X go · * 404"),  # only for her is it over
    "chat:thanks_give": ("OG go · * 404", ASKER_GOES),  # likewise: back to the chat
    "chat:hard_show": (HELPS, ONLY_GET),
    "chat:help_show": (HELPS, ONLY_GET),
    "chat:certificate_make": (HELPS, HELPS_GOES),
    "volunteers:certificate_read": ("AGH door · B 200 · * 404", ONLY_GET),
    "volunteers:certificate_withdraw": (ONLY_POST, "AGH door · B go · * 404"),
    "volunteers:certificate_list": (HELPS, ONLY_GET),
    "volunteers:reference_ask": (ONLY_POST, HELPS_GOES),
    "volunteers:reference_end": (ONLY_POST, HELPS_GOES),
    "volunteers:certificate_check": (FREE, ONLY_GET),
    "volunteers:certificate_show": (FREE, ONLY_GET),  # whoever holds the paper: test_the_public_page_says_the_paper
    "chat:coverage_show": (HELPS, ONLY_GET),
    "chat:hour_take": (ONLY_POST, HELPS_GOES),
    "chat:request_claim": (ONLY_POST, HELPS_GOES),
    "chat:asked_accept": (ONLY_POST, HELPS_GOES),
    "chat:asked_decline": (ONLY_POST, HELPS_GOES),
    "chat:offer_decline": (ONLY_POST, HELPS_GOES),
    "chat:colleague_list": (
        HELPS,
        "AGH door · B go · CEFX 400 · * 404",
    ),  # B is inside a shift, the others are not here
    "chat:colleague_fragment": ("AGH door · B 200 · * 404", ONLY_GET),
    "chat:colleague_answer": ("AGH door · B 200 · CEFX go · * 404", HELPS_GOES),
    "chat:colleague_report": ("AGH door · B 200 · CEFX go · * 404", HELPS_GOES),
    "chat:phrase_list": (HELPS, HELPS_GOES),
    "chat:limit_edit": (HELPS, HELPS_GOES),  # all of them are new: a POST leads back to the page that says so
    "volunteers:course_show": (LEARNS, ONLY_GET),
    "volunteers:course_read": (LEARNS, LEARNS_GOES),
    "volunteers:rehearsal_show": (LEARNS, LEARNS_GOES),
    "volunteers:rehearsal_start": (ONLY_POST, LEARNS_GOES),
    "volunteers:shift_list": (HELPS, ONLY_GET),
    "volunteers:about_edit": (APPLIED, APPLIED_GOES),
    "volunteers:conduct_show": (APPLIED, APPLIED_GOES),
    "volunteers:conduct_version": (APPLIED, ONLY_GET),
    "occupation_list": (FREE, ONLY_GET),
    "municipality_list": (FREE, ONLY_GET),
    "volunteers:alerts_edit": (HELPS, HELPS_GOES),
    "volunteers:device_add": (ONLY_POST, "AGH door · BCEFX 204 · * 404"),
    "volunteers:device_remove": (ONLY_POST, "AGH door · BCEFX go · * 404"),
    "service_worker": (FREE, ONLY_GET),
    "mail_hook": ("* 405", "* 404"),  # only for a provider whose secret is set: tests/chat/test_mail_hooks.py
    "manifest": (FREE, ONLY_GET),
    "volunteers:shift_book": (ONLY_POST, HELPS_GOES),
    "volunteers:shift_unbook": (ONLY_POST, HELPS_GOES),
    "volunteers:shift_stand_by": (ONLY_POST, HELPS_GOES),
    "volunteers:seat_offer": (ONLY_POST, HELPS_GOES),
    "volunteers:seat_take_over": (ONLY_POST, HELPS_GOES),
    "volunteers:standing_change": (ONLY_POST, HELPS_GOES),
    "volunteers:feed_show": (HELPS, HELPS_GOES),
    "volunteers:feed_read": (FREE, ONLY_GET),  # whoever holds the secret: test_only_the_right_address_is_a_calendar
    "volunteers:seat_show": (FREE, "* go"),  # whoever holds the secret: test_only_the_right_address_opens_a_seat
    # --- one's own account
    "account_show": (LOGGED_IN, LOGGED_IN_GOES),
    "mail_choose": (LOGGED_IN, LOGGED_IN_GOES),
    "mail_stop": (FREE, FREE),  # whoever holds the secret: test_forged_address_and_erased_person_are_404
    "account_login": ("AGH 200 · *UW go", "*UW go"),
    "account_request_login_code": ("* door", "* door"),
    "account_signup": ("* door", "* door"),
    "account_confirm_login_code": ("* go", "* go"),  # without a code on its way
    "account_logout": ("AGH go · *UW 200", "*UW go"),
    "account_inactive": (FREE, ONLY_GET),
    "account_email": ("AGH door · OID 200 · * prove", "AGH door · OID 200 · * prove"),
    "account_email_verification_sent": (LOGGED_IN_GOES, LOGGED_IN_GOES),
    "account_reauthenticate": ("AGH door · OIDU key · *W 200", "AGH door · OIDU key · *W prove"),
    "account_invitation": (FREE, "* go"),  # once, for whoever holds the secret
    "usersessions_list": (LOGGED_IN, LOGGED_IN_GOES),
    "mfa_index": ("AGH door · *W 200", "AGH door · *W 405"),
    "mfa_authenticate": (LOGGED_IN_GOES, LOGGED_IN_GOES),
    "mfa_reauthenticate": ("AGH door · O go · IDU 200 · * prove", "AGH door · O go · IDU 200 · * prove"),
    "mfa_activate_totp": (f"{OWN_KEYS} · W prove", f"{OWN_KEYS} · W prove"),
    "mfa_deactivate_totp": ("AGH door · ID key · * 404", "AGH door · ID key · * 404"),  # 404: they have no app
    "mfa_view_recovery_codes": ("AGH door · ID key · *W 404", "AGH door · *W 405"),  # 404: they have none
    "mfa_generate_recovery_codes": ("AGH door · O go · ID key · * 200", "AGH door · O go · ID key · * 200"),
    "mfa_list_webauthn": (LOGGED_IN, "AGH door · * 405"),
    "mfa_add_webauthn": (f"{OWN_KEYS} · W prove", f"{OWN_KEYS} · W prove"),
    "mfa_reauthenticate_webauthn": ("AGH door · O 200 · ID key · * prove", "AGHO door · ID key · * prove"),
    "mfa_login_webauthn": (LOGGED_IN_GOES, LOGGED_IN_GOES),
    "mfa_remove_webauthn": ("AGH door · O go · * 404", "AGH door · O go · * 404"),
    "mfa_edit_webauthn": ("AGH door · O go · ID key · * 404", "AGH door · O go · ID key · * 404"),
    # --- the demo is never here without DEMO and DEBUG
    "demo:people": ("* 404", "* 404"),
    "demo:mails": ("* 404", "* 404"),
    # --- the admin: for staff with the key; for others it does not exist
    "admin:index": (STAFF, STAFF),
    "admin:login": (f"{STAFF_GOES} · UW go", f"{STAFF_GOES} · UW go"),
    "admin:logout": (f"{STAFF_GOES} · UW go", f"{STAFF_GOES} · UW go"),
    "admin:password_change": (f"{NOBODY} · UW 404", f"{NOBODY} · UW 404"),
    "admin:password_change_done": (f"{NOBODY} · UW 404", f"{NOBODY} · UW 404"),
    "admin:autocomplete": (STAFF_REFUSED, STAFF_OTHER_METHOD),
    "admin:jsi18n": (STAFF, STAFF_OTHER_METHOD),
    "admin:view_on_site": (NOBODY, NOBODY),
    "admin:app_list": (STAFF, STAFF),
    "admin/(?P<url>.*)$": (NOBODY, NOBODY),
    "admin:chat_coverage": (STAFF, STAFF_OTHER_METHOD),
    "admin:chat_inboundmail_test": (STAFF, STAFF_GOES),
    "admin:chat_inboundmail_open": (STAFF, STAFF),
    "admin:chat_inboundmail_answer": (STAFF, STAFF_GOES),
    "admin:motesplats_posterplace_csv": (STAFF, STAFF),
    "admin:motesplats_outboxmail_test": (STAFF_OTHER_METHOD, STAFF_GOES),
}

# What staff may do in each list of the admin besides reading. A new list needs a row here.
ADMIN = {
    "motesplats_office": "add change",
    "motesplats_user": "do",
    "motesplats_auditentry": "",
    "motesplats_outboxmail": "do",
    "motesplats_posterplace": "do",
    "motesplats_report": "do",
    "volunteers_volunteer": "do",
    "volunteers_shift": "add change do",
    "volunteers_carecall": "do",
    "volunteers_helpline": "add change",
    "volunteers_conductversion": "change",
    "volunteers_coursepart": "add change",
    "volunteers_shiftrule": "add change do",
    "volunteers_certificate": "do",
    "volunteers_reference": "do",
    "library_category": "add change",
    "library_resource": "add change do",
    "library_partner": "add change do",
    "vacancies_employer": "do",
    "vacancies_vacancy": "do",
    "vacancies_visitinvite": "do",
    "vacancies_importchoice": "add do",
    "vacancies_importstate": "",
    "seekers_helprequest": "",
    "chat_promise": "",
    "chat_phrase": "add change",
    "chat_hardword": "add change",
    "chat_colleaguepost": "do",
    "chat_fadder": "add do",
    "chat_inboundmail": "do",
    "chat_bouncedaddress": "do",
    "seekers_document": "",
    "seekers_checklistpoint": "add change",
    "seekers_interviewquestion": "add change",
}
assert set(ADMIN) == set(LISTS)

for _list, _may in ADMIN.items():
    ROWS |= {
        f"admin:{_list}_changelist": (STAFF, STAFF),
        f"admin:{_list}_history": (STAFF_GOES, STAFF_GOES),
        f"admin:{_list}_delete": (STAFF_REFUSED, STAFF_REFUSED),
        f"admin:{_list}_add": (STAFF, STAFF) if "add" in _may else (STAFF_REFUSED, STAFF_REFUSED),
        f"admin:{_list}_change": (STAFF, STAFF if "change" in _may else STAFF_REFUSED),
        f"admin:{_list}_do": (STAFF_OTHER_METHOD, STAFF_GOES if "do" in _may else NOBODY),
        f"admin/{_list.replace('_', '/')}/<path:object_id>/": (STAFF_GOES, STAFF_GOES),
    }
