# The page of the notice and the house policy
notice-page-title = Notice and house policy
notice-page-lead = The notice in its own words, clause by clause, each with the rules that answer it, their tests, and how we read what it leaves open; the Japanese binds. The ids that verdicts cite (such as F-1.1) are Kanmon’s and do not stand in the notice itself. House policy is no part of the notice and is shown apart, at the end.
notice-page-document = Document
notice-page-edition = In force from
notice-page-products = Products
notice-page-no-edition = No edition of the notice is in force today.
notice-page-contents = Contents
notice-page-by-id = Find by id
notice-page-rules = Rules:
notice-page-tests = { $count ->
    [one] { $count } test
   *[other] { $count } tests
}
notice-page-test-functions = Further tests
notice-page-readings = { $count ->
    [one] { $count } reading
   *[other] { $count } readings
}
notice-page-other-readings = Readings of no single clause
notice-page-strength-firm = Firm
notice-page-strength-guideline = Guideline
notice-page-strength-inform = Information
notice-page-part-letter = Letter
notice-page-part-preamble = Preamble
notice-page-part-conditions = Conditions of approval
notice-page-part-warnings = Warnings
notice-page-part-indication-notes = Precautions concerning indications
notice-page-part-indications = Indications
notice-page-part-dosage-notes = Precautions concerning dosage and administration
notice-page-part-dosage = Dosage and administration
notice-page-part-precautions = Important precautions
notice-page-not-notice = Not the notice
notice-page-house-lead = These are the manufacturer’s own rules. The notice sets no interval of meetings, no period of validity and no quantity. A change takes two people, and judgements before its first day stay as they are.
notice-page-house-caption = House policy in force
notice-page-first-day = First day
notice-page-clause = Clause
notice-page-text = Text
notice-page-figure = Set to
notice-page-figure-months = { $count ->
    [one] { $count } month
   *[other] { $count } months
}
notice-page-figure-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
notice-page-figure-vials = above 1 mg × { $small } or 30 mg × { $large }
notice-page-partner = Partners
notice-page-partner-text = On what a partner’s readiness may rest.
notice-page-basis-attestation = Only the partner’s own attestation
notice-page-basis-agreement = Only the agreement or confirmation
notice-page-basis-either = The partner’s own attestation, or else the agreement or confirmation
notice-page-reminder = Reminders
notice-page-reminder-text = How many days before an end somebody is reminded.
notice-page-reminder-days = { $days } days before
notice-page-no-policy = No house policy is set yet.
notice-page-versions = Versions
notice-page-version = Version
notice-page-state = State
notice-page-in-force = In force
notice-page-to-come = To come
notice-page-past = Past
