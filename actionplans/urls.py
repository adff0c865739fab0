from django.urls import path

from actionplans.views import edit, evidence, pdfs, plan, publish, share_out, shares, updates

urlpatterns = [
    path("cars/<uuid:finding_id>/plan/", plan.plan, name="plan"),
    path("cars/<uuid:finding_id>/plan/edit/", edit.plan_edit, name="plan_edit"),
    path("cars/<uuid:finding_id>/plan/share/", share_out.plan_share, name="plan_share"),
    path("cars/<uuid:finding_id>/plan/publish/", publish.plan_publish, name="plan_publish"),
    path("cars/<uuid:finding_id>/plan/uploaded/", publish.plan_uploaded, name="plan_uploaded"),
    path("cars/<uuid:finding_id>/plan/carry-on/", publish.plan_carry_on, name="plan_carry_on"),
    path("cars/<uuid:finding_id>/plan/pdf/", pdfs.plan_pdf, name="plan_pdf"),
    path("cars/<uuid:finding_id>/plan/agree/", updates.plan_agree, name="plan_agree"),
    path("cars/<uuid:finding_id>/plan/update/", updates.plan_update, name="plan_update"),
    path("cars/<uuid:finding_id>/plan/evidence/add/", evidence.evidence_add, name="evidence_add"),
    path("evidence/<uuid:file_id>/", evidence.evidence_file, name="evidence_file"),
    path("evidence/<uuid:file_id>/readers/", evidence.evidence_readers, name="evidence_readers"),
    path("evidence/<uuid:file_id>/take-out/", evidence.evidence_redact, name="evidence_redact"),
    path("shares/<uuid:share_id>/", shares.share, name="share"),
    path("shares/<uuid:share_id>/reply/", shares.share_reply, name="share_reply"),
    path("shares/<uuid:share_id>/withdraw/", shares.share_withdraw, name="share_withdraw"),
    path("shares/<uuid:share_id>/agree/", updates.share_agree, name="share_agree"),
    path("shares/<uuid:share_id>/answer/", updates.share_answer, name="share_answer"),
    path("shares/<uuid:share_id>/pdf/", pdfs.share_pdf, name="share_pdf"),
]
