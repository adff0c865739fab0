"""The rows of the matrix, a table for each part of the portal; `tests.matrix.table` says how to read them."""

# Logging in and out, and what is one's own.
ACCOUNTS = """
method  route                                 target     anonymous  nobody  site_viewer  site   site_manager  site2  customer_viewer  customer  customer2  ngo    auditor  auditor2  compliance  admin
GET     account_change_password               -          login      ok      ok           ok     ok            ok     ok               ok        ok         ok     ok       ok        ok          ok
POST    account_change_password               -          login      ok      ok           ok     ok            ok     ok               ok        ok         ok     ok       ok        ok          ok
GET     account_inactive                      -          ok         ok      ok           ok     ok            ok     ok               ok        ok         ok     ok       ok        ok          ok
GET     account_login                         -          ok         ok      ok           ok     ok            ok     ok               ok        ok         ok     ok       ok        ok          ok
POST    account_login                         -          ok         ok      ok           ok     ok            ok     ok               ok        ok         ok     ok       ok        ok          ok
GET     account_logout                        -          login      ok      ok           ok     ok            ok     ok               ok        ok         ok     ok       ok        ok          ok
POST    account_logout                        -          login      login   login        login  login         login  login            login     login      login  login    login     login       login
GET     account_reset_password                -          ok         ok      ok           ok     ok            ok     ok               ok        ok         ok     ok       ok        ok          ok
POST    account_reset_password                -          ok         ok      ok           ok     ok            ok     ok               ok        ok         ok     ok       ok        ok          ok
GET     account_reset_password_done           -          ok         ok      ok           ok     ok            ok     ok               ok        ok         ok     ok       ok        ok          ok
GET     account_reset_password_from_key       reset-key  ok         ok      ok           ok     ok            ok     ok               ok        ok         ok     ok       ok        ok          ok
POST    account_reset_password_from_key       reset-key  ok         ok      ok           ok     ok            ok     ok               ok        ok         ok     ok       ok        ok          ok
GET     account_reset_password_from_key_done  -          ok         ok      ok           ok     ok            ok     ok               ok        ok         ok     ok       ok        ok          ok
GET     account_set_password                  -          ok         ok      ok           ok     ok            ok     ok               ok        ok         ok     ok       ok        ok          ok
POST    account_set_password                  -          ok         ok      ok           ok     ok            ok     ok               ok        ok         ok     ok       ok        ok          ok
GET     mail_choices                          -          login      ok      ok           ok     ok            ok     ok               ok        ok         ok     ok       ok        ok          ok
POST    mail_choices                          -          login      ok      ok           ok     ok            ok     ok               ok        ok         ok     ok       ok        ok          ok
POST    mail_snooze_end                       snoozed    login      404     404          ok     404           404    404              404       404        404    404      404       404         404
GET     mail_stop                             of-mail    ok         ok      ok           ok     ok            ok     ok               ok        ok         ok     ok       ok        ok          ok
POST    mail_stop                             of-mail    ok         ok      ok           ok     ok            ok     ok               ok        ok         ok     ok       ok        ok          ok
GET     mail_stop                             of-code    404        404     404          404    404           404    404              404       404        404    404      404       404         404
POST    mail_stop                             of-code    404        404     404          404    404           404    404              404       404        404    404      404       404         404
GET     mail_stop                             wrong-token  404      404     404          404    404           404    404              404       404        404    404      404       404         404
POST    mail_stop                             wrong-token  404      404     404          404    404           404    404              404       404        404    404      404       404         404
GET     profile                               -          login      ok      ok           ok     ok            ok     ok               ok        ok         ok     ok       ok        ok          ok
POST    profile                               -          login      ok      ok           ok     ok            ok     ok               ok        ok         ok     ok       ok        ok          ok
"""

# What the portal told somebody: their own, and nobody else's.
INBOX = """
method  route       target             anonymous  nobody  site_viewer  site  site_manager  site2  customer_viewer  customer  customer2  ngo  auditor  auditor2  compliance  admin
GET     inbox       -                  login      ok      ok           ok    ok            ok     ok               ok        ok         ok   ok       ok        ok          ok
POST    inbox_item  customers-message  login      404     404          404   404           404    404              ok        404        404  404      404       404         404
POST    inbox_read  -                  login      ok      ok           ok    ok            ok     ok               ok        ok         ok   ok       ok        ok          ok
"""

# Organisations, their people and invitations, sites and who trades with them.
PEOPLE = """
method  route                target        anonymous  nobody  site_viewer  site  site_manager  site2  customer_viewer  customer  customer2  ngo  auditor  auditor2  compliance  admin
GET     invitation_accept    token         ok         403     403          403   403           403    403              403       403        403  403      403       403         403
POST    invitation_accept    token         ok         403     403          403   403           403    403              403       403        403  403      403       403         403
GET     invitation_accept    wrong-token   404        404     404          404   404           404    404              404       404        404  404      404       404         404
POST    invitation_accept    wrong-token   404        404     404          404   404           404    404              404       404        404  404      404       404         404
POST    invitation_resend    invitation    login      404     403          403   ok            404    404              404       404        404  404      404       ok          ok
POST    invitation_revoke    invitation    login      404     403          403   ok            404    404              404       404        404  404      404       ok          ok
GET     invite               -             login      403     ok           ok    ok            ok     ok               ok        ok         ok   ok       ok        ok          ok
GET     member_remove        colleague     login      404     403          403   ok            404    404              404       404        404  404      404       403         ok
POST    member_remove        colleague     login      404     403          403   ok            404    404              404       404        404  404      404       403         ok
GET     member_role          colleague     login      404     403          403   ok            404    404              404       404        404  404      404       403         ok
POST    member_role          colleague     login      404     403          403   ok            404    404              404       404        404  404      404       403         ok
GET     organisation         -             login      403     ok           ok    ok            ok     ok               ok        ok         ok   ok       ok        ok          ok
GET     organisation_add     -             login      403     403          403   403           403    403              403       403        403  403      403       ok          ok
POST    organisation_add     -             login      403     403          403   403           403    403              403       403        403  403      403       ok          ok
GET     organisation_detail  supplier      login      404     ok           ok    ok            404    404              404       404        404  404      404       ok          ok
GET     organisation_detail  customers     login      404     403          403   403           404    ok               ok        404        404  404      404       ok          ok
GET     organisation_edit    supplier      login      404     403          403   403           404    404              404       404        404  404      404       ok          ok
POST    organisation_edit    supplier      login      404     403          403   403           404    404              404       404        404  404      404       ok          ok
GET     organisation_invite  supplier      login      404     403          403   ok            404    404              404       404        404  404      404       ok          ok
POST    organisation_invite  supplier      login      404     403          403   ok            404    404              404       404        404  404      404       ok          ok
GET     organisation_list    -             login      403     403          403   403           403    403              403       403        403  403      403       ok          ok
POST    organisation_switch  -             login      404     404          404   404           404    404              404       404        404  404      404       404         404
GET     relationship_add     of-site       login      404     403          403   ok            404    404              404       404        404  404      404       403         403
POST    relationship_add     of-site       login      404     403          403   ok            404    404              404       404        404  404      404       403         403
GET     relationship_change  relationship  login      404     403          403   ok            404    404              404       404        404  404      404       403         403
POST    relationship_change  relationship  login      404     403          403   ok            404    404              404       404        404  404      404       403         403
GET     relationship_end     relationship  login      404     403          403   ok            404    404              404       404        404  404      404       403         403
POST    relationship_end     relationship  login      404     403          403   ok            404    404              404       404        404  404      404       403         403
GET     reminders            -             login      403     ok           ok    ok            ok     ok               ok        ok         ok   ok       ok        ok          ok
GET     reminders_choose     of-updates    login      403     403          403   ok            ok     404              404       404        404  404      404       404         404
GET     reminders_choose     of-replies    login      403     404          404   404           404    403              403       403        403  404      404       404         404
GET     reminders_choose     of-missing    login      403     404          404   404           404    404              404       404        404  404      404       403         ok
POST    reminders_choose     of-updates    login      403     403          403   ok            ok     404              404       404        404  404      404       404         404
POST    reminders_choose     of-replies    login      403     404          404   404           404    403              403       403        403  404      404       404         404
POST    reminders_choose     of-missing    login      403     404          404   404           404    404              404       404        404  404      404       403         ok
POST    reminders_put_back   of-updates    login      403     403          403   ok            ok     404              404       404        404  404      404       404         404
POST    reminders_put_back   of-replies    login      403     404          404   404           404    403              403       403        403  404      404       404         404
POST    reminders_put_back   of-missing    login      403     404          404   404           404    404              404       404        404  404      404       403         ok
GET     site                 site          login      404     ok           ok    ok            404    404              404       404        404  404      404       ok          ok
GET     site_add             supplier      login      404     403          403   403           404    404              404       404        404  404      404       ok          ok
POST    site_add             supplier      login      404     403          403   403           404    404              404       404        404  404      404       ok          ok
GET     site_edit            site          login      404     403          403   ok            404    404              404       404        404  404      404       ok          ok
POST    site_edit            site          login      404     403          403   ok            404    404              404       404        404  404      404       ok          ok
GET     site_list            -             login      403     ok           ok    ok            ok     403              403       403        403  403      403       ok          ok
"""

# Audits; `draft` is one that is not published.
AUDITS = """
method  route               target     anonymous  nobody  site_viewer  site  site_manager  site2  customer_viewer  customer  customer2  ngo  auditor  auditor2  compliance  admin
GET     audit               published  login      404     ok           ok    ok            404    404              404       404        404  ok       404       ok          ok
GET     audit               draft      login      404     404          404   404           404    404              404       404        404  ok       404       ok          ok
GET     audit_correct       published  login      404     403          403   403           404    404              404       404        404  403      404       ok          ok
POST    audit_correct       published  login      404     403          403   403           404    404              404       404        404  403      404       ok          ok
GET     audit_correct       draft      login      404     404          404   404           404    404              404       404        404  ok       404       ok          ok
POST    audit_correct       draft      login      404     404          404   404           404    404              404       404        404  ok       404       ok          ok
GET     audit_discard       draft      login      404     404          404   404           404    404              404       404        404  ok       404       ok          ok
POST    audit_discard       draft      login      404     404          404   404           404    404              404       404        404  ok       404       ok          ok
GET     audit_discard       published  login      404     403          403   403           404    404              404       404        404  ok       404       ok          ok
POST    audit_discard       published  login      404     403          403   403           404    404              404       404        404  ok       404       ok          ok
GET     audit_edit          draft      login      404     404          404   404           404    404              404       404        404  ok       404       ok          ok
POST    audit_edit          draft      login      404     404          404   404           404    404              404       404        404  ok       404       ok          ok
GET     audit_edit          published  login      404     403          403   403           404    404              404       404        404  ok       404       ok          ok
POST    audit_edit          published  login      404     403          403   403           404    404              404       404        404  ok       404       ok          ok
GET     audit_entry_add     in-draft   login      404     404          404   404           404    404              404       404        404  ok       404       ok          ok
POST    audit_entry_add     in-draft   login      404     404          404   404           404    404              404       404        404  ok       404       ok          ok
GET     audit_entry_edit    entry      login      404     404          404   404           404    404              404       404        404  ok       404       ok          ok
POST    audit_entry_edit    entry      login      404     404          404   404           404    404              404       404        404  ok       404       ok          ok
GET     audit_entry_remove  entry      login      404     404          404   404           404    404              404       404        404  ok       404       ok          ok
POST    audit_entry_remove  entry      login      404     404          404   404           404    404              404       404        404  ok       404       ok          ok
GET     audit_list          -          login      403     ok           ok    ok            ok     403              403       403        403  ok       ok        ok          ok
GET     audit_publish       draft      login      404     404          404   404           404    404              404       404        404  ok       404       ok          ok
POST    audit_publish       draft      login      404     404          404   404           404    404              404       404        404  ok       404       ok          ok
GET     audit_publish       published  login      404     403          403   403           404    404              404       404        404  ok       404       ok          ok
POST    audit_publish       published  login      404     403          403   403           404    404              404       404        404  ok       404       ok          ok
GET     audit_record        -          login      403     403          403   403           403    403              403       403        403  ok       ok        ok          ok
POST    audit_record        -          login      403     403          403   403           403    403              403       403        403  ok       ok        ok          ok
"""

# Importing audits, and publishing several at once.
IMPORTS = """
method  route                     target  anonymous  nobody  site_viewer  site  site_manager  site2  customer_viewer  customer  customer2  ngo  auditor  auditor2  compliance  admin
GET     audit_import              import  login      404     404          404   404           404    404              404       404        404  404      404       ok          ok
POST    audit_import              import  login      404     404          404   404           404    404              404       404        404  404      404       ok          ok
GET     audit_import_problems     import  login      404     404          404   404           404    404              404       404        404  404      404       ok          ok
GET     audit_import_template     -       login      403     403          403   403           403    403              403       403        403  403      403       ok          ok
GET     audit_import_upload       -       login      403     403          403   403           403    403              403       403        403  403      403       ok          ok
POST    audit_import_upload       -       login      403     403          403   403           403    403              403       403        403  403      403       ok          ok
GET     audits_to_publish         -       login      403     403          403   403           403    403              403       403        403  ok       ok        ok          ok
POST    audits_to_publish         -       login      403     403          403   403           403    403              403       403        403  ok       ok        ok          ok
POST    audits_publish            -       login      403     403          403   403           403    403              403       403        403  ok       ok        ok          ok
GET     invitation_prepared_list  -       login      403     403          403   403           403    403              403       403        403  403      403       ok          ok
POST    invitation_prepared_list  -       login      403     403          403   403           403    403              403       403        403  403      403       ok          ok
"""

# CARs; `quiet-car` is one whose plan was shared with nobody.
CARS = """
method  route                   target           anonymous  nobody  site_viewer  site  site_manager  site2  customer_viewer  customer  customer2  ngo  auditor  auditor2  compliance  admin
GET     finding                 car              login      404     ok           ok    ok            404    ok               ok        404        ok   ok       404       ok          ok
GET     finding                 quiet-car        login      404     ok           ok    ok            404    404              404       404        404  ok       404       ok          ok
GET     finding_decide          car              login      404     403          403   403           404    403              403       404        403  403      404       ok          403
POST    finding_decide          car              login      404     403          403   403           404    403              403       404        403  403      404       ok          403
GET     finding_filter_matches  sites            login      ok      ok           ok    ok            ok     ok               ok        ok         ok   ok       ok        ok          ok
GET     finding_filter_matches  customers-named  login      404     404          404   404           404    404              404       404        404  404      404       ok          ok
GET     finding_filter_matches  audit-companies  login      404     ok           ok    ok            ok     404              404       404        404  404      404       ok          ok
GET     finding_filter_matches  statuses         login      404     404          404   404           404    404              404       404        404  404      404       404         404
GET     finding_snooze          car              login      404     ok           ok    ok            404    ok               ok        404        ok   403      404       ok          ok
POST    finding_snooze          car              login      404     ok           ok    ok            404    ok               ok        404        ok   403      404       ok          ok
GET     finding_snooze          quiet-car        login      404     ok           ok    ok            404    404              404       404        404  403      404       ok          ok
POST    finding_snooze          quiet-car        login      404     ok           ok    ok            404    404              404       404        404  403      404       ok          ok
GET     finding_list            -                login      ok      ok           ok    ok            ok     ok               ok        ok         ok   ok       ok        ok          ok
GET     finding_list_csv        -                login      ok      ok           ok    ok            ok     ok               ok        ok         ok   ok       ok        ok          ok
GET     finding_list_excel      -                login      ok      ok           ok    ok            ok     ok               ok        ok         ok   ok       ok        ok          ok
GET     search                  -                login      ok      ok           ok    ok            ok     ok               ok        ok         ok   ok       ok        ok          ok
GET     selection               -                login      ok      ok           ok    ok            ok     ok               ok        ok         ok   ok       ok        ok          ok
POST    selection_remind        -                login      403     403          ok    ok            ok     403              403       403        403  403      403       ok          403
GET     triage                  car              login      404     ok           ok    ok            404    404              404       404        404  404      404       ok          ok
POST    triage                  car              login      404     403          ok    ok            404    404              404       404        404  404      404       403         403
POST    triage_support          car              login      404     403          ok    ok            404    404              404       404        404  404      404       403         403
"""

# Views of CARs that an editor of Green Valley saved, for colleagues and for itself.
SAVED_VIEWS = """
method  route        target       anonymous  nobody  site_viewer  site  site_manager  site2  customer_viewer  customer  customer2  ngo  auditor  auditor2  compliance  admin
GET     saved_views  -            login      ok      ok           ok    ok            ok     ok               ok        ok         ok   ok       ok        ok          ok
GET     view_save    of-list      login      403     ok           ok    ok            ok     ok               ok        ok         ok   ok       ok        ok          ok
POST    view_save    of-list      login      403     ok           ok    ok            ok     ok               ok        ok         ok   ok       ok        ok          ok
GET     view_save    of-home      login      403     404          404   404           404    404              404       404        404  404      404       ok          ok
POST    view_save    of-home      login      403     404          404   404           404    404              404       404        404  404      404       ok          ok
GET     view_open    shared-view  login      404     ok           ok    ok            404    404              404       404        404  404      404       404         404
GET     view_open    own-view     login      404     404          ok    404           404    404              404       404        404  404      404       404         404
GET     view_change  shared-view  login      404     403          ok    ok            404    404              404       404        404  404      404       404         404
POST    view_change  shared-view  login      404     403          ok    ok            404    404              404       404        404  404      404       404         404
GET     view_change  own-view     login      404     404          ok    404           404    404              404       404        404  404      404       404         404
POST    view_change  own-view     login      404     404          ok    404           404    404              404       404        404  404      404       404         404
GET     view_remove  shared-view  login      404     403          ok    ok            404    404              404       404        404  404      404       404         404
POST    view_remove  shared-view  login      404     403          ok    ok            404    404              404       404        404  404      404       404         404
GET     view_remove  own-view     login      404     404          ok    404           404    404              404       404        404  404      404       404         404
POST    view_remove  own-view     login      404     404          ok    404           404    404              404       404        404  404      404       404         404
"""

# Escalations of an urgent CAR; the first customer was told of it, the second was not.
ESCALATIONS = """
method  route                   target      anonymous  nobody  site_viewer  site  site_manager  site2  customer_viewer  customer  customer2  ngo  auditor  auditor2  compliance  admin
GET     escalation_raise        car         login      404     403          ok    ok            404    404              404       404        404  404      404       403         403
POST    escalation_raise        car         login      404     403          ok    ok            404    404              404       404        404  404      404       403         403
GET     escalation              escalation  login      404     ok           ok    ok            404    ok               ok        404        404  404      404       ok          ok
GET     escalation_tell         escalation  login      404     403          ok    ok            404    403              403       404        404  404      404       403         403
POST    escalation_tell         escalation  login      404     403          ok    ok            404    403              403       404        404  404      404       403         403
GET     escalation_told         escalation  login      404     403          ok    ok            404    403              403       404        404  404      404       403         403
POST    escalation_told         escalation  login      404     403          ok    ok            404    403              403       404        404  404      404       403         403
GET     escalation_call_off     escalation  login      404     403          ok    ok            404    403              403       404        404  404      404       403         403
POST    escalation_call_off     escalation  login      404     403          ok    ok            404    403              403       404        404  404      404       403         403
POST    escalation_acknowledge  escalation  login      404     403          403   403           404    403              ok        404        404  404      404       ok          403
GET     escalation_taken_over   escalation  login      404     403          ok    ok            404    403              ok        404        404  404      404       403         403
POST    escalation_taken_over   escalation  login      404     403          ok    ok            404    403              ok        404        404  404      404       403         403
"""

# Plans and shares; `share` is the first customer's, `quiet-plan` was shared with nobody.
PLANS = """
method  route           target      anonymous  nobody  site_viewer  site  site_manager  site2  customer_viewer  customer  customer2  ngo  auditor  auditor2  compliance  admin
GET     annex_blank     -           ok         ok      ok           ok    ok            ok     ok               ok        ok         ok   ok       ok        ok          ok
GET     plan            plan-of     login      404     ok           ok    ok            404    ok               ok        404        ok   404      404       ok          ok
GET     plan            quiet-plan  login      404     ok           ok    ok            404    404              404       404        404  404      404       ok          ok
GET     plan_agree      plan-of     login      404     403          ok    ok            404    403              403       404        403  404      404       403         403
POST    plan_agree      plan-of     login      404     403          ok    ok            404    403              403       404        403  404      404       403         403
GET     plan_agree      quiet-plan  login      404     403          ok    ok            404    404              404       404        404  404      404       403         403
POST    plan_agree      quiet-plan  login      404     403          ok    ok            404    404              404       404        404  404      404       403         403
GET     plan_carry_on   plan-of     login      404     403          404   404           404    403              403       404        403  404      404       403         403
POST    plan_carry_on   plan-of     login      404     403          404   404           404    403              403       404        403  404      404       403         403
GET     plan_edit       plan-of     login      404     403          ok    ok            404    403              403       404        403  404      404       403         403
POST    plan_edit       plan-of     login      404     403          ok    ok            404    403              403       404        403  404      404       403         403
GET     plan_edit       quiet-plan  login      404     403          ok    ok            404    404              404       404        404  404      404       403         403
POST    plan_edit       quiet-plan  login      404     403          ok    ok            404    404              404       404        404  404      404       403         403
GET     plan_pdf        plan-of     login      404     ok           ok    ok            404    404              404       404        404  404      404       ok          ok
POST    plan_pdf        plan-of     login      404     ok           ok    ok            404    404              404       404        404  404      404       ok          ok
GET     plan_pdf        quiet-plan  login      404     404          404   404           404    404              404       404        404  404      404       404         404
POST    plan_pdf        quiet-plan  login      404     404          404   404           404    404              404       404        404  404      404       404         404
GET     plan_publish    plan-of     login      404     403          ok    ok            404    403              403       404        403  404      404       403         403
POST    plan_publish    plan-of     login      404     403          ok    ok            404    403              403       404        403  404      404       403         403
GET     plan_publish    quiet-plan  login      404     403          ok    ok            404    404              404       404        404  404      404       403         403
POST    plan_publish    quiet-plan  login      404     403          ok    ok            404    404              404       404        404  404      404       403         403
GET     plan_share      plan-of     login      404     403          ok    ok            404    403              403       404        403  404      404       403         403
POST    plan_share      plan-of     login      404     403          ok    ok            404    403              403       404        403  404      404       403         403
GET     plan_share      quiet-plan  login      404     403          ok    ok            404    404              404       404        404  404      404       403         403
POST    plan_share      quiet-plan  login      404     403          ok    ok            404    404              404       404        404  404      404       403         403
GET     plan_update     plan-of     login      404     403          ok    ok            404    403              403       404        403  404      404       403         403
POST    plan_update     plan-of     login      404     403          ok    ok            404    403              403       404        403  404      404       403         403
GET     plan_update     quiet-plan  login      404     403          ok    ok            404    404              404       404        404  404      404       403         403
POST    plan_update     quiet-plan  login      404     403          ok    ok            404    404              404       404        404  404      404       403         403
GET     plan_uploaded   plan-of     login      404     403          ok    ok            404    403              403       404        403  404      404       403         403
POST    plan_uploaded   plan-of     login      404     403          ok    ok            404    403              403       404        403  404      404       403         403
GET     share           share       login      404     ok           ok    ok            404    ok               ok        404        404  404      404       404         404
GET     share           ngos-share  login      404     ok           ok    ok            404    404              404       404        ok   404      404       404         404
GET     share_agree     share       login      404     403          ok    ok            404    403              ok        404        404  404      404       404         404
POST    share_agree     share       login      404     403          ok    ok            404    403              ok        404        404  404      404       404         404
GET     share_agree     ngos-share  login      404     403          ok    ok            404    404              404       404        ok   404      404       404         404
POST    share_agree     ngos-share  login      404     403          ok    ok            404    404              404       404        ok   404      404       404         404
GET     share_answer    share       login      404     403          ok    ok            404    403              ok        404        404  404      404       404         404
POST    share_answer    share       login      404     403          ok    ok            404    403              ok        404        404  404      404       404         404
GET     share_answer    ngos-share  login      404     403          ok    ok            404    404              404       404        ok   404      404       404         404
POST    share_answer    ngos-share  login      404     403          ok    ok            404    404              404       404        ok   404      404       404         404
GET     share_pdf       share       login      404     ok           ok    ok            404    ok               ok        404        404  404      404       404         404
POST    share_pdf       share       login      404     ok           ok    ok            404    ok               ok        404        404  404      404       404         404
GET     share_pdf       ngos-share  login      404     ok           ok    ok            404    404              404       404        ok   404      404       404         404
POST    share_pdf       ngos-share  login      404     ok           ok    ok            404    404              404       404        ok   404      404       404         404
GET     share_reply     share       login      404     403          403   403           404    403              ok        404        404  404      404       404         404
POST    share_reply     share       login      404     403          403   403           404    403              ok        404        404  404      404       404         404
GET     share_reply     ngos-share  login      404     403          403   403           404    404              404       404        ok   404      404       404         404
POST    share_reply     ngos-share  login      404     403          403   403           404    404              404       404        ok   404      404       404         404
GET     share_withdraw  share       login      404     403          ok    ok            404    403              403       404        404  404      404       404         404
POST    share_withdraw  share       login      404     403          ok    ok            404    403              403       404        404  404      404       404         404
"""

# Django’s admin, for the operator’s managers alone; what may not be written there is in `403`.
ADMINISTRATION = """
method  route                                              target                     anonymous  nobody  site_viewer  site  site_manager  site2  customer_viewer  customer  customer2  ngo  auditor  auditor2  compliance  admin
GET     admin:app_list                                     admin-app                  login      404     404          404   404           404    404              404       404        404  404      404       404         ok
GET     admin:core_delivery_change                         admin-delivery             login      404     404          404   404           404    404              404       404        404  404      404       404         ok
POST    admin:core_delivery_change                         admin-delivery             login      404     404          404   404           404    404              404       404        404  404      404       404         403
GET     admin:core_delivery_changelist                     -                          login      404     404          404   404           404    404              404       404        404  404      404       404         ok
GET     admin:core_notification_change                     admin-notification         login      404     404          404   404           404    404              404       404        404  404      404       404         ok
POST    admin:core_notification_change                     admin-notification         login      404     404          404   404           404    404              404       404        404  404      404       404         403
GET     admin:core_notification_changelist                 -                          login      404     404          404   404           404    404              404       404        404  404      404       404         ok
GET     admin:findings_requirementtitle_add                -                          login      404     404          404   404           404    404              404       404        404  404      404       404         ok
POST    admin:findings_requirementtitle_add                -                          login      404     404          404   404           404    404              404       404        404  404      404       404         ok
GET     admin:findings_requirementtitle_change             admin-title                login      404     404          404   404           404    404              404       404        404  404      404       404         ok
POST    admin:findings_requirementtitle_change             admin-title                login      404     404          404   404           404    404              404       404        404  404      404       404         ok
GET     admin:findings_requirementtitle_changelist         -                          login      404     404          404   404           404    404              404       404        404  404      404       404         ok
GET     admin:index                                        -                          login      404     404          404   404           404    404              404       404        404  404      404       404         ok
GET     admin:jsi18n                                       -                          login      404     404          404   404           404    404              404       404        404  404      404       404         ok
GET     admin:stakeholders_invitation_change               admin-invitation           login      404     404          404   404           404    404              404       404        404  404      404       404         ok
POST    admin:stakeholders_invitation_change               admin-invitation           login      404     404          404   404           404    404              404       404        404  404      404       404         403
GET     admin:stakeholders_invitation_changelist           -                          login      404     404          404   404           404    404              404       404        404  404      404       404         ok
GET     admin:stakeholders_membership_change               admin-membership           login      404     404          404   404           404    404              404       404        404  404      404       404         ok
POST    admin:stakeholders_membership_change               admin-membership           login      404     404          404   404           404    404              404       404        404  404      404       404         403
GET     admin:stakeholders_membership_changelist           -                          login      404     404          404   404           404    404              404       404        404  404      404       404         ok
GET     admin:stakeholders_organisation_change             admin-organisation         login      404     404          404   404           404    404              404       404        404  404      404       404         ok
POST    admin:stakeholders_organisation_change             admin-organisation         login      404     404          404   404           404    404              404       404        404  404      404       404         403
GET     admin:stakeholders_organisation_changelist         -                          login      404     404          404   404           404    404              404       404        404  404      404       404         ok
GET     admin:stakeholders_site_change                     admin-site                 login      404     404          404   404           404    404              404       404        404  404      404       404         ok
POST    admin:stakeholders_site_change                     admin-site                 login      404     404          404   404           404    404              404       404        404  404      404       404         403
GET     admin:stakeholders_site_changelist                 -                          login      404     404          404   404           404    404              404       404        404  404      404       404         ok
GET     admin:stakeholders_tradingrelationship_change      admin-tradingrelationship  login      404     404          404   404           404    404              404       404        404  404      404       404         ok
POST    admin:stakeholders_tradingrelationship_change      admin-tradingrelationship  login      404     404          404   404           404    404              404       404        404  404      404       404         403
GET     admin:stakeholders_tradingrelationship_changelist  -                          login      404     404          404   404           404    404              404       404        404  404      404       404         ok
GET     admin:stakeholders_user_change                     admin-user                 login      404     404          404   404           404    404              404       404        404  404      404       404         ok
POST    admin:stakeholders_user_change                     admin-user                 login      404     404          404   404           404    404              404       404        404  404      404       404         ok
GET     admin:stakeholders_user_changelist                 -                          login      404     404          404   404           404    404              404       404        404  404      404       404         ok"""

# The files of a plan: one for the site alone, one for a customer, one for everyone who reads the plan.
EVIDENCE = """
method  route             target          anonymous  nobody  site_viewer  site  site_manager  site2  customer_viewer  customer  customer2  ngo  auditor  auditor2  compliance  admin
GET     evidence_add      plan-of         login      404     403          ok    ok            404    403              403       404        403  404      404       403         403
POST    evidence_add      plan-of         login      404     403          ok    ok            404    403              403       404        403  404      404       403         403
GET     evidence_add      quiet-plan      login      404     403          ok    ok            404    404              404       404        404  404      404       403         403
POST    evidence_add      quiet-plan      login      404     403          ok    ok            404    404              404       404        404  404      404       403         403
GET     evidence_file     own-file        login      404     ok           ok    ok            404    404              404       404        404  404      404       404         404
GET     evidence_file     customers-file  login      404     ok           ok    ok            404    ok               ok        404        404  404      404       404         404
GET     evidence_file     file            login      404     ok           ok    ok            404    ok               ok        404        ok   404      404       ok          ok
GET     evidence_readers  own-file        login      404     403          ok    ok            404    404              404       404        404  404      404       404         404
GET     evidence_readers  customers-file  login      404     403          ok    ok            404    403              403       404        404  404      404       404         404
GET     evidence_readers  file            login      404     403          ok    ok            404    403              403       404        403  404      404       403         403
POST    evidence_readers  own-file        login      404     403          ok    ok            404    404              404       404        404  404      404       404         404
POST    evidence_readers  customers-file  login      404     403          ok    ok            404    403              403       404        404  404      404       404         404
POST    evidence_readers  file            login      404     403          ok    ok            404    403              403       404        403  404      404       403         403
GET     evidence_redact   own-file        login      404     403          ok    ok            404    404              404       404        404  404      404       404         404
GET     evidence_redact   customers-file  login      404     403          ok    ok            404    403              403       404        404  404      404       404         404
GET     evidence_redact   file            login      404     403          ok    ok            404    403              403       404        403  404      404       ok          ok
POST    evidence_redact   own-file        login      404     403          ok    ok            404    404              404       404        404  404      404       404         404
POST    evidence_redact   customers-file  login      404     403          ok    ok            404    403              403       404        404  404      404       404         404
POST    evidence_redact   file            login      404     403          ok    ok            404    403              403       404        403  404      404       ok          ok
"""

# The versions of a plan, and what is removed from it.
VERSIONS = """
method  route              target        anonymous  nobody  site_viewer  site  site_manager  site2  customer_viewer  customer  customer2  ngo  auditor  auditor2  compliance  admin
GET     plan_compare       plan-of       login      404     ok           ok    ok            404    403              403       404        403  404      404       403         403
GET     plan_compare       quiet-plan    login      404     ok           ok    ok            404    404              404       404        404  404      404       403         403
GET     plan_redact        plan-of       login      404     403          ok    ok            404    403              403       404        403  404      404       ok          403
POST    plan_redact        plan-of       login      404     403          ok    ok            404    403              403       404        403  404      404       ok          403
GET     plan_redact        quiet-plan    login      404     403          ok    ok            404    404              404       404        404  404      404       404         403
POST    plan_redact        quiet-plan    login      404     403          ok    ok            404    404              404       404        404  404      404       404         403
GET     plan_restore       revision      login      404     403          ok    ok            404    403              403       404        403  404      404       403         403
POST    plan_restore       revision      login      404     403          ok    ok            404    403              403       404        403  404      404       403         403
GET     plan_version       revision      login      404     ok           ok    ok            404    403              403       404        403  404      404       403         403
GET     plan_versions      plan-of       login      404     ok           ok    ok            404    403              403       404        403  404      404       403         403
GET     plan_versions      quiet-plan    login      404     ok           ok    ok            404    404              404       404        404  404      404       403         403
GET     share_compare      share         login      404     ok           ok    ok            404    ok               ok        404        404  404      404       404         404
GET     share_version      sending       login      404     ok           ok    ok            404    ok               ok        404        404  404      404       404         404
GET     share_version      ngos-sending  login      404     ok           ok    ok            404    404              404       404        ok   404      404       404         404
"""

# Long lists that were saved as a file.
FILES = """
method  route               target      anonymous  nobody  site_viewer  site  site_manager  site2  customer_viewer  customer  customer2  ngo  auditor  auditor2  compliance  admin
GET     list_files          -           login      403     ok           ok    ok            ok     ok               ok        ok         ok   ok       ok        ok          ok
GET     list_file_new       -           login      403     ok           ok    ok            ok     ok               ok        ok         ok   ok       ok        ok          ok
POST    list_file_new       -           login      403     ok           ok    ok            ok     ok               ok        ok         ok   ok       ok        ok          ok
GET     list_file           sites-list  login      404     404          ok    404           404    404              404       404        404  404      404       404         404
GET     list_file_download  sites-list  login      404     404          ok    404           404    404              404       404        404  404      404       404         404
"""

# Agreements on updates that a side ends.
AGREEMENTS = """
method  route                target      anonymous  nobody  site_viewer  site  site_manager  site2  customer_viewer  customer  customer2  ngo  auditor  auditor2  compliance  admin
GET     share_end_agreement  share       login      404     403          ok    ok            404    403              ok        404        404  404      404       404         404
POST    share_end_agreement  share       login      404     403          ok    ok            404    403              ok        404        404  404      404       404         404
GET     share_end_agreement  ngos-share  login      404     403          ok    ok            404    404              404       404        ok   404      404       404         404
POST    share_end_agreement  ngos-share  login      404     403          ok    ok            404    404              404       404        ok   404      404       404         404
"""

# What the two sides of a share say to each other, and what each keeps for itself.
THREADS = """
method  route           target             anonymous  nobody  site_viewer  site  site_manager  site2  customer_viewer  customer  customer2  ngo  auditor  auditor2  compliance  admin
GET     share_comment   share              login      404     403          ok    ok            404    403              ok        404        404  404      404       404         404
GET     share_comment   ngos-share         login      404     403          ok    ok            404    404              404       404        ok   404      404       404         404
POST    share_comment   share              login      404     403          ok    ok            404    403              ok        404        404  404      404       404         404
POST    share_comment   ngos-share         login      404     403          ok    ok            404    404              404       404        ok   404      404       404         404
GET     comment_edit    customers-comment  login      404     403          403   403           404    403              ok        404        404  404      404       403         404
GET     comment_edit    sites-comment      login      404     403          ok    403           404    404              404       404        403  404      404       403         404
POST    comment_edit    customers-comment  login      404     403          403   403           404    403              ok        404        404  404      404       403         404
POST    comment_edit    sites-comment      login      404     403          ok    403           404    404              404       404        403  404      404       403         404
GET     comment_settle  customers-comment  login      404     403          ok    ok            404    403              ok        404        404  404      404       403         404
GET     comment_settle  sites-comment      login      404     403          ok    ok            404    404              404       404        ok   404      404       403         404
POST    comment_settle  customers-comment  login      404     403          ok    ok            404    403              ok        404        404  404      404       403         404
POST    comment_settle  sites-comment      login      404     403          ok    ok            404    404              404       404        ok   404      404       403         404
GET     share_note      share              login      404     403          403   403           404    403              ok        404        404  404      404       404         404
GET     share_note      ngos-share         login      404     403          403   403           404    404              404       404        ok   404      404       404         404
POST    share_note      share              login      404     403          403   403           404    403              ok        404        404  404      404       404         404
POST    share_note      ngos-share         login      404     403          403   403           404    404              404       404        ok   404      404       404         404
GET     plan_note       plan-of            login      404     403          ok    ok            404    403              403       404        403  404      404       403         403
GET     plan_note       quiet-plan         login      404     403          ok    ok            404    404              404       404        404  404      404       403         403
POST    plan_note       plan-of            login      404     403          ok    ok            404    403              403       404        403  404      404       403         403
POST    plan_note       quiet-plan         login      404     403          ok    ok            404    404              404       404        404  404      404       403         403
GET     note_remove     customers-note     login      404     404          404   404           404    403              ok        404        404  404      404       404         404
GET     note_remove     sites-note         login      404     403          ok    ok            404    404              404       404        404  404      404       404         404
POST    note_remove     customers-note     login      404     404          404   404           404    403              ok        404        404  404      404       404         404
POST    note_remove     sites-note         login      404     403          ok    ok            404    404              404       404        404  404      404       404         404
"""

# Actions that a party took on, each with a report.
DUTIES = """
method  route             target            anonymous  nobody  site_viewer  site  site_manager  site2  customer_viewer  customer  customer2  ngo  auditor  auditor2  compliance  admin
GET     duty_accept       duty              login      404     403          403   403           404    403              ok        404        404  404      404       404         404
POST    duty_accept       duty              login      404     403          403   403           404    403              ok        404        404  404      404       404         404
GET     duty_accept       ngos-duty         login      404     403          403   403           404    404              404       404        ok   404      404       404         404
POST    duty_accept       ngos-duty         login      404     403          403   403           404    404              404       404        ok   404      404       404         404
GET     duty_decline      duty              login      404     403          403   403           404    403              ok        404        404  404      404       404         404
POST    duty_decline      duty              login      404     403          403   403           404    403              ok        404        404  404      404       404         404
GET     duty_decline      ngos-duty         login      404     403          403   403           404    404              404       404        ok   404      404       404         404
POST    duty_decline      ngos-duty         login      404     403          403   403           404    404              404       404        ok   404      404       404         404
GET     duty_report       duty              login      404     403          403   403           404    403              ok        404        404  404      404       404         404
POST    duty_report       duty              login      404     403          403   403           404    403              ok        404        404  404      404       404         404
GET     duty_report       ngos-duty         login      404     403          403   403           404    404              404       404        ok   404      404       404         404
POST    duty_report       ngos-duty         login      404     403          403   403           404    404              404       404        ok   404      404       404         404
GET     duty_report_take  duty-report       login      404     403          ok    ok            404    403              403       404        404  404      404       404         404
POST    duty_report_take  duty-report       login      404     403          ok    ok            404    403              403       404        404  404      404       404         404
GET     duty_report_take  ngos-duty-report  login      404     403          ok    ok            404    404              404       404        403  404      404       404         404
POST    duty_report_take  ngos-duty-report  login      404     403          ok    ok            404    404              404       404        403  404      404       404         404
"""

# Reminders that people set for themselves, or for those who write for their organisation.
NUDGES = """
method  route         target           anonymous  nobody  site_viewer  site  site_manager  site2  customer_viewer  customer  customer2  ngo  auditor  auditor2  compliance  admin
GET     nudge_set     plan-of          login      404     403          ok    ok            404    403              ok        404        ok   403      404       403         403
POST    nudge_set     plan-of          login      404     403          ok    ok            404    403              ok        404        ok   403      404       403         403
GET     nudge_set     quiet-plan       login      404     403          ok    ok            404    404              404       404        404  403      404       403         403
POST    nudge_set     quiet-plan       login      404     403          ok    ok            404    404              404       404        404  403      404       403         403
GET     nudge_change  sites-nudge      login      404     403          ok    ok            404    404              404       404        404  404      404       404         404
POST    nudge_change  sites-nudge      login      404     403          ok    ok            404    404              404       404        404  404      404       404         404
GET     nudge_change  nudge-to-self    login      404     404          ok    404           404    404              404       404        404  404      404       404         404
POST    nudge_change  nudge-to-self    login      404     404          ok    404           404    404              404       404        404  404      404       404         404
GET     nudge_change  customers-nudge  login      404     404          404   404           404    403              ok        404        404  404      404       404         404
POST    nudge_change  customers-nudge  login      404     404          404   404           404    403              ok        404        404  404      404       404         404
GET     nudge_remove  sites-nudge      login      404     403          ok    ok            404    404              404       404        404  404      404       404         404
POST    nudge_remove  sites-nudge      login      404     403          ok    ok            404    404              404       404        404  404      404       404         404
GET     nudge_remove  nudge-to-self    login      404     404          ok    404           404    404              404       404        404  404      404       404         404
POST    nudge_remove  nudge-to-self    login      404     404          ok    404           404    404              404       404        404  404      404       404         404
GET     nudge_remove  customers-nudge  login      404     404          404   404           404    403              ok        404        404  404      404       404         404
POST    nudge_remove  customers-nudge  login      404     404          404   404           404    403              ok        404        404  404      404       404         404
"""

# Calls that are agreed, each with an action from it.
CALLS = """
method  route             target            anonymous  nobody  site_viewer  site  site_manager  site2  customer_viewer  customer  customer2  ngo  auditor  auditor2  compliance  admin
GET     call_action_take  call-action       login      404     403          ok    ok            404    403              403       404        404  404      404       404         404
POST    call_action_take  call-action       login      404     403          ok    ok            404    403              403       404        404  404      404       404         404
GET     call_action_take  ngos-call-action  login      404     403          ok    ok            404    404              404       404        403  404      404       404         404
POST    call_action_take  ngos-call-action  login      404     403          ok    ok            404    404              404       404        403  404      404       404         404
GET     call_answer       call              login      404     403          ok    ok            404    403              ok        404        404  404      404       404         404
POST    call_answer       call              login      404     403          ok    ok            404    403              ok        404        404  404      404       404         404
GET     call_answer       ngos-call         login      404     403          ok    ok            404    404              404       404        ok   404      404       404         404
POST    call_answer       ngos-call         login      404     403          ok    ok            404    404              404       404        ok   404      404       404         404
GET     call_calendar     call              login      404     ok           ok    ok            404    ok               ok        404        404  404      404       404         404
GET     call_calendar     ngos-call         login      404     ok           ok    ok            404    404              404       404        ok   404      404       404         404
GET     call_end          call              login      404     403          ok    ok            404    403              ok        404        404  404      404       404         404
POST    call_end          call              login      404     403          ok    ok            404    403              ok        404        404  404      404       404         404
GET     call_end          ngos-call         login      404     403          ok    ok            404    404              404       404        ok   404      404       404         404
POST    call_end          ngos-call         login      404     403          ok    ok            404    404              404       404        ok   404      404       404         404
GET     call_minutes      call              login      404     403          ok    ok            404    403              ok        404        404  404      404       404         404
POST    call_minutes      call              login      404     403          ok    ok            404    403              ok        404        404  404      404       404         404
GET     call_minutes      ngos-call         login      404     403          ok    ok            404    404              404       404        ok   404      404       404         404
POST    call_minutes      ngos-call         login      404     403          ok    ok            404    404              404       404        ok   404      404       404         404
GET     call_times        call              login      404     403          ok    ok            404    403              ok        404        404  404      404       404         404
POST    call_times        call              login      404     403          ok    ok            404    403              ok        404        404  404      404       404         404
GET     call_times        ngos-call         login      404     403          ok    ok            404    404              404       404        ok   404      404       404         404
POST    call_times        ngos-call         login      404     403          ok    ok            404    404              404       404        ok   404      404       404         404
GET     share_call        share             login      404     403          ok    ok            404    403              ok        404        404  404      404       404         404
POST    share_call        share             login      404     403          ok    ok            404    403              ok        404        404  404      404       404         404
GET     share_call        ngos-share        login      404     403          ok    ok            404    404              404       404        ok   404      404       404         404
POST    share_call        ngos-share        login      404     403          ok    ok            404    404              404       404        ok   404      404       404         404
"""

# Support: the site lets compliance staff read one plan and its threads along, not the quiet one.
SUPPORT = """
method  route             target      anonymous  nobody  site_viewer  site  site_manager  site2  customer_viewer  customer  customer2  ngo  auditor  auditor2  compliance  admin
GET     plan_support      plan-of     login      404     403          ok    ok            404    403              403       404        403  404      404       403         403
POST    plan_support      plan-of     login      404     403          ok    ok            404    403              403       404        403  404      404       403         403
GET     plan_support      quiet-plan  login      404     403          ok    ok            404    404              404       404        404  404      404       403         403
POST    plan_support      quiet-plan  login      404     403          ok    ok            404    404              404       404        404  404      404       403         403
POST    plan_support_end  plan-of     login      404     403          ok    ok            404    403              403       404        403  404      404       403         403
POST    plan_support_end  quiet-plan  login      404     403          ok    ok            404    404              404       404        404  404      404       403         403
GET     plan_draft        plan-of     login      404     403          403   403           404    404              404       404        404  404      404       ok          404
GET     plan_draft        quiet-plan  login      404     404          404   404           404    404              404       404        404  404      404       404         404
GET     share_thread      share       login      404     403          403   403           404    403              403       404        404  404      404       ok          404
GET     share_thread      ngos-share  login      404     403          403   403           404    404              404       404        403  404      404       ok          404
"""

# Names taken out of the records of what happened; `nothing` has no record.
RECORDS = """
method  route          target                anonymous  nobody  site_viewer  site  site_manager  site2  customer_viewer  customer  customer2  ngo  auditor  auditor2  compliance  admin
GET     record_redact  record-of-plan        login      404     403          ok    ok            404    404              404       404        404  404      404       ok          403
POST    record_redact  record-of-plan        login      404     403          ok    ok            404    404              404       404        404  404      404       ok          403
GET     record_redact  record-of-quiet-plan  login      404     403          ok    ok            404    404              404       404        404  404      404       404         404
POST    record_redact  record-of-quiet-plan  login      404     403          ok    ok            404    404              404       404        404  404      404       404         404
GET     record_redact  record-of-car         login      404     403          ok    ok            404    403              403       404        403  403      404       ok          403
POST    record_redact  record-of-car         login      404     403          ok    ok            404    403              403       404        403  403      404       ok          403
GET     record_redact  record-of-audit       login      404     403          403   403           404    404              404       404        404  ok       404       ok          ok
POST    record_redact  record-of-audit       login      404     403          403   403           404    404              404       404        404  ok       404       ok          ok
GET     record_redact  record-of-draft       login      404     404          404   404           404    404              404       404        404  ok       404       ok          ok
POST    record_redact  record-of-draft       login      404     404          404   404           404    404              404       404        404  ok       404       ok          ok
GET     record_redact  record-of-supplier    login      404     403          403   ok            404    404              404       404        404  404      404       ok          ok
POST    record_redact  record-of-supplier    login      404     403          403   ok            404    404              404       404        404  404      404       ok          ok
GET     record_redact  record-of-customer    login      404     403          403   403           404    403              403       404        404  404      404       ok          ok
POST    record_redact  record-of-customer    login      404     403          403   403           404    403              403       404        404  404      404       ok          ok
GET     record_redact  record-of-nothing     login      404     404          404   404           404    404              404       404        404  404      404       404         404
POST    record_redact  record-of-nothing     login      404     404          404   404           404    404              404       404        404  404      404       404         404
"""

# Guests on their way in, links to a share, and parties that a site typed in. What a guest gets of all the others
# is in `tests.matrix.test_guests`.
GUESTS = """
method  route                    target        anonymous  nobody  site_viewer  site   site_manager  site2  customer_viewer  customer  customer2  ngo    auditor  auditor2  compliance  admin
GET     guest                    -             ok         ok      ok           ok     ok            ok     ok               ok        ok         ok     ok       ok        ok          ok
POST    guest                    -             ok         ok      ok           ok     ok            ok     ok               ok        ok         ok     ok       ok        ok          ok
GET     guest_account            -             404        404     404          404    404           404    404              404       404        404    404      404       404         404
POST    guest_account            -             404        404     404          404    404           404    404              404       404        404    404      404       404         404
GET     guest_code               -             ok         ok      ok           ok     ok            ok     ok               ok        ok         ok     ok       ok        ok          ok
POST    guest_code               -             ok         ok      ok           ok     ok            ok     ok               ok        ok         ok     ok       ok        ok          ok
POST    guest_leave              -             login      login   login        login  login         login  login            login     login      login  login    login     login       login
GET     guest_link               guest-token   ok         ok      ok           ok     ok            ok     ok               ok        ok         ok     ok       ok        ok          ok
GET     guest_link               wrong-token   ok         ok      ok           ok     ok            ok     ok               ok        ok         ok     ok       ok        ok          ok
GET     guest_link_add           guests-share  login      404     403          ok     ok            404    404              404       404        404    404      404       404         404
POST    guest_link_add           guests-share  login      404     403          ok     ok            404    404              404       404        404    404      404       404         404
GET     guest_link_add           share         login      404     403          ok     ok            404    403              403       404        404    404      404       404         404
POST    guest_link_add           share         login      404     403          ok     ok            404    403              403       404        404    404      404       404         404
POST    guest_link_revoke        guest-link    login      404     403          ok     ok            404    404              404       404        404    404      404       404         404
POST    guest_link_send          guest-link    login      404     403          ok     ok            404    404              404       404        404    404      404       404         404
GET     party_link               typed-in      login      404     403          403    403           404    404              404       404        404    404      404       ok          ok
POST    party_link               typed-in      login      404     403          403    403           404    404              404       404        404    404      404       ok          ok
GET     party_list               -             login      403     403          403    403           403    403              403       403        403    403      403       ok          ok
GET     plan_share_party         plan-of       login      404     403          ok     ok            404    403              403       404        403    404      404       403         403
POST    plan_share_party         plan-of       login      404     403          ok     ok            404    403              403       404        403    404      404       403         403
GET     plan_share_party         quiet-plan    login      404     403          ok     ok            404    404              404       404        404    404      404       403         403
POST    plan_share_party         quiet-plan    login      404     403          ok     ok            404    404              404       404        404    404      404       403         403
GET     plan_share_party_change  typed-in-for  login      404     403          ok     ok            404    403              403       404        403    404      404       403         403
POST    plan_share_party_change  typed-in-for  login      404     403          ok     ok            404    403              403       404        403    404      404       403         403
GET     share                    guests-share  login      404     ok           ok     ok            404    404              404       404        404    404      404       404         404
GET     evidence_file            guests-file   login      404     ok           ok     ok            404    404              404       404        404    404      404       404         404
"""

# Everything else.
PORTAL = """
method  route            target  anonymous  nobody  site_viewer  site  site_manager  site2  customer_viewer  customer  customer2  ngo  auditor  auditor2  compliance  admin
GET     dashboard_excel  -       login      403     403          403   403           403    403              403       403        403  403      403       ok          ok
GET     dashboard_pdf    -       login      403     403          403   403           403    403              403       403        403  403      403       ok          ok
POST    dashboard_pdf    -       login      403     403          403   403           403    403              403       403        403  403      403       ok          ok
GET     healthz          -       ok         ok      ok           ok    ok            ok     ok               ok        ok         ok   ok       ok        ok          ok
GET     home             -       ok         ok      ok           ok    ok            ok     ok               ok        ok         ok   ok       ok        ok          ok
GET     livez            -       ok         ok      ok           ok    ok            ok     ok               ok        ok         ok   ok       ok        ok          ok
GET     local_mail       mail    ok         ok      ok           ok    ok            ok     ok               ok        ok         ok   ok       ok        ok          ok
GET     local_mail_list  -       ok         ok      ok           ok    ok            ok     ok               ok        ok         ok   ok       ok        ok          ok
GET     outstanding      -       login      403     403          403   403           403    403              403       403        403  403      403       ok          ok
GET     operations       -       login      404     404          404   404           404    404              404       404        404  404      404       404         ok
POST    operations       -       login      404     404          404   404           404    404              404       404        404  404      404       404         ok
"""

# Addresses that take no mail. Reports come from a mail service, which shows a secret; here none is named.
MAIL = """
method  route               target      anonymous  nobody  site_viewer  site  site_manager  site2  customer_viewer  customer  customer2  ngo  auditor  auditor2  compliance  admin
POST    address_works       no-mail-at  login      404     404          404   404           404    404              404       404        404  404      404       404         ok
POST    mail_reports        -           404        404     404          404   404           404    404              404       404        404  404      404       404         404
POST    member_mail_works   colleague   login      404     403          403   ok            404    404              404       404        404  404      404       403         ok
POST    profile_mail_works  -           login      ok      ok           ok    ok            ok     ok               ok        ok         ok   ok       ok        ok          ok
"""

ALL = [
    ACCOUNTS,
    INBOX,
    PEOPLE,
    AUDITS,
    IMPORTS,
    CARS,
    SAVED_VIEWS,
    FILES,
    ESCALATIONS,
    PLANS,
    VERSIONS,
    EVIDENCE,
    AGREEMENTS,
    THREADS,
    DUTIES,
    NUDGES,
    CALLS,
    GUESTS,
    SUPPORT,
    RECORDS,
    ADMINISTRATION,
    MAIL,
    PORTAL,
]
