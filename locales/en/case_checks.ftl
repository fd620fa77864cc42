### The page of a case and its dosing checks

checks-title = Case
checks-case = Case
checks-cases = Cases
checks-number-hint = A number made up by Kanmon. Neither name nor date of birth is stored.
checks-paper = Dosing check
checks-previous = Previous dose
checks-no-dose-yet = No dose is recorded yet
checks-interval = Since the previous dose
checks-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
  }
checks-if-on = if given on { $day }
checks-indication-head = Indication
checks-indication = { $status } { $diagnosis }
checks-relapsed = relapsed
checks-refractory = refractory
checks-status-unknown = (relapsed or refractory not recorded)
checks-fl = follicular lymphoma
checks-other-diagnosis = other than follicular lymphoma
checks-not-recorded = not recorded
checks-consent = Consent
checks-consent-given = given
checks-questions = Questions about this case
checks-chip-next = What is next?
checks-chip-start = May it start today?
checks-chip-week = And a week later?
checks-chip-day = Choose a day
checks-chip-resume = May the interrupted dose be resumed?
checks-chip-discharge = May the patient leave?
checks-records = See the records
checks-new-dose = Record a dose
checks-new-reaction = Record a reaction
checks-new-count = Record a blood count
checks-new-response = Record a response
checks-eligibility = Eligibility and consent
checks-transfer = Transfer to another facility
checks-closure = Close the case
checks-unconfirmed = Some records are not confirmed
checks-confirm-records = Confirm the records
checks-due-from = It is too early today. The next dose is due from { $day }; the answer is for that day.
checks-show-today = See today instead
checks-keep = Keep this check as a record
checks-kept = The check was kept.
checks-print-hint = For paper, use your browser's print function (A4).
checks-ask = Check
checks-back = Back to the case
label-asked-on = Day of the dose
checks-kept-head = Checks that were kept
checks-kept-none = None yet.
checks-kept-title = Kept check
checks-kept-number = Number
checks-kept-asked = Question
checks-kept-day = Day in question
checks-kept-answer = Answer
checks-kept-at = Checked at
checks-asked-next = Next dose
checks-asked-start = Start of the dose
checks-asked-resume = Resumption
checks-asked-discharge = Leaving the hospital
checks-card = The check in detail

checks-heading-next = If given on { $at }
checks-heading-start = May it start at { $at }?
checks-heading-resume = May it be resumed at { $at }?
checks-heading-discharge = May the patient leave at { $at }?
checks-next-allowed = The conditions of the notice are met
checks-next-consider = The notice asks for something to be considered
checks-next-silent = The notice does not say
checks-next-unmet = On this day the conditions of the notice are not met
checks-start-allowed = The conditions of the notice are met: it may start
checks-start-consider = It may start once what was considered is recorded
checks-start-silent = The notice does not say: a physician's decision must be recorded
checks-start-unmet = It may not start yet
checks-resume-allowed = The conditions of the notice are met: it may be resumed
checks-resume-consider = It may be resumed once what was considered is recorded
checks-resume-silent = The notice does not say: a physician's decision must be recorded
checks-resume-unmet = It may not be resumed
checks-discharge-allowed = The time in hospital that the notice asks for has passed
checks-discharge-consider = The patient may leave once what was considered is recorded
checks-discharge-silent = The notice does not say: a physician's decision must be recorded
checks-discharge-unmet = The patient may not leave yet
checks-no-dose = The notice does not say what is given here, so Kanmon names no dose. The physician decides and records the reason.
checks-as = as { $step }
checks-dose-of-table = Dose named by the table:
checks-mg = { $mg } mg
checks-vials = Vials
checks-next = Next
checks-then = Then
checks-duties = Premedication and hospital stay
checks-firm = mandatory
checks-steroid = Corticosteroid
checks-relief = Antipyretics and antihistamines
checks-stay = Stay for this dose ({ $mg } mg)
checks-stay-next = Stay for the next dose ({ $mg } mg)
checks-stay-until = If it starts on { $from }, until the same hour of { $to }.
checks-applies = applies
checks-restart-table = The notice's table (restarting after a delay)
checks-restart-caption = Precautions concerning dosage (DN-3). The row that applies is marked.
checks-marked-note = this case: { $days } days

checks-calendar = Calendar of doses
checks-weekdays = Mon Tue Wed Thu Fri Sat Sun
checks-cal-title = Calendar of doses from { $first } to { $last }
checks-cal-today = { $day } today
checks-cal-first = { $day } { $month ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] Jun
    [7] Jul
    [8] Aug
    [9] Sep
    [10] Oct
    [11] Nov
   *[12] Dec
  }
checks-cal-stay = ward
checks-cal-edge = from day { $days }: { $due }
checks-cal-dose = { $mg } on { $day }
checks-cal-given = Given: { $days }.
checks-cal-missed = Planned and not given: { $days }.
checks-cal-due = Due: { $days }.
checks-cal-from = From { $day }: { $due }.
checks-legend-given = given
checks-legend-due = due if given on the day asked about
checks-legend-missed = not given
checks-windows = The dose depends on the day
checks-window-day = Day of the dose
checks-window-since = Since the previous
checks-window-dose = Dose
checks-window-here = the day asked about
checks-window-planned = { $mg } mg as planned
checks-window-restart = restart with { $mg } mg
checks-window-silent = the notice does not say
checks-window-none = no dose yet
checks-days-between = { $first } to { $last }
checks-days-from = from { $first }
checks-since-one = { $days } days
checks-since-between = { $from } to { $to } days
checks-since-from = { $from } days or more

checks-start-title = May it start today?
checks-resume-title = May the interrupted dose be resumed?
checks-discharge-title = May the patient leave?
checks-form = Enter what you have confirmed
checks-form-hint = Nothing is stored until you press “Keep this check as a record”. What is left empty is answered as not recorded.
checks-nothing-interrupted = No interrupted dose is recorded. Record the interruption first.
checks-part-dose = The dose ordered
checks-part-premedication = Premedication
checks-part-stay = Hospital stay
checks-part-site = The site
checks-mg-hint = The dose that the physician ordered.
checks-route = Route: intravenous infusion
checks-given-at = given
checks-not-given = not given
checks-time-not-recorded = given; the time is not recorded
checks-inpatient = in hospital
checks-outpatient = outpatient
checks-considered-inpatient = considered: in hospital
checks-considered-outpatient = considered: outpatient (the reason is in the chart)
checks-observation-before = not started yet
checks-observation-recorded = started, and every sign named by the notice is recorded
checks-observation-missing = started, and no observation is recorded
checks-facility-hint = Whether the facility meets the requirements is taken from its own records of that day.
checks-decisions = The physician's decision
checks-decisions-hint = Where the notice gives a guide or is silent, a physician may decide. Give a short reason only where you decided, and no names.
label-because = Reason for the decision
label-asked-at = Date and time
label-ordered-mg = Dose (mg)
label-vials-1mg = Vials of 1 mg prepared
label-vials-30mg = Vials of 30 mg prepared
label-planned-rate = Infusion rate
label-planned-rate-unit = Unit of the rate
label-steroid = Corticosteroid
label-steroid-at = Corticosteroid given at
label-relief-needed = Were antipyretics and antihistamines judged necessary?
label-antipyretic = Antipyretic analgesic
label-antipyretic-at = Antipyretic given at
label-antihistamine = Antihistamine
label-antihistamine-at = Antihistamine given at
label-stay-setting = Setting
label-admitted-at = Admitted at
label-consideration = Consideration of a hospital stay
label-tocilizumab-checked = Was tocilizumab confirmed ready today?
label-physician-on-duty = Is a qualified physician on duty today?
label-observation = Observation during administration
label-guidance-here = Version of the CRS guidance at the site
label-grade-now = Grade now (for ICANS)
label-ongoing-crs = Is cytokine release syndrome going on?
label-instructed = Was the patient told to seek care promptly if symptoms appear?
label-stay-elsewhere = Part of the stay was at another facility
checks-reactions-table = The notice's table (reactions)
