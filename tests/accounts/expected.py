"""What every address answers to whom, written down by hand: the marks on the views are checked against this.

One line an address: its name, then what GET answers to six people, then what POST answers to the same six.

    in   asks to sign in          200  a page             302  done, and sent on
    403  not for this role        404  nothing is here    405  not this way        422  shown again, refused

"other" is an administrator of another organisation who names our things. 404 stands there wherever an address
names a thing; a page that names none (the list of schemes) is their own.
"""

from __future__ import annotations

# the columns: a stranger, other, field staff, facilitator, reviewer, admin
TABLE = """
home                                   in 200 200 200 200 200    in 405 405 405 405 405
help                                  200 200 200 200 200 200   405 405 405 405 405 405
words                                 200 200 200 200 200 200   405 405 405 405 405 405
help_topic                            200 200 200 200 200 200   405 405 405 405 405 405
guides:guide                          200 200 200 200 200 200   405 405 405 405 405 405
guides:trainings                       in 200 200 200 200 200    in 405 405 405 405 405
guides:new_training                    in 405 405 403 403 405    in 302 302 403 403 302
guides:training                        in 404 200 200 200 200    in 405 405 405 405 405
trail                                  in 200 403 403 403 200    in 405 403 403 403 405
trail_csv                              in 200 403 403 403 200    in 405 403 403 403 405
status                                 in 200 403 403 403 200    in 405 403 403 403 405
status_retry                           in 405 403 403 403 405    in 404 403 403 403 302
csp_report                            405 405 405 405 405 405   204 204 204 204 204 204
security_txt                          404 404 404 404 404 404   405 405 405 405 405 405
security_policy                       200 200 200 200 200 200   405 405 405 405 405 405
jobs:status                            in 404 200 200 200 200    in 405 405 405 405 405
accounts:go_on                         in 302 302 302 302 302    in 302 302 302 302 302
accounts:somebody_else                405 405 405 405 405 405    in  in  in  in  in  in
accounts:join                         200 200 200 200 200 200   422 302 422 422 422 422
accounts:choose_password              410 410 410 410 410 410   410 410 410 410 410 410
accounts:language                     405 405 405 405 405 405   302 302 302 302 302 302
accounts:account                       in 200 200 200 200 200    in 302 302 302 302 302
accounts:end_other_sessions            in 405 405 405 405 405    in 302 302 302 302 302
accounts:end_session                   in 405 405 405 405 405    in 404 404 404 404 404
accounts:switch_organisation           in 200 200 200 200 200    in 404 404 404 404 404
accounts:organisation_settings         in 200 403 403 403 200    in 422 403 403 403 422
accounts:people                        in 200 403 403 403 200    in 422 403 403 403 422
accounts:member                        in 404 403 403 403 200    in 404 403 403 403 422
accounts:switch_off                    in 405 403 403 403 405    in 404 403 403 403 302
accounts:switch_on                     in 405 403 403 403 405    in 404 403 403 403 302
accounts:password_link                 in 405 403 403 403 405    in 404 403 403 403 302
accounts:withdraw                      in 405 403 403 403 405    in 404 403 403 403 302
account_login                         200 302 302 302 302 302   200 302 302 302 302 302
mfa_authenticate                       in 302 302 302 302 302    in 302 302 302 302 302
account_inactive                      200 200 200 200 200 200   405 405 405 405 405 405
account_logout                         in 405 405 405 405 405    in  in  in  in  in  in
account_reset_password                200 200 200 200 200 200   200 200 200 200 200 200
account_reset_password_done           200 200 200 200 200 200   405 405 405 405 405 405
account_reset_password_from_key_done  200 200 200 200 200 200   405 405 405 405 405 405
account_reset_password_from_key       200 200 200 200 200 200   200 200 200 200 200 200
account_change_password                in 200 200 200 200 200    in 200 200 200 200 200
account_email                          in 200 200 200 200 200    in 302 302 302 302 302
account_confirm_email                 200 200 200 200 200 200   404 404 404 404 404 404
account_reauthenticate                 in 200 200 200 200 200    in 200 200 200 200 200
mfa_reauthenticate                     in 302 302 302 302 302    in 302 302 302 302 302
mfa_index                              in 302 302 302 302 302    in 405 405 405 405 405
mfa_activate_totp                      in 302 302 302 302 302    in 302 302 302 302 302
mfa_deactivate_totp                    in 404 404 404 404 404    in 404 404 404 404 404
mfa_view_recovery_codes                in 404 404 404 404 404    in 405 405 405 405 405
mfa_generate_recovery_codes            in 302 302 302 302 302    in 302 302 302 302 302
mfa_download_recovery_codes            in 404 404 404 404 404    in 404 404 404 404 404
offline:worker                        200 200 200 200 200 200   405 405 405 405 405 405
offline:manifest                      200 200 200 200 200 200   405 405 405 405 405 405
offline:away                          200 200 200 200 200 200   405 405 405 405 405 405
offline:contact                       200 200 200 200 200 200   405 405 405 405 405 405
offline:kept                           in 404 200 200 200 200    in 405 405 405 405 405
offline:keep_list                      in 404 200 200 200 200    in 405 405 405 405 405
offline:pack                           in 404 200 200 200 200    in 405 405 405 405 405
offline:single                         in 404 200 200 200 200    in 405 405 405 405 405
offline:sheet                          in 405 405 405 405 405    in 404 422 422 422 422
offline:compare                        in 405 405 405 405 405    in 404 422 422 422 422
calculator:sheet                       in 404 200 200 200 200    in 404 302 302 302 302
calculator:sure                        in 404 200 200 200 200    in 405 405 405 405 405
calculator:movers                      in 404 200 200 200 200    in 405 405 405 405 405
calculator:packages                    in 404 200 200 200 200    in 405 405 405 405 405
workshop:handover                      in 404 200 200 200 200    in 405 405 405 405 405
workshop:handover_file                 in 404 200 200 200 200    in 405 405 405 405 405
workshop:everything                    in 404 200 200 200 200    in 405 405 405 405 405
workshop:compare                       in 404 200 200 200 200    in 405 405 405 405 405
calculator:runs                        in 404 200 200 200 200    in 405 405 405 405 405
calculator:package                     in 404 200 200 200 200    in 405 405 405 405 405
calculator:package_sure                in 404 200 200 200 200    in 405 405 405 405 405
calculator:open                        in 405 405 405 405 405    in 404 302 302 302 302
calculator:copy                        in 405 405 405 405 405    in 404 302 302 302 302
calculator:delete                      in 405 405 405 403 405    in 404 302 302 403 302
calculator:restore                     in 405 405 405 403 405    in 404 302 302 403 302
calculator:case                        in 404 200 200 200 200    in 405 405 405 405 405
calculator:csv                         in 404 200 200 200 200    in 405 405 405 405 405
calculator:package_excel               in 404 200 200 200 200    in 405 405 405 405 405
calculator:scheme_excel                in 404 200 200 200 200    in 405 405 405 405 405
calculator:old_sheet                   in 404 200 200 200 200    in 404 422 422 422 422
calculator:old_sheet_found             in 404 200 200 200 200    in 404 302 302 302 302
calculator:old_sheet_sample            in 200 200 200 200 200    in 405 405 405 405 405
calculator:run                         in 404 200 200 200 200    in 405 405 405 405 405
calculator:progress                    in 404 200 200 200 200    in 405 405 405 405 405
calculator:cancel                      in 405 405 405 403 405    in 404 302 302 403 302
calculator:retry                       in 405 405 405 403 405    in 404 302 302 403 302
calculator:dossier                     in 404 200 200 200 200    in 405 405 405 405 405
calculator:dossier_pdf                 in 404 200 200 200 200    in 405 405 405 405 405
calculator:sign                        in 403 403 403 200 403    in 403 403 403 422 403
calculator:sign_off                    in 404 200 200 200 200    in 405 405 405 405 405
calculator:sign_off_pdf                in 404 200 200 200 200    in 405 405 405 405 405
calculator:sign_off_json               in 404 200 200 200 200    in 405 405 405 405 405
calculator:withdraw                    in 403 403 403 200 403    in 403 403 403 422 403
explained:package                      in 404 200 200 200 200    in 405 405 405 405 405
explained:package_pdf                  in 404 200 200 200 200    in 405 405 405 405 405
whatif:index                           in 404 200 200 200 200    in 405 405 405 405 405
whatif:question                        in 404 200 200 200 200    in 405 405 405 405 405
whatif:keep                            in 405 405 405 405 405    in 404 302 302 302 302
calculator:comments                    in 404 200 200 200 200    in 404 422 422 422 422
calculator:change_comment              in 404 409 409 409 200    in 404 409 409 409 422
calculator:settle_comment              in 405 405 405 405 405    in 404 302 302 302 302
calculator:delete_comment              in 405 405 405 405 405    in 404 302 302 302 302
calculator:restore_comment             in 405 405 405 405 405    in 404 302 302 302 302
calculator:public_links                in 404 403 403 403 200    in 405 403 403 403 405
calculator:publish                     in 404 403 403 403 200    in 404 403 403 403 302
calculator:revoke                      in 405 403 403 403 405    in 404 403 403 403 302
calculator:public                     200 200 200 200 200 200   405 405 405 405 405 405
workshop:shortlist                     in 404 200 200 200 200    in 405 405 405 405 405
workshop:shortlist_add                 in 405 403 405 403 405    in 404 403 302 403 302
workshop:shortlist_move                in 405 403 405 403 405    in 404 403 302 403 302
workshop:pay                           in 404 200 200 200 200    in 405 405 405 405 405
workshop:pay_take                      in 405 405 405 405 405    in 404 302 302 302 302
workshop:shortlist_remove              in 405 403 405 403 405    in 404 403 302 403 302
workshop:board                         in 404 200 200 200 200    in 405 405 405 405 405
workshop:wheel                         in 404 200 200 200 200    in 405 405 405 405 405
workshop:publish_board                 in 404 403 403 403 200    in 404 403 403 403 302
workshop:board_pdf                     in 404 403 200 403 200    in 405 403 405 403 405
workshop:member_sheet                  in 404 200 200 200 200    in 405 405 405 405 405
workshop:member_sheet_pdf              in 404 403 200 403 200    in 405 403 405 403 405
workshop:choice                        in 404 200 200 200 200    in 405 405 405 405 405
workshop:choose                        in 404 200 200 200 200    in 404 403 403 403 422
workshop:chosen                        in 404 200 200 200 200    in 405 405 405 405 405
workshop:choice_close                  in 404 403 403 403 200    in 404 403 403 403 422
workshop:resolution                    in 404 200 200 200 200    in 405 405 405 405 405
workshop:resolution_pdf                in 404 403 200 403 200    in 405 403 405 403 405
workshop:choice_sheet                  in 404 200 200 200 200    in 405 405 405 405 405
workshop:choice_sheet_pdf              in 404 403 200 403 200    in 405 403 405 403 405
workshop:publish_choice                in 404 403 403 403 200    in 404 403 403 403 302
workshop:rules                         in 404 200 200 200 200    in 405 405 405 405 405
workshop:rules_edit                    in 404 403 200 403 200    in 404 403 422 403 422
workshop:rules_pdf                     in 404 403 200 403 200    in 405 403 405 403 405
workshop:sessions                      in 404 200 200 200 200    in 405 405 405 405 405
workshop:session_new                   in 404 403 200 403 200    in 404 403 422 403 422
workshop:session                       in 404 200 200 200 200    in 404 403 422 403 422
workshop:session_edit                  in 404 403 200 403 200    in 404 403 422 403 422
workshop:session_put_away              in 405 403 405 403 405    in 404 403 302 403 302
workshop:group                         in 404 403 200 403 200    in 404 403 422 403 422
workshop:group_put_away                in 405 403 405 403 405    in 404 403 302 403 302
workshop:votes                         in 404 403 200 403 200    in 404 403 302 403 302
workshop:votes_batch                   in 405 403 405 403 405    in 404 403 422 403 422
workshop:counts                        in 404 403 200 403 200    in 404 403 302 403 302
workshop:tally                         in 404 200 200 200 200    in 405 405 405 405 405
workshop:tally_live                    in 404 200 200 200 200    in 405 405 405 405 405
workshop:tally_csv                     in 404 200 200 200 200    in 405 405 405 405 405
workshop:tally_pdf                     in 404 403 200 403 200    in 405 403 405 403 405
workshop:play                          in 404 200 200 200 200    in 405 405 405 405 405
workshop:lesson                        in 404 200 200 200 200    in 405 405 405 405 405
workshop:lesson_pdf                    in 404 403 200 403 200    in 405 403 405 403 405
simulation:assumptions                 in 404 200 200 200 200    in 405 405 405 405 405
simulation:version                     in 404 302 302 302 302    in 405 405 405 405 405
simulation:use_version                 in 405 405 403 403 405    in 404 302 403 403 302
simulation:add_benefit                 in 404 200 403 403 200    in 404 422 403 403 422
simulation:edit_benefit                in 404 200 200 200 200    in 404 422 403 403 422
simulation:move_benefit                in 405 405 403 403 405    in 404 302 403 403 302
simulation:bring_back                  in 405 405 403 403 405    in 404 302 403 403 302
simulation:remove_benefit              in 404 200 403 403 200    in 404 302 403 403 302
schemes:new                            in 200 200 403 403 200    in 422 422 403 403 422
schemes:detail                         in 404 200 200 200 200    in 405 405 405 405 405
schemes:edit                           in 404 200 403 403 200    in 404 422 403 403 422
schemes:delete                         in 404 403 403 403 200    in 404 403 403 403 302
schemes:restore                        in 405 403 403 403 405    in 404 403 403 403 302
calculator:survey_error                 in 404 200 200 200 200     in 405 405 405 405 405
calculator:survey_error_progress        in 404 200 200 200 200     in 405 405 405 405 405
calculator:reprice                      in 405 405 405 403 405     in 404 302 302 403 302
survey:surveys                          in 404 200 200 200 200     in 405 405 405 405 405
survey:upload                           in 404 200 403 403 200     in 404 422 403 403 422
survey:typed                            in 404 200 200 200 200     in 404 422 403 403 422
survey:instrument                       in 200 200 200 200 200     in 405 405 405 405 405
survey:survey                           in 404 200 200 200 200     in 405 405 405 405 405
survey:progress                         in 404 200 200 200 200     in 405 405 405 405 405
survey:stop_reading                    in 405 405 403 403 405    in 404 302 403 403 302
survey:stop_fitting                    in 405 405 403 403 405    in 404 302 403 403 302
survey:read_again                       in 405 405 403 403 405     in 404 302 403 403 302
survey:discard                          in 405 405 403 403 405     in 404 302 403 403 302
survey:columns                          in 404 302 403 403 302     in 404 302 403 403 302
survey:mapping                          in 404 200 403 403 200     in 405 405 403 403 405
survey:problems                         in 404 302 403 403 302     in 405 405 403 403 405
survey:problems_file                    in 404 404 403 403 404     in 405 405 403 403 405
survey:correct                          in 405 405 403 403 405     in 404 302 403 403 302
survey:undo                             in 405 405 403 403 405     in 404 302 403 403 302
survey:download                         in 404 403 403 403 404     in 405 403 403 403 405
survey:forget                           in 404 403 403 403 200     in 404 403 403 403 302
survey:keep_longer                      in 405 403 403 403 405     in 404 403 403 403 302
survey:estimate                         in 405 405 403 403 405     in 404 302 403 403 302
survey:estimates                        in 404 200 200 200 200     in 404 200 403 403 200
survey:fitting                          in 404 200 200 200 200     in 405 405 405 405 405
survey:families                         in 404 302 302 302 302     in 405 405 405 405 405
survey:take_over                        in 404 302 302 302 302     in 404 302 403 403 302
survey:estimates_file                   in 404 404 404 404 404     in 405 405 405 405 405
survey:benefit                          in 404 302 302 302 302     in 404 302 403 403 302
experience:portfolio                    in 200 200 200 200 200     in 405 405 405 405 405
experience:years                        in 404 200 200 200 200     in 405 405 405 405 405
experience:open_year                    in 404 200 403 403 200     in 404 422 403 403 422
experience:import                       in 404 200 403 403 200     in 404 422 403 403 422
experience:year                         in 404 200 200 200 200     in 405 405 405 405 405
experience:figures                      in 404 200 403 403 200     in 404 422 403 403 422
experience:claims                       in 404 200 403 403 200     in 404 409 403 403 409
experience:claims_csv                   in 404 200 200 200 200     in 405 405 405 405 405
experience:paste                        in 404 200 403 403 200     in 404 422 403 403 422
experience:close                        in 404 403 403 403 200     in 404 403 403 403 302
experience:history                      in 404 200 200 200 200     in 405 405 405 405 405
experience:watch                        in 404 200 200 200 200     in 405 405 405 405 405
experience:watch_progress               in 404 200 200 200 200     in 405 405 405 405 405
experience:next_year                    in 404 200 200 200 200     in 405 405 405 405 405
experience:adopt                        in 405 405 403 403 405     in 404 422 403 403 422
experience:projection                   in 404 200 200 200 200     in 405 405 405 405 405
experience:letter                       in 200 403 403 403 200     in 302 403 403 403 302
experience:open_book                    in 404 200 200 200 200     in 405 405 405 405 405
experience:publish_book                 in 404 403 403 403 200     in 404 403 403 403 302
experience:providers                    in 404 200 200 200 200     in 404 403 403 403 422
experience:provider                     in 404 403 403 403 200     in 404 403 403 403 422
experience:delete_provider              in 405 403 403 403 405     in 404 403 403 403 302
experience:restore_provider             in 405 403 403 403 405     in 404 403 403 403 302
"""

_LINES = (line.split() for line in TABLE.strip().splitlines())
EXPECTED: dict[str, tuple[list[str], list[str]]] = {
    name: (answers[:6], answers[6:]) for name, *answers in _LINES
}
assert all(len(get) == len(post) == 6 for get, post in EXPECTED.values()), "a line has 12 answers"

# What a browser would send; without a line, nothing.
SENT: dict[str, dict[str, str]] = {}
