"""Notices of Amazon SNS: signed as Amazon signs them, with a key of our own; nothing leaves the machine."""

import base64
import json
from datetime import timedelta
from functools import cache

import pytest
import requests
import time_machine
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID
from django.utils import timezone

from chat import sns

TOPIC = "arn:aws:sns:eu-north-1:123456789012:mejl"
CERTIFICATE = "https://sns.eu-north-1.amazonaws.com/SimpleNotificationService-0a1b2c.pem"


@cache
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def certificate() -> bytes:
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")]), timezone.now()
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key().public_key())
    built = built.serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=2))
    return built.sign(key(), hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


class Amazon:
    """Answers instead of the network, and remembers what was asked."""

    def __init__(self):
        self.asked = []

    def __call__(self, url: str) -> bytes:
        self.asked.append(url)
        return certificate() if url.endswith(".pem") else b"<ConfirmSubscriptionResponse/>"


def signed(notice: dict, *, version: str = "2") -> dict:
    """As SNS would send it."""
    whole = {
        "MessageId": "1", "TopicArn": TOPIC, "Timestamp": "2026-11-28T12:00:00.000Z", "SignatureVersion": version,
        "SigningCertURL": CERTIFICATE, **notice,
    }  # fmt: skip
    said = "".join(f"{name}\n{whole[name]}\n" for name in sorted(sns._SIGNED[whole["Type"]]) if name in whole)
    made_with = {"1": hashes.SHA1, "2": hashes.SHA256}[version]()
    signature = key().sign(said.encode(), padding.PKCS1v15(), made_with)
    return {**whole, "Signature": base64.b64encode(signature).decode()}


NOTICE = {"Type": "Notification", "Message": json.dumps({"a": "å"}), "Subject": "Amazon SES"}
OFFER = {
    "Type": "SubscriptionConfirmation",
    "Message": "You have chosen …",
    "Token": "abc&d",
    "SubscribeURL": "https://x",
}


@pytest.fixture(autouse=True)
def our_topic(settings):
    settings.ANYMAIL = {"SNS_TOPICS": [TOPIC]}


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize("notice", [NOTICE, {**NOTICE, "Subject": "x\ny"}, OFFER])
def test_what_amazon_signed_is_believed_and_its_certificate_fetched_once(notice, version):
    amazon = Amazon()
    for _ in "12":
        sns.check(signed(notice, version=version), by=amazon)
    assert amazon.asked == [CERTIFICATE]


def test_without_a_subject_nothing_is_missing():
    sns.check(signed({"Type": "Notification", "Message": "x"}), by=Amazon())


@pytest.mark.parametrize(
    "change",
    [
        {"Message": "{}"}, {"Timestamp": "2026-11-28T12:00:01.000Z"}, {"Subject": "Annat"}, {"Subject": None},
        {"Signature": "AAAA"}, {"Signature": "å"}, {"Signature": 3}, {"SignatureVersion": "1"},
        {"SignatureVersion": "3"}, {"SignatureVersion": None}, {"Type": "SubscriptionConfirmation"}, {"Type": []},
        {"TopicArn": "arn:aws:sns:eu-north-1:123456789012:andras"}, {"TopicArn": None}, {"Message": "\ud800"},
    ],
)  # fmt: skip
def test_whatever_is_changed_the_notice_is_refused(change):
    sns.check(signed(NOTICE), by=Amazon())
    with pytest.raises(sns.NotFromSns):
        sns.check({**signed(NOTICE), **change}, by=Amazon())


@pytest.mark.parametrize(
    "url",
    [
        "http://sns.eu-north-1.amazonaws.com/SimpleNotificationService-0a.pem",
        "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0a.pem",  # not the topic's region
        "https://sns.eu-north-1.amazonaws.com.evil.example/SimpleNotificationService-0a.pem",
        "https://evil.example/SimpleNotificationService-0a.pem",
        "https://evil.example#sns.eu-north-1.amazonaws.com/SimpleNotificationService-0a.pem",
        "https://sns.eu-north-1.amazonaws.com@evil.example/SimpleNotificationService-0a.pem",
        "https://u:p@sns.eu-north-1.amazonaws.com/SimpleNotificationService-0a.pem",
        "https://sns.eu-north-1.amazonaws.com:8443/SimpleNotificationService-0a.pem",
        "https://sns.eu-north-1.amazonaws.com/../SimpleNotificationService-0a.pem",
        "https://sns.eu-north-1.amazonaws.com/SimpleNotificationService-0a.pem?x=1",
        "https://sns.eu-north-1.amazonaws.com/SimpleNotificationService-0a.pem\n",
        "https://s3.eu-north-1.amazonaws.com/bucket/SimpleNotificationService-0a.pem",
        "https://127.0.0.1/SimpleNotificationService-0a.pem",
        "https://[::ffff:127.0.0.1]/SimpleNotificationService-0a.pem",
        "https://[/SimpleNotificationService-0a.pem",
        "//sns.eu-north-1.amazonaws.com/SimpleNotificationService-0a.pem",
        "file:///etc/passwd",
        "",
    ],
)
def test_a_certificate_from_elsewhere_is_never_fetched(url):
    amazon = Amazon()
    with pytest.raises(sns.NotFromSns):
        sns.check(signed({**NOTICE, "SigningCertURL": url}), by=amazon)
    assert amazon.asked == []


def test_a_certificate_that_is_out_or_nonsense_proves_nothing():
    for by in (lambda url: b"", lambda url: b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"):
        with pytest.raises(sns.NotFromSns):
            sns.check(signed(NOTICE), by=by)
    notice, amazon = signed(NOTICE), Amazon()
    sns.check(notice, by=amazon)
    with time_machine.travel(timezone.now() + timedelta(days=3), tick=False), pytest.raises(sns.NotFromSns):
        sns.check(notice, by=amazon)


def test_while_amazon_is_silent_nothing_is_decided():
    def away(url):
        raise requests.ConnectionError

    with pytest.raises(requests.RequestException):
        sns.check(signed(NOTICE), by=away)


def test_a_subscription_is_taken_at_amazon_and_nowhere_else():
    amazon = Amazon()
    sns.confirm(signed(OFFER), by=amazon)
    wanted = "Action=ConfirmSubscription&TopicArn=arn%3Aaws%3Asns%3Aeu-north-1%3A123456789012%3Amejl&Token=abc%26d"
    assert amazon.asked == [f"https://sns.eu-north-1.amazonaws.com/?{wanted}"]
    with pytest.raises(sns.NotFromSns):
        sns.confirm({**signed(OFFER), "TopicArn": "arn:aws:sns:eu-north-1:123456789012:andras"}, by=amazon)
    assert len(amazon.asked) == 1
