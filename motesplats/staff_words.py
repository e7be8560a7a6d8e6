"""What the house's codes are called on the staff's pages: kinds of mail, deeds in the audit log, things they are about.

Codes are stored, words are shown. A code without words here shows as it is; tests/motesplats/test_staff_words.py says
which are missing.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

MAILS = {
    "receipt": _("Receipt to the one who asked"),
    "taken": _("Someone has taken the question"),
    "unread": _("New messages to read"),
    "promise_broken": _("Sorry, the answer is late"),
    "asker_nudge": _("Do you still want help?"),
    "helper_reminder": _("Reminder to the volunteer"),
    "volunteer_asked": _("Question to volunteers: can you answer?"),
    "staff_asked": _("To IM: a question needs a volunteer"),
    "staff_broken": _("To IM: a promise was broken"),
    "staff_stopped": _("To IM: a chat is stopped"),
    "comments": _("Comments on a document"),
    "document": _("The participant has sent a document"),
    "report": _("To IM: something is wrong"),
    "test": _("Test mail"),
    "stored": _("Code or account mail"),
    "volunteer_applied": _("Thank you for the application"),
    "volunteer_applied_staff": _("To IM: a new volunteer to approve"),
    "volunteer_approved": _("The volunteer is approved"),
    "volunteer_resumed": _("The pause is over"),
    "volunteer_paused": _("The volunteer is paused"),
    "volunteer_ended": _("Thank you and goodbye to the volunteer"),
    "volunteer_declined": _("No to an application"),
    "shift_called_off": _("A shift is called off"),
    "care_call_staff": _("To IM: a volunteer needs to hear from you"),
}
DEEDS = {
    "account.address_changed": _("Changed the email address"),
    "account.address_proved": _("Confirmed the email address"),
    "account.second_key_made": _("Made a second key"),
    "address.confirmed": _("Confirmed the address in the chat"),
    "admin.added": _("Added in admin"),
    "admin.changed": _("Changed in admin"),
    "admin.deleted": _("Removed in admin"),
    "care.handled": _("Talked with a volunteer"),
    "care.opened": _("A volunteer needs to hear from IM"),
    "chat.opened_by_staff": _("Opened a chat as IM"),
    "checklist.marked": _("Marked in the checklist"),
    "comment.changed": _("Changed a comment"),
    "comment.done": _("Did what a comment said"),
    "comment.drafted": _("Wrote a comment"),
    "comment.removed": _("Removed a comment"),
    "comment.unclear": _("Did not understand a comment"),
    "comment.used": _("Used the text of a comment"),
    "comments.moved": _("Comments moved to a new version"),
    "comments.sent": _("Sent comments"),
    "demo.became": _("Became a demo person"),
    "demo.seeded": _("Laid the demo"),
    "document.brought": _("Added a document"),
    "document.hidden": _("Hid what is private in a document"),
    "document.kept": _("Kept a document"),
    "document.masked": _("Chose what to hide on a page"),
    "document.not_kept": _("No longer keeps a document"),
    "document.page_released": _("Let a page be seen"),
    "document.prepared": _("A document is prepared"),
    "document.refused": _("A document could not be prepared"),
    "document.removed": _("Removed a document"),
    "document.shown_all": _("Showed all of a document"),
    "document.tried_again": _("Tried to prepare a document again"),
    "document.used": _("Used a document in a chat"),
    "duty.away": _("Takes no more questions"),
    "duty.enough_tonight": _("Stopped for tonight"),
    "duty.here": _("Takes questions now"),
    "interview.answered": _("Answered a practice question"),
    "interview.chosen": _("Chose the best practice answer"),
    "interview.marked": _("Marked a practice answer"),
    "interview.read": _("Read a practice answer"),
    "interview.shared": _("Shared a practice answer"),
    "links.ended": _("Ended all links"),
    "mail.sent_again": _("Sent a mail again"),
    "mail.tested": _("Tested the mail"),
    "message.not_understood": _("Did not understand a message"),
    "person.blocked": _("Blocked a person"),
    "person.unblocked": _("Let a person in again"),
    "praise.read": _("Read what is good"),
    "promise.given": _("Promised an answer"),
    "report.handled": _("Took care of what was wrong"),
    "report.made": _("Said that something is wrong"),
    "report.read": _("Read what is wrong"),
    "request.claim": _("Took a question"),
    "request.close": _("Closed a question"),
    "request.created": _("Asked a question"),
    "request.hold": _("Stopped a chat"),
    "request.moved_to_account": _("A question moved to an account"),
    "request.release": _("Left a question"),
    "request.reopen": _("Opened a question again"),
    "request.reopen_with_helper": _("Opened a question again with the same volunteer"),
    "request.resolve": _("Finished a question"),
    "request.unhold": _("Opened a stopped chat"),
    "request.withdraw": _("Took back a question"),
    "shift.booked": _("Took a shift"),
    "shift.called_off": _("Called off a shift"),
    "shift.changed": _("Changed a shift"),
    "shift.laid": _("Laid a shift"),
    "shift.unbooked": _("Gave back a shift"),
    "staff.appointed": _("Became staff"),
    "staff.dismissed": _("No longer staff"),
    "staff.invitation_used": _("Used the invitation"),
    "staff.invited": _("Invited a colleague"),
    "thanks.said": _("Wrote a line of thanks"),
    "thanks.tapped": _("Said whether it helped"),
    "viewings.many": _("Opened very many documents"),
    "volunteer.applied": _("Applied as a volunteer"),
    "volunteer.approved": _("Approved a volunteer"),
    "volunteer.declined": _("Declined a volunteer"),
    "volunteer.edited": _("Changed what a volunteer helps with"),
    "volunteer.ended": _("Ended with a volunteer"),
    "volunteer.left": _("Left as a volunteer"),
    "volunteer.paused": _("Paused a volunteer"),
    "volunteer.resumed": _("Ended a volunteer's pause"),
}
THINGS = {
    "request": pgettext_lazy("thing in the log", "question"),
    "report": pgettext_lazy("thing in the log", "something is wrong"),
    "shift": pgettext_lazy("thing in the log", "shift"),
    "user": pgettext_lazy("thing in the log", "person"),
    "volunteer": pgettext_lazy("thing in the log", "volunteer"),
    "document": pgettext_lazy("thing in the log", "document"),
    "comment": pgettext_lazy("thing in the log", "comment"),
    "interview_answer": pgettext_lazy("thing in the log", "practice answer"),
    "outboxmail": pgettext_lazy("thing in the log", "mail"),
    "office": pgettext_lazy("thing in the log", "office"),
    "page": pgettext_lazy("thing in the log", "page"),
    "demo": pgettext_lazy("thing in the log", "demo"),
    "viewings": pgettext_lazy("thing in the log", "documents opened"),
    "promise": pgettext_lazy("thing in the log", "promise"),
    "helprequest": pgettext_lazy("thing in the log", "question"),
    "auditentry": pgettext_lazy("thing in the log", "audit entry"),
}


def mail(kind: str) -> str:
    """'receipt' -> 'Receipt to the one who asked'."""
    return str(MAILS.get(kind, kind))


def deed(action: str) -> str:
    """'request.claim' -> 'Took a question'."""
    return str(DEEDS.get(action, action))


def thing(kind: str) -> str:
    """'request' -> 'question'."""
    return str(THINGS.get(kind, kind))
