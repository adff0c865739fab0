"""Redaction: a table of its own, and triggers that let it, and nothing else, take words out of what was frozen."""

import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models


# Whether words were replaced by the mark of a redaction, here and there in the texts of a document, and nothing else.
IS_REDACTION = r"""
CREATE FUNCTION actionplans_is_redaction(old jsonb, new jsonb) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF jsonb_typeof(old) <> jsonb_typeof(new) THEN
        RETURN false;
    END IF;
    CASE jsonb_typeof(old)
        WHEN 'object' THEN
            RETURN NOT EXISTS (
                SELECT FROM jsonb_each(old) AS o(name, value)
                FULL JOIN jsonb_each(new) AS n(name, value) USING (name)
                WHERE actionplans_is_redaction(o.value, n.value) IS NOT TRUE
            );
        WHEN 'array' THEN
            RETURN NOT EXISTS (
                SELECT FROM jsonb_array_elements(old) WITH ORDINALITY AS o(value, place)
                FULL JOIN jsonb_array_elements(new) WITH ORDINALITY AS n(value, place) USING (place)
                WHERE actionplans_is_redaction(o.value, n.value) IS NOT TRUE
            );
        WHEN 'string' THEN
            RETURN (old #>> '{}') LIKE
                replace(regexp_replace(new #>> '{}', '([\\%_])', '\\\1', 'g'), repeat(U&'\2588', 3), '%');
        ELSE
            RETURN old = new;
    END CASE;
END $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('actionplans', '0007_evidence'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(IS_REDACTION, "DROP FUNCTION actionplans_is_redaction(jsonb, jsonb)"),
        migrations.CreateModel(
            name='Redaction',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('sha256', models.CharField(max_length=64)),
                ('reason', models.TextField(verbose_name='reason')),
                ('redacted_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
            options={
                'ordering': ['redacted_at'],
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='reply',
            name='reply_stays',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='revision',
            name='revision_stays',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='sharedrevision',
            name='shared_revision_stays',
        ),
        migrations.AddField(
            model_name='revision',
            name='redacted_sha256',
            field=models.CharField(blank=True, editable=False, max_length=64),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reply',
            trigger=pgtrigger.compiler.Trigger(name='reply_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='c29cf2107cd88d2dcd0dde0f11e4415dc617369d', operation='DELETE', pgid='pgtrigger_reply_stays_c4fa5', table='actionplans_reply', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reply',
            trigger=pgtrigger.compiler.Trigger(name='reply_only_redacted', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF to_jsonb(NEW) - 'comment' = to_jsonb(OLD) - 'comment'\n       AND actionplans_is_redaction(to_jsonb(OLD.comment), to_jsonb(NEW.comment))\n    THEN\n        RETURN NEW;\n    END IF;\n    RAISE EXCEPTION 'Cannot change rows of %, only redact them', TG_TABLE_NAME;\n", hash='f640b0bda315c504f4e2b07d5a73237ebb1c7c41', operation='UPDATE', pgid='pgtrigger_reply_only_redacted_3352f', table='actionplans_reply', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='revision',
            trigger=pgtrigger.compiler.Trigger(name='revision_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='1aa4bc04e89c78e749e79f4b1a1e5095d4f90f08', operation='DELETE', pgid='pgtrigger_revision_stays_f6816', table='actionplans_revision', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='revision',
            trigger=pgtrigger.compiler.Trigger(name='revision_only_redacted', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF to_jsonb(NEW) - ARRAY['document', 'redacted_sha256'] = to_jsonb(OLD) - ARRAY['document', 'redacted_sha256']\n       AND NEW.document <> OLD.document\n       AND actionplans_is_redaction(OLD.document, NEW.document)\n       AND EXISTS (\n           SELECT FROM actionplans_redaction\n           WHERE revision_id = OLD.id AND sha256 = NEW.redacted_sha256\n       )\n    THEN\n        RETURN NEW;\n    END IF;\n    RAISE EXCEPTION 'Cannot change rows of %, only redact them', TG_TABLE_NAME;\n", hash='f86515a16eb8bcd2b3441a15a451a77f47a2226e', operation='UPDATE', pgid='pgtrigger_revision_only_redacted_9139a', table='actionplans_revision', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sharedrevision',
            trigger=pgtrigger.compiler.Trigger(name='shared_revision_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."share_id" IS DISTINCT FROM (NEW."share_id") OR OLD."revision_id" IS DISTINCT FROM (NEW."revision_id") OR OLD."asks" IS DISTINCT FROM (NEW."asks") OR OLD."sent_at" IS DISTINCT FROM (NEW."sent_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='b0f9f0544d60f4f4f50a0e5238bfceba1050860e', operation='UPDATE', pgid='pgtrigger_shared_revision_stays_a478c', table='actionplans_sharedrevision', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sharedrevision',
            trigger=pgtrigger.compiler.Trigger(name='shared_revision_only_redacted', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF to_jsonb(NEW) - 'note' = to_jsonb(OLD) - 'note'\n       AND actionplans_is_redaction(to_jsonb(OLD.note), to_jsonb(NEW.note))\n    THEN\n        RETURN NEW;\n    END IF;\n    RAISE EXCEPTION 'Cannot change rows of %, only redact them', TG_TABLE_NAME;\n", hash='dcca9cd7c00b7151a0483a7e46a0005ae67f1e5e', operation='UPDATE OF "note"', pgid='pgtrigger_shared_revision_only_redacted_18bf8', table='actionplans_sharedrevision', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.CheckConstraint(condition=models.Q(('redacted_sha256__regex', '^([0-9a-f]{64})?$')), name='revision_redacted_to_digest'),
        ),
        migrations.AddField(
            model_name='redaction',
            name='redacted_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='redaction',
            name='revision',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='redactions', to='actionplans.revision'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='redaction',
            trigger=pgtrigger.compiler.Trigger(name='redaction_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='895348b39ff2fac673f3c0eaada4b444d9ed349a', operation='DELETE', pgid='pgtrigger_redaction_stays_7c133', table='actionplans_redaction', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='redaction',
            trigger=pgtrigger.compiler.Trigger(name='redaction_only_redacted', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF to_jsonb(NEW) - 'reason' = to_jsonb(OLD) - 'reason'\n       AND actionplans_is_redaction(to_jsonb(OLD.reason), to_jsonb(NEW.reason))\n    THEN\n        RETURN NEW;\n    END IF;\n    RAISE EXCEPTION 'Cannot change rows of %, only redact them', TG_TABLE_NAME;\n", hash='474419b2ca81a8397762c0a3edf8eebb1b25d09b', operation='UPDATE', pgid='pgtrigger_redaction_only_redacted_38178', table='actionplans_redaction', when='BEFORE')),
        ),
    ]
