"""Whether the domain of the sender vouches for our mail: SPF, DKIM, DMARC, and MX for what comes back.

Big mailbox providers refuse, or put into the spam folder, mail whose domain says nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from email.utils import parseaddr

from django.conf import settings
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from forum.outbox.doctor.findings import Finding, State
from forum.outbox.doctor.names import Ask, CouldNotAsk, NoSuchName

Examination = Callable[[str, Ask], Finding]


def findings(ask: Ask) -> list[Finding]:
    """All four, asked at the same time, so that a network that is away costs one pause."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    if "." not in domain:
        sentence = _("Mail comes from %(domain)s, which is no domain of the internet. Set DEFAULT_FROM_EMAIL.")
        return [Finding(_("Sender"), State.LOOK, sentence % {"domain": domain or "?"})]
    language = get_language() or "ko"  # each thread has a language of its own

    def examine(title: str, examination: Examination) -> Finding:
        with override(language):
            try:
                return examination(domain, ask)
            except CouldNotAsk:
                return Finding(title, State.LOOK, _("DNS could not be asked. Look again when there is a network."))
            except NoSuchName:
                sentence = _(
                    "DNS knows no %(domain)s. Is DEFAULT_FROM_EMAIL mistyped, or does this machine see no public DNS?"
                )
                return Finding(title, State.LOOK, sentence % {"domain": domain})

    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(examine, ("SPF", "DKIM", "DMARC", "MX"), (spf, dkim, dmarc, mx)))


def spf(domain: str, ask: Ask) -> Finding:
    records = [text for text in ask(domain, "TXT") if text.lower().split(" ")[0] == "v=spf1"]
    seen = "\n".join(records)
    if not records:
        sentence = _("%(domain)s does not say who may send its mail. Publish a TXT record that names our mail server.")
        return Finding("SPF", State.BROKEN, sentence % {"domain": domain})
    if len(records) > 1:
        return Finding("SPF", State.BROKEN, _("There are several records, so none counts. Keep one."), seen)
    words = records[0].lower().split()
    if "+all" in words or "all" in words:
        return Finding(
            "SPF", State.BROKEN, _("Everybody may send mail for this domain. End the record with ~all."), seen
        )
    if not ({"-all", "~all"} & set(words) or any(word.startswith("redirect=") for word in words)):
        return Finding("SPF", State.LOOK, _("The record does not say who may not send. End it with ~all."), seen)
    sentence = _("The record is sound. See that it names our mail server, %(server)s.")
    return Finding("SPF", State.WELL, sentence % {"server": settings.EMAIL_HOST}, seen)


def dkim(domain: str, ask: Ask) -> Finding:
    selector = settings.MAIL_DKIM_SELECTOR
    if not selector:
        sentence = _("Which key signs our mail is not known here. Set MAIL_DKIM_SELECTOR to your provider’s selector.")
        return Finding("DKIM", State.LOOK, sentence)
    name = f"{selector}._domainkey.{domain}"
    keys = [tags["p"] for tags in map(_tags, _below(domain, ask, name)) if "p" in tags]
    if not keys:
        sentence = _("There is no key at %(name)s. Publish the one that your mail server signs with.")
        return Finding("DKIM", State.BROKEN, sentence % {"name": name})
    if not keys[0]:
        sentence = _("The key at %(name)s was withdrawn. Sign with another one.")
        return Finding("DKIM", State.BROKEN, sentence % {"name": name})
    sentence = _("There is a key. Send a probe and see that the mail says “dkim=pass”.")
    return Finding("DKIM", State.WELL, sentence, f"{name}: {keys[0][:24]}…")


def dmarc(domain: str, ask: Ask) -> Finding:
    """The record of the domain, or of the nearest one above it that has one."""
    for name in _upwards(domain):
        for text in _below(domain, ask, f"_dmarc.{name}"):
            tags = _tags(text)
            if tags.get("v", "").upper() == "DMARC1":
                return _policy(tags.get("sp" if name != domain and "sp" in tags else "p", ""), text)
    sentence = _("%(domain)s does not say what becomes of forged mail. Publish a TXT record at _dmarc.%(domain)s.")
    return Finding("DMARC", State.BROKEN, sentence % {"domain": domain})


def mx(domain: str, ask: Ask) -> Finding:
    hosts = [text for text in ask(domain, "MX") if text.split()[-1] != "."]
    if not hosts:
        sentence = _("%(domain)s takes no mail, so bounces and replies are lost. Publish an MX record.")
        return Finding("MX", State.BROKEN, sentence % {"domain": domain})
    return Finding("MX", State.WELL, _("Bounces and replies find their way back."), "\n".join(sorted(hosts)))


def _policy(policy: str, seen: str) -> Finding:
    if policy.lower() in ("quarantine", "reject"):
        return Finding("DMARC", State.WELL, _("Forged mail is turned away."), seen)
    sentence = _("Forged mail is let through. When the reports show that all of ours passes, set p=quarantine.")
    return Finding("DMARC", State.LOOK, sentence, seen)


def _below(domain: str, ask: Ask, name: str) -> list[str]:
    """The texts of a name that need not exist, while the domain itself must."""
    try:
        return ask(name, "TXT")
    except NoSuchName:
        ask(domain, "TXT")
        return []


def _upwards(domain: str) -> list[str]:
    labels = domain.split(".")
    return [".".join(labels[start:]) for start in range(len(labels) - 1)][:5]


def _tags(text: str) -> dict[str, str]:
    """`v=DMARC1; p=none` as {"v": "DMARC1", "p": "none"}."""
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip().lower(): "".join(value.split()) for name, _equals, value in pairs}
