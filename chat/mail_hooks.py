"""The doors for mail providers that hand over each mail by HTTPS: Mailgun, Postmark, Amazon SES, Brevo (docs/mail.md).

django-anymail knows what each of them sends and how it proves itself. A provider whose secret is not set has no door.
Who does not show the secret in the header is refused before the body is read (motesplats/hook_limits.py).
"""

import base64
import logging
from urllib.parse import quote, urljoin

import requests
from anymail.exceptions import AnymailError
from anymail.inbound import AnymailInboundMessage
from anymail.signals import AnymailInboundEvent
from anymail.webhooks.amazon_ses import AmazonSESInboundWebhookView
from anymail.webhooks.base import AnymailBaseWebhookView
from anymail.webhooks.brevo import BrevoInboundWebhookView
from anymail.webhooks.mailgun import MailgunInboundWebhookView
from anymail.webhooks.postmark import PostmarkInboundWebhookView
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, RequestDataTooBig, SuspiciousOperation
from django.core.files.uploadhandler import MemoryFileUploadHandler, TemporaryFileUploadHandler
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from chat import email_in, sns
from chat.models import InboundMail
from motesplats import hook_limits

log = logging.getLogger(__name__)

FETCH_SECONDS = 10
_NONSENSE = (ValueError, LookupError, TypeError, AttributeError)


class _Ses(AmazonSESInboundWebhookView):
    """Mails that SES puts whole into its notice (SNS action, up to 150 KB). Needs no boto3: sns.py asks AWS itself."""

    def __init__(self, **kwargs):
        AnymailBaseWebhookView.__init__(self, **kwargs)

    def validate_request(self, request):
        sns.check(self._parse_sns_message(request))

    def auto_confirm_sns_subscription(self, sns_message):
        sns.confirm(sns_message)


class _Brevo(BrevoInboundWebhookView):
    def _fetch_attachment(self, attachment):
        """A page must not wait for Brevo for ever; what fails here, Brevo sends again."""
        url = urljoin(self.api_url, f"inbound/attachments/{quote(attachment['DownloadToken'], safe='')}")
        answer = requests.get(url, headers={"api-key": self.api_key}, timeout=FETCH_SECONDS)
        answer.raise_for_status()
        return AnymailInboundMessage.construct_attachment(
            content_type=answer.headers.get("Content-Type") or attachment["ContentType"],
            content=answer.content,
            filename=attachment.get("Name"),
            content_id=attachment.get("ContentID"),
        )


_VIEWS = {
    "mailgun": (MailgunInboundWebhookView, "MAILGUN_WEBHOOK_SIGNING_KEY"),
    "postmark": (PostmarkInboundWebhookView, "WEBHOOK_SECRET"),
    "ses": (_Ses, "SNS_TOPICS"),
    "brevo": (_Brevo, "BREVO_API_KEY"),
}


def is_open(provider: str) -> bool:
    """Whether this provider's secret is set. All but Mailgun, which signs, need the shared one in the address."""
    _view, needed = _VIEWS[provider]
    return bool(settings.ANYMAIL[needed] and (provider == "mailgun" or settings.ANYMAIL["WEBHOOK_SECRET"]))


def open_doors() -> list[str]:
    """The providers whose mails we take."""
    return [provider for provider in _VIEWS if is_open(provider)]


@csrf_exempt
@require_POST
def take_mail(request: HttpRequest, provider: str) -> HttpResponse:
    """200: every mail in it is stored. 4xx: it is not from the provider, or nothing we know. 5xx: send it again."""
    if provider not in _VIEWS or not is_open(provider):
        raise Http404
    said = request.headers.get("Authorization", "")
    if hook_limits.must_show_secret(provider) and not hook_limits.knows_secret(said):
        return HttpResponse(status=401, headers={"WWW-Authenticate": 'Basic realm="mail"'})  # SNS shows it when asked
    try:
        _read(request, most=hook_limits.most_bytes(provider, said))
        view = _VIEWS[provider][0]()
        view.run_validators(request)
        mails = [(_raw(event), _recipient(event)) for event in view.parse_events(request)]
    except RequestDataTooBig:
        return HttpResponse(status=413)
    except requests.RequestException as problem:
        log.warning("mail hook %s: %s", provider, type(problem).__name__)
        return HttpResponse(status=503)
    except (SuspiciousOperation, AnymailError, ImproperlyConfigured, *_NONSENSE) as problem:
        log.warning("mail hook %s: %s", provider, type(problem).__name__)
        return HttpResponse(status=400)
    for raw, recipient in mails:
        email_in.receive(raw, door=InboundMail.Door.HOOK, recipient=recipient)
    return HttpResponse()


def _read(request: HttpRequest, *, most: int) -> None:
    """Take the body as large as a mail may be. Django's own limit is that of a form, and its files are our papers'."""
    declared = request.headers.get("Content-Length", "")
    if not declared.isdigit():
        raise SuspiciousOperation("no length")
    if int(declared) > most:
        raise RequestDataTooBig
    request.upload_handlers = [MemoryFileUploadHandler(request), TemporaryFileUploadHandler(request)]
    request._body = request.read(most)


def _recipient(event: AnymailInboundEvent) -> str:
    said = event.message.envelope_recipient
    return said if isinstance(said, str) else ""  # JSON can hold anything


def _raw(event: AnymailInboundEvent) -> bytes:
    """The mail's bytes: as they came, where the provider hands them over; else made of its parts."""
    said = event.esp_event
    if isinstance(said, dict) and "RawEmail" in said:  # Postmark
        return said["RawEmail"].encode("utf-8", "surrogateescape")
    if isinstance(said, dict) and isinstance(said.get("content"), str):  # SES
        encoding = said.get("receipt", {}).get("action", {}).get("encoding")
        return base64.b64decode(said["content"]) if encoding == "BASE64" else said["content"].encode()
    if isinstance(said, HttpRequest) and "body-mime" in said.POST:  # Mailgun
        return said.POST["body-mime"].encode("utf-8", "surrogateescape")
    return event.message.as_bytes()
