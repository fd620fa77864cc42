### What happened, as sentences

audit-account_created = Created the account of { $person } ({ $login }).
audit-account_closed = Closed the account of { $person }.
audit-account_reopened = Reopened the account of { $person }.
audit-password_changed = Changed the password of { $person }.
audit-signed_in = Signed in.
audit-membership_granted = Gave { $person } the role { $role } ({ $place }) from { $first }.
audit-membership_ended = Ended the role { $role } of { $person } with { $last }.
audit-programme_begun = Began the programme { $name }.
audit-policy_adopted = Adopted house policy version { $version }, in force from { $first_day }.
audit-standings_swept = Renewed standings whose day had passed ({ $facilities } facilities).
audit-facility_added = Added the facility { $name } ({ $code }).
audit-facilities_imported = Imported a list of facilities ({ $created } new).
audit-facility_changed = Updated name and address of the facility ({ $before_name } → { $after_name }).
audit-facility_code_completed = Completed the institution code ({ $code }).
audit-delivery_ordered = Took the order { $number }.
audit-delivery_approved = Approved { $number }: shipment { $ships_on }, arrival { $arrives_on }.
audit-delivery_refused = Refused { $number }: “{ $reason }”.
audit-delivery_cancelled = Cancelled { $number }: “{ $reason }”.
audit-delivery_rescheduled = Moved { $number }: shipment from { $before_ships_on } to { $ships_on }, arrival from { $before_arrives_on } to { $arrives_on }.
audit-delivery_stopped = { $number } did not pass the verdict and was stopped.
audit-delivery_held = Put { $number } on hold.
audit-delivery_released = Released { $number } as { $release }, through { $last_day }.
audit-delivery_shipped = Shipped { $number } on { $shipped_on }, arriving { $arrives_on }, lots { $lots }.
audit-delivery_received = Received { $number } on { $received_at }.
audit-deviation_recorded = Recorded the deviation { $number }.
audit-checkpoint_key_begun = Checkpoints of the log are signed with { $key } from here on.
