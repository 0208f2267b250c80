"""Releases, which the database keeps as they are; and the gate: what is published has the words that it claims."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

NEVER_CHANGED = ("edition_id", "number", "made_at", "note", "note_ko", "note_en", "repeats", "programme")
SQLITE = """
    CREATE TRIGGER programme_release_never_changes BEFORE UPDATE OF {columns} ON programme_release
    BEGIN SELECT RAISE(ABORT, 'a release is never changed'); END
"""
POSTGRESQL = """
    CREATE FUNCTION programme_release_never_changes() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'a release is never changed' USING ERRCODE = 'integrity_constraint_violation'; END $$;
    CREATE TRIGGER programme_release_never_changes BEFORE UPDATE OF {columns} ON programme_release
    FOR EACH ROW EXECUTE FUNCTION programme_release_never_changes()
"""


def say_what_is_written(apps, schema_editor):
    """What is published in one language alone says so from now on. Everything else claims both."""
    lacks = {
        language: (Q(**{f"title_{language}": None}) | Q(**{f"title_{language}": ""}))
        | ((Q(**{f"abstract_{language}": None}) | Q(**{f"abstract_{language}": ""})) & Q(**{f"abstract_{other}__gt": ""}))
        for language, other in (("ko", "en"), ("en", "ko"))
    }
    for name in ("Session", "Talk"):
        rows = apps.get_model("programme", name).objects
        rows.filter(lacks["en"]).update(languages="ko")
        rows.filter(lacks["ko"]).exclude(lacks["en"]).update(languages="en")


def keep_releases(apps, schema_editor):
    sql = {"sqlite": SQLITE, "postgresql": POSTGRESQL}[schema_editor.connection.vendor]
    schema_editor.execute(sql.format(columns=", ".join(NEVER_CHANGED)))


def let_go_of_releases(apps, schema_editor):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    schema_editor.execute(f"DROP TRIGGER programme_release_never_changes{' ON programme_release' if is_postgresql else ''}")
    if is_postgresql:
        schema_editor.execute("DROP FUNCTION programme_release_never_changes()")


class Migration(migrations.Migration):

    dependencies = [
        ('programme', '0004_survey'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Release',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='published')),
                ('note', models.CharField(blank=True, help_text='Public: what changed, in a sentence.', max_length=300, verbose_name='note')),
                ('note_ko', models.CharField(blank=True, help_text='Public: what changed, in a sentence.', max_length=300, null=True, verbose_name='note')),
                ('note_en', models.CharField(blank=True, help_text='Public: what changed, in a sentence.', max_length=300, null=True, verbose_name='note')),
                ('repeats', models.PositiveSmallIntegerField(null=True, verbose_name='repeats release')),
                ('programme', models.JSONField(verbose_name='programme')),
            ],
            options={
                'verbose_name': 'release',
                'verbose_name_plural': 'releases',
                'ordering': ['edition', '-number'],
            },
        ),
        migrations.AddField(
            model_name='session',
            name='languages',
            field=models.CharField(choices=[('both', 'Korean and English'), ('ko', 'Korean only'), ('en', 'English only')], default='both', help_text='Published only with title and abstract in these languages.', max_length=4, verbose_name='languages'),
        ),
        migrations.AddField(
            model_name='talk',
            name='languages',
            field=models.CharField(choices=[('both', 'Korean and English'), ('ko', 'Korean only'), ('en', 'English only')], default='both', help_text='Published only with title and abstract in these languages.', max_length=4, verbose_name='languages'),
        ),
        migrations.RunPython(say_what_is_written, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='session',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'published'), _negated=True), models.Q(models.Q(('languages', 'en'), models.Q(('title_ko__isnull', False), ('title_ko__gt', ''), models.Q(models.Q(('abstract_ko__isnull', False), ('abstract_ko__gt', '')), models.Q(models.Q(('abstract_ko__isnull', False), ('abstract_ko__gt', ''), _negated=True), models.Q(('abstract_en__isnull', False), ('abstract_en__gt', ''), _negated=True)), _connector='OR')), _connector='OR'), models.Q(('languages', 'ko'), models.Q(('title_en__isnull', False), ('title_en__gt', ''), models.Q(models.Q(('abstract_en__isnull', False), ('abstract_en__gt', '')), models.Q(models.Q(('abstract_ko__isnull', False), ('abstract_ko__gt', ''), _negated=True), models.Q(('abstract_en__isnull', False), ('abstract_en__gt', ''), _negated=True)), _connector='OR')), _connector='OR')), _connector='OR'), name='session_published_in_its_languages', violation_error_message='What is published needs its title, and its abstract if it has one, in Korean and in English. Write what is missing, or choose “Korean only” or “English only”.'),
        ),
        migrations.AddConstraint(
            model_name='talk',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'published'), _negated=True), models.Q(models.Q(('languages', 'en'), models.Q(('title_ko__isnull', False), ('title_ko__gt', ''), models.Q(models.Q(('abstract_ko__isnull', False), ('abstract_ko__gt', '')), models.Q(models.Q(('abstract_ko__isnull', False), ('abstract_ko__gt', ''), _negated=True), models.Q(('abstract_en__isnull', False), ('abstract_en__gt', ''), _negated=True)), _connector='OR')), _connector='OR'), models.Q(('languages', 'ko'), models.Q(('title_en__isnull', False), ('title_en__gt', ''), models.Q(models.Q(('abstract_en__isnull', False), ('abstract_en__gt', '')), models.Q(models.Q(('abstract_ko__isnull', False), ('abstract_ko__gt', ''), _negated=True), models.Q(('abstract_en__isnull', False), ('abstract_en__gt', ''), _negated=True)), _connector='OR')), _connector='OR')), _connector='OR'), name='talk_published_in_its_languages', violation_error_message='What is published needs its title, and its abstract if it has one, in Korean and in English. Write what is missing, or choose “Korean only” or “English only”.'),
        ),
        migrations.AddField(
            model_name='release',
            name='edition',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='releases', to='programme.edition', verbose_name='edition'),
        ),
        migrations.AddField(
            model_name='release',
            name='made_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='published by'),
        ),
        migrations.AddConstraint(
            model_name='release',
            constraint=models.UniqueConstraint(fields=('edition', 'number'), name='release_number_once'),
        ),
        migrations.AddConstraint(
            model_name='release',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='release_numbers_begin_at_one'),
        ),
        migrations.AddConstraint(
            model_name='release',
            constraint=models.CheckConstraint(condition=models.Q(('repeats__isnull', True), ('repeats__lt', models.F('number')), _connector='OR'), name='release_repeats_an_earlier'),
        ),
        migrations.RunPython(keep_releases, let_go_of_releases),
    ]
