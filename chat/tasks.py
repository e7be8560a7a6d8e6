"""One Celery task for each clock. Each does a round and may run twice; SWEEPS says how often, in seconds."""

from celery import shared_task

from chat import (
    alert_push,
    alerts,
    clocks,
    colleagues,
    documents,
    email_in,
    imap_door,
    meeting_clocks,
    missed,
    retention,
    seconds,
)

route_unrouted = shared_task(name="chat.tasks.route_unrouted")(clocks.route_unrouted)
push_alert = shared_task(name="chat.tasks.push_alert")(alert_push.push_alert)
push_due = shared_task(name="chat.tasks.push_due")(alert_push.push_due)
tell_waiting = shared_task(name="chat.tasks.tell_waiting")(alerts.tell_waiting)
lapse_silent_claims = shared_task(name="chat.tasks.lapse_silent_claims")(clocks.lapse_silent_claims)
pause_who_missed = shared_task(name="chat.tasks.pause_who_missed")(missed.pause_who_missed)
warn_of_shift_end = shared_task(name="chat.tasks.warn_of_shift_end")(clocks.warn_of_shift_end)
open_to_all = shared_task(name="chat.tasks.open_to_all")(clocks.open_to_all)
end_late_offers = shared_task(name="chat.tasks.end_late_offers")(clocks.end_late_offers)
end_late_asks = shared_task(name="chat.tasks.end_late_asks")(seconds.end_late)
tell_longer_wait = shared_task(name="chat.tasks.tell_longer_wait")(clocks.tell_longer_wait)
tell_helper_gone = shared_task(name="chat.tasks.tell_helper_gone")(clocks.tell_helper_gone)
requeue_gone = shared_task(name="chat.tasks.requeue_gone")(clocks.requeue_gone)
free_from_former_helpers = shared_task(name="chat.tasks.free_from_former_helpers")(clocks.free_from_former_helpers)
mail_unread = shared_task(name="chat.tasks.mail_unread")(clocks.mail_unread)
keep_promises = shared_task(name="chat.tasks.keep_promises")(clocks.keep_promises)
improve_promises = shared_task(name="chat.tasks.improve_promises")(clocks.improve_promises)
ask_round = shared_task(name="chat.tasks.ask_round")(clocks.ask_round)
remind_helpers = shared_task(name="chat.tasks.remind_helpers")(clocks.remind_helpers)
nudge_askers = shared_task(name="chat.tasks.nudge_askers")(clocks.nudge_askers)
end_passed_times = shared_task(name="chat.tasks.end_passed_times")(meeting_clocks.end_passed_times)
remind_of_meetings = shared_task(name="chat.tasks.remind_of_meetings")(meeting_clocks.remind_of_meetings)
settle_meetings = shared_task(name="chat.tasks.settle_meetings")(meeting_clocks.settle_meetings)
close_resolved = shared_task(name="chat.tasks.close_resolved")(clocks.close_resolved)
remove_old_text = shared_task(name="chat.tasks.remove_old_text")(retention.remove_old_text)
forget_old_alerts = shared_task(name="chat.tasks.forget_old_alerts")(retention.forget_old_alerts)
remove_old_posts = shared_task(name="chat.tasks.remove_old_posts")(colleagues.remove_old)
tell_prepared = shared_task(name="chat.tasks.tell_prepared")(documents.tell_prepared)
work_inbound = shared_task(name="chat.tasks.work_inbound")(email_in.work_inbound)
work_due_inbound = shared_task(name="chat.tasks.work_due_inbound")(email_in.work_due_inbound)
poll_mailboxes = shared_task(name="chat.tasks.poll_mailboxes")(imap_door.poll_all)
forget_old_mail = shared_task(name="chat.tasks.forget_old_mail")(email_in.forget_old)

SWEEPS = {
    "chat.tasks.work_due_inbound": 10,
    "chat.tasks.poll_mailboxes": 60,
    "chat.tasks.forget_old_mail": 3600,
    "chat.tasks.tell_prepared": 15,
    "chat.tasks.route_unrouted": 15,
    "chat.tasks.tell_waiting": 10,
    "chat.tasks.push_due": 15,
    "chat.tasks.lapse_silent_claims": 15,
    "chat.tasks.end_late_offers": 15,
    "chat.tasks.open_to_all": 15,
    "chat.tasks.end_late_asks": 15,
    "chat.tasks.warn_of_shift_end": 30,
    "chat.tasks.pause_who_missed": 15,
    "chat.tasks.tell_longer_wait": 15,
    "chat.tasks.tell_helper_gone": 15,
    "chat.tasks.requeue_gone": 30,
    "chat.tasks.free_from_former_helpers": 30,
    "chat.tasks.mail_unread": 15,
    "chat.tasks.keep_promises": 30,
    "chat.tasks.improve_promises": 60,
    "chat.tasks.ask_round": 60,
    "chat.tasks.remind_helpers": 60,
    "chat.tasks.nudge_askers": 60,
    "chat.tasks.end_passed_times": 30,
    "chat.tasks.remind_of_meetings": 60,
    "chat.tasks.settle_meetings": 15,
    "chat.tasks.close_resolved": 60,
    "chat.tasks.remove_old_text": 60,
    "chat.tasks.remove_old_posts": 3600,
    "chat.tasks.forget_old_alerts": 3600,
}
