### Cases and dosing checks

case-state-open = Under treatment
case-state-closed = Closed
case-state-continued = Continued elsewhere
case-kind-administration = Administration
case-kind-reaction = Reaction
case-kind-count = Blood count
case-kind-response = Response
case-kind-eligibility = Eligibility and consent

cases-course = Enter which course this is, as a number from 1 to 99.
cases-in-the-future = This time is still to come. It is { $now } now. Record only what has happened.
cases-too-early = This date is before 2010. Check the year.
cases-out-of-order = This time is before the one it follows. Check the order.
cases-dose-missing = Enter the dose intended (mg) as a number above 0.
cases-given-exceeds = The dose given exceeds the dose intended. Check both.
cases-grade = Enter a grade from 1 to 5.
cases-count-missing = Enter platelets, neutrophils or both.
cases-too-many = There are too many items. Use at most { $most }.
cases-physician-missing = Choose the physician in charge of the administration (W-1a).
cases-physician-not-in-post = The physician chosen was not in post here on { $day }. Check the date or the physician.
cases-eligibility-changes = Eligibility and consent are not recorded anew: change what is held.
cases-full = One case holds at most { $most } records.
cases-kind-kept = The kind of a record cannot be changed. Strike it, then record the right kind.
cases-reason-missing = Enter the reason for the correction.
cases-unconfirmed = { $count } records taken over from the previous facility are not confirmed. Confirm each, then ask again.
cases-not-open = This case is not under treatment.
cases-aware-before-onset = This is before the onset. Check when you became aware.
cases-reported-already = This reaction was already reported as { $number }.
cases-code-unknown = This code cannot be used: it was used, withdrawn or mistyped. Ask the previous facility.
cases-code-expired = This code has expired. Ask the previous facility for a new one.
cases-code-own = This code is of a case of your own facility. It is entered by the facility that takes the course over.
cases-no-standing = This facility does not meet the requirements for delivery today, so it cannot take the course over. See on the facility's page what is missing.

audit-case_opened = Opened case { $number }.
audit-case_recorded = Added record { $record } to case { $number }.
audit-case_corrected = Corrected record { $record } of case { $number }.
audit-case_closed = Closed case { $number }.
audit-dosing_check_kept = Kept a dosing check of case { $number }.
audit-case_transfer_offered = Issued a code to continue case { $number } at another facility.
audit-case_transfer_withdrawn = Withdrew the code to continue case { $number }.
audit-case_continued = Case { $number } was continued at another facility.
audit-reaction_reported = Reported safety task { $number } on case { $case }.
audit-safety_task_acknowledged = Acknowledged safety task { $number } (case { $case }).
