"""What people wrote in a plan is kept once, and beside it who reads it."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

# As `Wording.of` makes them.
ID = "encode(substring(sha256(convert_to(plan_id::text || text, 'UTF8')) FOR 16), 'hex')::uuid"
FILL = f"""
    INSERT INTO actionplans_wording (id, plan_id, text)
    SELECT {ID}, plan_id, text FROM (SELECT DISTINCT plan_id, text FROM actionplans_plantext) AS written;

    UPDATE actionplans_plantext SET wording_id = {ID};

    -- Rows that wait to be checked are in the way of altering their table.
    SET CONSTRAINTS ALL IMMEDIATE;
"""
EACH_AGAIN = """
    UPDATE actionplans_plantext SET text = wording.text
    FROM actionplans_wording AS wording WHERE wording.id = wording_id;

    SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('actionplans', '0028_last_updates_known_of_each'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='plantext',
            name='plan_text_words',
        ),
        migrations.RemoveField(
            model_name='plantext',
            name='words',
        ),
        migrations.CreateModel(
            name='Wording',
            fields=[
                ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('text', models.TextField(editable=False)),
                ('words', models.GeneratedField(db_persist=True, expression=models.Func('text', function='search_words', output_field=django.contrib.postgres.search.SearchVectorField()), output_field=django.contrib.postgres.search.SearchVectorField())),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='actionplans.actionplan')),
            ],
        ),
        migrations.AddField(
            model_name='plantext',
            name='wording',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='readers', to='actionplans.wording'),
        ),
        migrations.RunSQL(FILL, EACH_AGAIN),
        migrations.AlterField(
            model_name='plantext',
            name='wording',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='readers', to='actionplans.wording'),
        ),
        migrations.RemoveField(
            model_name='plantext',
            name='text',
        ),
        migrations.AlterField(
            model_name='plantext',
            name='plan',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='searchable', to='actionplans.actionplan'),
        ),
        migrations.AlterField(
            model_name='plantext',
            name='revision',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='actionplans.revision'),
        ),
        migrations.AddIndex(
            model_name='plantext',
            index=models.Index(condition=models.Q(('kind', 'published'), ('reader_id__isnull', True)), fields=['-id'], name='plan_text_published'),
        ),
        migrations.AddIndex(
            model_name='wording',
            index=django.contrib.postgres.indexes.GinIndex(fields=['words'], name='wording_words'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='plantext',
            trigger=pgtrigger.compiler.Trigger(name='unread_wordings_go', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    DELETE FROM actionplans_wording AS wording USING left_texts\n    WHERE wording.id = left_texts.wording_id\n        AND NOT EXISTS (SELECT FROM actionplans_plantext AS text WHERE text.wording_id = wording.id);\n    RETURN NULL;\n', hash='84f52bc6c5b7762cc0b7fef6bdbbffd1b7df54f9', level='STATEMENT', operation='DELETE', pgid='pgtrigger_unread_wordings_go_e7b12', referencing='REFERENCING OLD TABLE AS left_texts ', table='actionplans_plantext', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='plantext',
            trigger=pgtrigger.compiler.Trigger(name='wordings_left_go', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    DELETE FROM actionplans_wording AS wording USING left_texts\n    WHERE wording.id = left_texts.wording_id\n        AND NOT EXISTS (SELECT FROM actionplans_plantext AS text WHERE text.wording_id = wording.id);\n    RETURN NULL;\n', hash='e6ed4250ecfd4e90db2c16a111f93e6da7def578', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_wordings_left_go_32a2e', referencing='REFERENCING OLD TABLE AS left_texts ', table='actionplans_plantext', when='AFTER')),
        ),
    ]
