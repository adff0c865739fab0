from django.urls import path

from actionplans.views import (
    agreeing,
    calls,
    edit,
    evidence,
    pdfs,
    plan,
    publish,
    redact,
    share_out,
    share_versions,
    shares,
    updates,
    versions,
)

urlpatterns = [
    path("cars/<uuid:finding_id>/plan/", plan.plan, name="plan"),
    path("cars/<uuid:finding_id>/plan/edit/", edit.plan_edit, name="plan_edit"),
    path("cars/<uuid:finding_id>/plan/share/", share_out.plan_share, name="plan_share"),
    path("cars/<uuid:finding_id>/plan/publish/", publish.plan_publish, name="plan_publish"),
    path("cars/<uuid:finding_id>/plan/uploaded/", publish.plan_uploaded, name="plan_uploaded"),
    path("cars/<uuid:finding_id>/plan/carry-on/", publish.plan_carry_on, name="plan_carry_on"),
    path("cars/<uuid:finding_id>/plan/pdf/", pdfs.plan_pdf, name="plan_pdf"),
    path("cars/<uuid:finding_id>/plan/agree/", agreeing.plan_agree, name="plan_agree"),
    path("cars/<uuid:finding_id>/plan/update/", updates.plan_update, name="plan_update"),
    path("cars/<uuid:finding_id>/plan/evidence/add/", evidence.evidence_add, name="evidence_add"),
    path("evidence/<uuid:file_id>/", evidence.evidence_file, name="evidence_file"),
    path("evidence/<uuid:file_id>/readers/", evidence.evidence_readers, name="evidence_readers"),
    path("evidence/<uuid:file_id>/take-out/", evidence.evidence_redact, name="evidence_redact"),
    path("cars/<uuid:finding_id>/plan/versions/", versions.plan_versions, name="plan_versions"),
    path(
        "cars/<uuid:finding_id>/plan/versions/<uuid:revision_id>/", versions.plan_version, name="plan_version"
    ),
    path(
        "cars/<uuid:finding_id>/plan/versions/<uuid:revision_id>/restore/",
        versions.plan_restore,
        name="plan_restore",
    ),
    path("cars/<uuid:finding_id>/plan/compare/", versions.plan_compare, name="plan_compare"),
    path("cars/<uuid:finding_id>/plan/redact/", redact.plan_redact, name="plan_redact"),
    path("shares/<uuid:share_id>/", shares.share, name="share"),
    path("shares/<uuid:share_id>/reply/", shares.share_reply, name="share_reply"),
    path("shares/<uuid:share_id>/withdraw/", shares.share_withdraw, name="share_withdraw"),
    path("shares/<uuid:share_id>/agree/", agreeing.share_agree, name="share_agree"),
    path("shares/<uuid:share_id>/end-agreement/", agreeing.share_end_agreement, name="share_end_agreement"),
    path("shares/<uuid:share_id>/answer/", agreeing.share_answer, name="share_answer"),
    path(
        "shares/<uuid:share_id>/versions/<uuid:sent_id>/", share_versions.share_version, name="share_version"
    ),
    path("shares/<uuid:share_id>/compare/", share_versions.share_compare, name="share_compare"),
    path("shares/<uuid:share_id>/pdf/", pdfs.share_pdf, name="share_pdf"),
    path("shares/<uuid:share_id>/call/", calls.share_call, name="share_call"),
    path("calls/<uuid:call_id>/answer/", calls.call_answer, name="call_answer"),
    path("calls/<uuid:call_id>/times/", calls.call_times, name="call_times"),
    path("calls/<uuid:call_id>/end/", calls.call_end, name="call_end"),
    path("calls/<uuid:call_id>/minutes/", calls.call_minutes, name="call_minutes"),
    path("calls/<uuid:call_id>/calendar/", calls.call_calendar, name="call_calendar"),
    path("call-actions/<uuid:action_id>/take/", calls.call_action_take, name="call_action_take"),
]
