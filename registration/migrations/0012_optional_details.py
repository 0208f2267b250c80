"""Optional details get a notice of their own; the one about registering lists only what is required."""

import json
from pathlib import Path

from django.db import migrations, models

WORDS = json.loads((Path(__file__).parent.parent / "content" / "consent_notices.json").read_text())
# The words that named both. Whoever wrote notices of their own decides about them.
BOTH = {
    "ko": "이름, 이메일, 참가 날짜 (선택 입력: 소속, 관심 분야, 편의 지원)",
    "en": "Name, e-mail address, days of attendance (optional: organisation, field of interest, support wanted)",
}


def publish(apps, schema_editor):
    notices = apps.get_model("registration", "ConsentNotice").objects
    for edition in apps.get_model("programme", "Edition").objects.filter(consent_notices__kind="privacy").distinct():
        theirs = notices.filter(edition=edition)
        if theirs.filter(kind="optional").exists():
            continue
        for language, words in WORDS["optional"].items():
            retention = words["retention"].format(days=edition.retention_days)
            notices.create(
                edition=edition, kind="optional", version=1, language=language, **{**words, "retention": retention}
            )
        for language, both in BOTH.items():
            newest = theirs.filter(kind="privacy", language=language).order_by("version").last()
            if newest and newest.items == both:
                new = {name: WORDS["privacy"][language][name] for name in ("items", "purpose", "refusal")}
                kept = {name: getattr(newest, name) for name in ("title", "retention", "legal_basis")}
                notices.create(
                    edition=edition, kind="privacy", version=newest.version + 1, language=language, **kept, **new
                )


class Migration(migrations.Migration):
    dependencies = [
        ("registration", "0011_new_email"),
    ]

    operations = [
        migrations.AlterField(
            model_name="consentnotice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("privacy", "registration (required)"),
                    ("optional", "optional details (optional)"),
                    ("news", "news (optional)"),
                    ("interest", "when registration opens (asked for)"),
                ],
                max_length=8,
                verbose_name="kind",
            ),
        ),
        migrations.RunPython(publish, migrations.RunPython.noop),
    ]
