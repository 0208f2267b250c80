import zoneinfo

from django.db import migrations, models
from django.db.models import F


def tell_what_is_there(apps, schema_editor):
    """Until now everybody came in and nobody went out, every device was a steward's, and no ticket was weighed apart."""
    devices = apps.get_model("checkin", "Device").objects
    devices.update(paired_at=F("created_at"), valid_from=F("created_at"), last_seq=F("acked_seq"), rights="search")
    scans = apps.get_model("checkin", "Scan").objects
    scans.exclude(verdict__in=["admitted", "admitted_again", "already_in"]).update(validity=F("verdict"))
    for row in apps.get_model("checkin", "Attendance").objects.select_related("point__edition"):
        row.date = row.first_in_at.astimezone(zoneinfo.ZoneInfo(row.point.edition.timezone)).date()
        here = scans.filter(registration=row.registration_id, point=row.point_id, validity="admitted")
        row.entries = here.filter(verdict__in=["admitted", "admitted_again"]).count()
        row.last_event_at = here.aggregate(last=models.Max("effective_at"))["last"]
        row.inside = True
        row.save()


class Migration(migrations.Migration):

    dependencies = [
        ('checkin', '0002_door'),
    ]

    operations = [
        migrations.RunPython(tell_what_is_there, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='attendance',
            constraint=models.UniqueConstraint(condition=models.Q(('date__isnull', False)), fields=('registration', 'point', 'date'), name='attendance_once_per_point_and_date'),
        ),
        migrations.AddConstraint(
            model_name='attendance',
            constraint=models.UniqueConstraint(condition=models.Q(('date__isnull', True)), fields=('registration', 'point'), name='attendance_once_in_all'),
        ),
        migrations.AddConstraint(
            model_name='attendance',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('doubles', 0), ('entries', 0), ('first_in_at__isnull', True), ('first_scan__isnull', True), ('inside', False), ('last_in_at__isnull', True)), models.Q(('entries__gte', 1), ('first_in_at__isnull', False), ('first_scan__isnull', False), ('last_event_at__gte', models.F('last_in_at')), ('last_in_at__gte', models.F('first_in_at'))), _connector='OR'), name='attendance_came_in_or_did_not'),
        ),
        migrations.AddConstraint(
            model_name='device',
            constraint=models.CheckConstraint(condition=models.Q(('rights__in', ['scan', 'search', 'supervisor'])), name='device_rights_known'),
        ),
        migrations.AddConstraint(
            model_name='device',
            constraint=models.CheckConstraint(condition=models.Q(('valid_from__lt', models.F('valid_until'))), name='device_valid_from_before_until', violation_error_message='A device must become valid before it expires.'),
        ),
        migrations.AddConstraint(
            model_name='device',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('paired_at__isnull', True), ('token_hash__isnull', True)), models.Q(('paired_at__isnull', False), ('token_hash__isnull', False)), _connector='OR'), name='device_paired_has_a_cookie'),
        ),
        migrations.AddConstraint(
            model_name='device',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('pairing_hash__isnull', True), ('pairing_until__isnull', True)), models.Q(('paired_at__isnull', True), ('pairing_hash__isnull', False), ('pairing_until__isnull', False)), _connector='OR'), name='device_pairs_once'),
        ),
        migrations.AddConstraint(
            model_name='device',
            constraint=models.CheckConstraint(condition=models.Q(('acked_seq__lte', models.F('last_seq'))), name='device_acked_what_came'),
        ),
        migrations.AddConstraint(
            model_name='point',
            constraint=models.CheckConstraint(condition=models.Q(('mode__in', ['once_a_day', 'once', 'unlimited'])), name='point_mode_known'),
        ),
        migrations.AddConstraint(
            model_name='point',
            constraint=models.CheckConstraint(condition=models.Q(('opens_at__isnull', True), ('closes_at__isnull', True), ('opens_at__lt', models.F('closes_at')), _connector='OR'), name='point_opens_before_it_closes', violation_error_message='A point must open before it closes.'),
        ),
        migrations.AddConstraint(
            model_name='scan',
            constraint=models.CheckConstraint(condition=models.Q(('direction__in', ['in', 'out'])), name='scan_direction_known'),
        ),
        migrations.AddConstraint(
            model_name='scan',
            constraint=models.CheckConstraint(condition=models.Q(('override_reason', ''), ('by_supervisor', True), _connector='OR'), name='scan_override_by_a_supervisor'),
        ),
        migrations.AddConstraint(
            model_name='scan',
            constraint=models.CheckConstraint(condition=models.Q(('voids__isnull', True), ('lookup__isnull', True), _connector='OR'), name='scan_void_reads_no_ticket'),
        ),
    ]
