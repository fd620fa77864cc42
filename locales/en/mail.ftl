# Letters. The words of a subject line (-subject) have at most 14 characters.
letter-meeting_due-subject = Meeting due
letter-meeting_due-lead = A meeting with { $name } of { $place } is due on { $due } ({ $days ->
    [0] today
    [one] { $days } day left
   *[other] { $days } days left
}).
letter-meeting_due-late = A meeting with { $name } of { $place } was due on { $due }, { $days ->
    [one] { $days } day ago
   *[other] { $days } days ago
}.
letter-meeting_due-do = Please book it, or record the meeting that was held.
letter-reconfirmation-subject = Confirm again
letter-reconfirmation-lead = “{ $name }” of { $place } is to be confirmed again by { $due } ({ $days ->
    [0] today
    [one] { $days } day left
   *[other] { $days } days left
}).
letter-reconfirmation-late = “{ $name }” of { $place } was to be confirmed again by { $due }, { $days ->
    [one] { $days } day ago
   *[other] { $days } days ago
}.
letter-reconfirmation-do = Please look whether anything has changed, and record the confirmation.
letter-agreement_ending-subject = Agreement ends
letter-agreement_ending-lead = The agreement of { $place } with { $name } ends on { $due } ({ $days ->
    [0] today
    [one] { $days } day left
   *[other] { $days } days left
}).
letter-agreement_ending-late = The agreement of { $place } with { $name } ended on { $due }, { $days ->
    [one] { $days } day ago
   *[other] { $days } days ago
}.
letter-agreement_ending-do = If it goes on, please enter the new agreement or letter of confirmation.
letter-post_ending-subject = Post ends
letter-post_ending-lead = The post of { $name } at { $place } ends on { $due } ({ $days ->
    [0] today
    [one] { $days } day left
   *[other] { $days } days left
}).
letter-post_ending-late = The post of { $name } at { $place } ended on { $due }, { $days ->
    [one] { $days } day ago
   *[other] { $days } days ago
}.
letter-post_ending-do = If it goes on, please record the new period.
letter-evidence_returned-subject = Returned
letter-evidence_returned-lead = “{ $name }” of { $place } was returned. Please submit it again by { $due } ({ $days ->
    [0] today
    [one] { $days } day left
   *[other] { $days } days left
}).
letter-evidence_returned-late = “{ $name }” of { $place } was returned and was to be submitted again by { $due }, { $days ->
    [one] { $days } day ago
   *[other] { $days } days ago
}.
letter-evidence_returned-do = Please read why it was returned, and correct or withdraw it.
letter-review_waiting-subject = Review waiting
letter-review_waiting-lead = “{ $name }” of { $place } waits for review by { $due } ({ $days ->
    [0] today
    [one] { $days } day left
   *[other] { $days } days left
}).
letter-review_waiting-late = “{ $name }” of { $place } was to be reviewed by { $due }, { $days ->
    [one] { $days } day ago
   *[other] { $days } days ago
}.
letter-review_waiting-do = Please look at it, and accept or return it.
letter-order_waiting-subject = Order waiting
letter-order_waiting-lead = An order of { $place } ({ $name }) waits for approval by { $due } ({ $days ->
    [0] today
    [one] { $days } day left
   *[other] { $days } days left
}).
letter-order_waiting-late = An order of { $place } ({ $name }) was to be decided by { $due }, { $days ->
    [one] { $days } day ago
   *[other] { $days } days ago
}.
letter-order_waiting-do = Please look at it, and approve or refuse it.
letter-delivery_held-subject = Delivery check
letter-delivery_held-lead = Please look at a delivery to { $place } ({ $name }) by { $due } ({ $days ->
    [0] today
    [one] { $days } day left
   *[other] { $days } days left
}).
letter-delivery_held-late = A delivery to { $place } ({ $name }) was to be looked at by { $due }, { $days ->
    [one] { $days } day ago
   *[other] { $days } days ago
}.
letter-delivery_held-do = It is on hold. The page below shows how it stands.
letter-release_ending-subject = Release ends
letter-release_ending-lead = The last day of a release for { $place } ({ $name }) is { $due } ({ $days ->
    [0] today
    [one] { $days } day left
   *[other] { $days } days left
}). It has not been shipped.
letter-release_ending-late = A release for { $place } ({ $name }) ended on { $due }, { $days ->
    [one] { $days } day ago
   *[other] { $days } days ago
}.
letter-release_ending-do = Please look when it is to be shipped.
letter-lot_expiring-subject = Lot expires
letter-lot_expiring-lead = Vials of lot { $name } at { $place } expire on { $due } ({ $days ->
    [0] today
    [one] { $days } day left
   *[other] { $days } days left
}).
letter-lot_expiring-late = Vials of lot { $name } at { $place } expired on { $due }, { $days ->
    [one] { $days } day ago
   *[other] { $days } days ago
}.
letter-lot_expiring-do = Please look at the stock.
letter-safety_task-subject = Safety report
letter-safety_task-lead = A report from { $place } ({ $name }) waits to be acknowledged by { $due } ({ $days ->
    [0] today
    [one] { $days } day left
   *[other] { $days } days left
}).
letter-safety_task-late = A report from { $place } ({ $name }) was to be acknowledged by { $due }, { $days ->
    [one] { $days } day ago
   *[other] { $days } days ago
}.
letter-safety_task-do = Please open the report and record that you received it.
letter-lapse_mid_course-subject = Course at risk
letter-lapse_mid_course-lead = { $place } has not met the conditions for a delivery since { $due }, while courses of treatment are under way there (count: { $name }).
letter-lapse_mid_course-late = { $place } has not met the conditions for a delivery since { $due }, for { $days ->
    [one] { $days } day
   *[other] { $days } days
}, while courses of treatment are under way there (count: { $name }).
letter-lapse_mid_course-do = Please speak with the facility, so that no course is interrupted before the conditions hold again.
letter-meeting_booked-subject = Meeting booked
letter-meeting_booked-lead = A meeting at { $place } is booked. When: { $starts }. Where: { $venue }. Physicians: { $name }. With: { $with }.
letter-meeting_booked-do = The attached entry can be added to your calendar.
letter-meeting_changed-subject = Meeting change
letter-meeting_changed-lead = A meeting at { $place } has changed. Now: { $starts }. Where: { $venue }. Physicians: { $name }. With: { $with }.
letter-meeting_changed-do = The attached entry replaces the one in your calendar.
letter-meeting_cancelled-subject = Cancelled
letter-meeting_cancelled-lead = A meeting at { $place } is cancelled. It was booked for { $starts }. Where: { $venue }. Physicians: { $name }. With: { $with }.
letter-meeting_cancelled-do = The attached entry removes it from your calendar.
letter-digest-subject = Today’s list
letter-digest-lead = { $count ->
    [one] There is { $count } matter.
   *[other] There are { $count } matters.
}
letter-digest-do = Please open each page and act on it.
letter-meeting-summary = Meeting: { $place }
letter-dear = Dear { $name },
letter-open = Open in Kanmon
letter-why = This letter was sent automatically, about work that is yours in Kanmon. Replies reach nobody.
letter-why-safety = This letter concerns safety, and so was sent automatically whatever you chose. Replies reach nobody.
letter-choose = You can choose when letters come (at once, together at 8 in the morning, not at all) on this page:
address-empty = Enter an address.
address-too-long = An address has at most 254 characters.
address-full-width = There are full-width letters. Type the address in half-width letters.
address-several = Enter one address alone, without a name, spaces or commas.
address-unprintable = There is a line break or another character that no address holds.
address-at = Type the address like taro@example.com, with one @.
address-local = Before the @ there can be ASCII letters, digits and signs such as . _ - +, and no dot first, last or twice in a row.
address-domain = What stands after the @ is no name such as example.com.
letter-invitation-subject = Invitation
letter-invitation-lead = { $place } invites you to Kanmon: an account is ready for you. Your login is { $name }. The link works once, until { $until }.
letter-invitation-do = Choose your own password on the following page. If you did not expect this, throw it away unopened.
letter-password_reset-subject = New password
letter-password_reset-lead = At Kanmon of { $place }, a new password was asked for the login { $name }. The link works once, until { $until }.
letter-password_reset-do = Choose a new password on the following page. If you did not ask for it, throw this away unopened; your present password stays.
letter-why-account = This notice about your account is sent automatically, whatever your choice of notices. Nobody reads replies.
