"""The pages of audits and CARs."""

from django.urls import path

from findings.views import (
    audits,
    correcting,
    entries,
    escalation,
    exports,
    findings,
    importing,
    publishing,
    several,
    triage,
)

urlpatterns = [
    path("audits/", audits.audit_list, name="audit_list"),
    path("audits/new/", audits.record, name="audit_record"),
    path("audits/import/", importing.upload, name="audit_import_upload"),
    path("audits/import/template/", importing.template, name="audit_import_template"),
    path("audits/import/<uuid:pk>/", importing.detail, name="audit_import"),
    path("audits/import/<uuid:pk>/problems/", importing.problems, name="audit_import_problems"),
    path("audits/publish/", several.choose, name="audits_to_publish"),
    path("audits/publish/check/", several.publish, name="audits_publish"),
    path("audits/<uuid:pk>/", audits.detail, name="audit"),
    path("audits/<uuid:pk>/edit/", audits.edit, name="audit_edit"),
    path("audits/<uuid:pk>/discard/", audits.discard, name="audit_discard"),
    path("audits/<uuid:pk>/publish/", publishing.publish, name="audit_publish"),
    path("audits/<uuid:pk>/correct/", correcting.correct, name="audit_correct"),
    path("audits/<uuid:audit_pk>/findings/add/", entries.add, name="audit_entry_add"),
    path("audits/<uuid:audit_pk>/findings/<uuid:pk>/", entries.edit, name="audit_entry_edit"),
    path("audits/<uuid:audit_pk>/findings/<uuid:pk>/remove/", entries.remove, name="audit_entry_remove"),
    path("cars/", findings.finding_list, name="finding_list"),
    path("cars/csv/", exports.finding_list_csv, name="finding_list_csv"),
    path("cars/excel/", exports.finding_list_excel, name="finding_list_excel"),
    path("cars/<uuid:pk>/", findings.detail, name="finding"),
    path("cars/<uuid:pk>/understand/", triage.understand, name="triage"),
    path("cars/<uuid:pk>/understand/support/", triage.ask_for_support, name="triage_support"),
    path("cars/<uuid:pk>/escalate/", escalation.raise_it, name="escalation_raise"),
    path("escalations/<uuid:pk>/", escalation.detail, name="escalation"),
    path("escalations/<uuid:pk>/tell/", escalation.tell, name="escalation_tell"),
    path("escalations/<uuid:pk>/told/", escalation.tell_outside, name="escalation_told"),
    path("escalations/<uuid:pk>/acknowledge/", escalation.acknowledge, name="escalation_acknowledge"),
    path("escalations/<uuid:pk>/taken-over/", escalation.taken_over, name="escalation_taken_over"),
    path("escalations/<uuid:pk>/call-off/", escalation.call_off, name="escalation_call_off"),
    path("cars/<uuid:pk>/decide/", correcting.decide, name="finding_decide"),
]
