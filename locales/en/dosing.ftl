### The verdict on a dose

## Who is treated

reason-adult = The patient is an adult.
reason-follicular-lymphoma = The diagnosis is follicular lymphoma.
reason-relapsed-or-refractory = The disease is relapsed or refractory.
reason-prior-therapies-sufficient = { $count } standard therapies, including an anti-CD20 monoclonal antibody, were ineffective or followed by relapse (at least 2 are required).
reason-fl-grade-within-1-3a = The histological grade lies within Grade 1 to 3A.
reason-pathologist-confirmed = A pathologist with sufficient experience made the diagnosis.
reason-patient-informed = Efficacy and risks were explained to the patient or the family.
reason-consent-before-treatment = The patient or the family consented before treatment began.
reason-appropriateness-recorded = The judgement that treatment is appropriate for this patient is recorded.
reason-physician-in-charge-qualified = The physician in charge has sufficient knowledge and experience in treating haematological malignancies.
reason-no-combination = No other antineoplastic agent is given.
reason-combination-justified = Other antineoplastic agents are given ({ $drugs }). Efficacy and safety of the combination have not been established. The reason for it is recorded.
reason-not-adult = The patient is not an adult. The dosage is stated for adults.
reason-not-follicular-lymphoma = The diagnosis is not follicular lymphoma. The indication is relapsed or refractory follicular lymphoma.
reason-not-relapsed-or-refractory = The disease is neither relapsed nor refractory, or a prior therapy was neither ineffective nor followed by relapse.
reason-fewer-than-2-standard-therapies = Standard therapies on file: { $count }. At least 2 are required.
reason-no-anti-cd20-mab = None of the standard therapies contained an anti-CD20 monoclonal antibody.
reason-outcome-neither-ineffective-nor-relapse = A prior therapy was stopped for another cause (such as intolerance), neither ineffective nor followed by relapse. The notice does not say whether it counts.
reason-what-counts-as-a-standard-therapy-not-stated = The notice does not say whether a prior therapy on file (maintenance, radiotherapy, transplant or another) counts as a standard therapy.
reason-definition-of-anti-cd20-mab-product = The only anti-CD20 treatment was a bispecific antibody. The notice does not say whether it counts as an anti-CD20 monoclonal antibody product.
reason-fl-grade-outside-1-3a = The histological grade is 3B. Grade 1 to 3A is required.
reason-fl-grade-not-specific = The grade as reported (Grade 3 without A or B, or no grade) does not show whether it lies within Grade 1 to 3A.
reason-pathologist-not-confirmed = The diagnosis was not made by a pathologist with sufficient experience.
reason-consent-missing = No consent of the patient or the family is recorded.
reason-consent-not-before-treatment = Consent was not given before the first dose.
reason-appropriateness-not-recorded = The judgement that treatment is appropriate for this patient is not recorded.
reason-physician-not-qualified = The physician in charge does not have sufficient knowledge and experience in treating haematological malignancies.
reason-combination-not-established = Other antineoplastic agents are given ({ $drugs }) and no reason is recorded. Efficacy and safety of the combination have not been established.
remedy-not-adult = Do not administer. Correct the record if it is wrong.
remedy-not-follicular-lymphoma = Do not administer. Correct the diagnosis on file if it is wrong.
remedy-not-relapsed-or-refractory = Do not administer. Correct the disease status or the outcome on file if it is wrong.
remedy-fewer-than-2-standard-therapies = Do not administer. Complete the prior therapies on file if any is missing.
remedy-no-anti-cd20-mab = Do not administer. Complete the prior therapies on file if any is missing.
remedy-outcome-neither-ineffective-nor-relapse = Decide whether this therapy counts, and record the decision with its reason.
remedy-what-counts-as-a-standard-therapy-not-stated = Decide whether it counts as a standard therapy, and record the decision with its reason.
remedy-definition-of-anti-cd20-mab-product = Decide whether it counts as an anti-CD20 monoclonal antibody product, and record the decision with its reason.
remedy-fl-grade-outside-1-3a = Do not administer. Correct the grade on file if it is wrong.
remedy-fl-grade-not-specific = Confirm the grade with pathology (3A or 3B) and record it. Do not administer until then.
remedy-pathologist-not-confirmed = Obtain and record the diagnosis of a pathologist with sufficient experience.
remedy-consent-missing = Explain efficacy and risks fully, obtain and record consent, and only then administer.
remedy-consent-not-before-treatment = Check when consent and the first dose were. Unless the record is wrong, do not go on; record what happened.
remedy-appropriateness-not-recorded = Judge whether treatment is appropriate, and record it.
remedy-physician-not-qualified = Administer only under a physician with sufficient knowledge and experience.
remedy-combination-not-established = Decide whether to combine, and record the decision with its reason.

## Dosage and administration

reason-dose-as-planned = The dose of cycle { $cycle } day { $day } is { $mg } mg.
reason-course-planned = Administrations planned: { $administrations }; { $total_mg } mg in total.
reason-route-iv-infusion = The route is intravenous infusion.
reason-on-schedule = { $days ->
    [one] { $days } day
   *[other] { $days } days
} since the previous dose: not earlier than scheduled.
reason-first-administration = This is the first dose of this drug.
reason-invalid-cycle = The regimen has no cycle { $cycle }. Cycles are counted from 1.
reason-no-dose-on-this-day = The regimen has no dose on cycle { $cycle } day { $day }.
reason-dose-mismatch = { $ordered } mg is ordered. The dose due is { $expected_mg } mg.
reason-route-not-iv-infusion = The route is not intravenous infusion.
reason-earlier-than-scheduled-day = { $days ->
    [one] { $days } day
   *[other] { $days } days
} since the previous dose. The regimen asks for { $scheduled } days, and the notice does not provide for giving a dose early.
reason-spacing-after-short-delay-not-stated = { $days ->
    [one] { $days } day
   *[other] { $days } days
} since the previous dose; the interval of the regimen is { $scheduled } days. The notice does not say whether this dose moves because the previous one was late.
remedy-invalid-cycle = Check and correct the number of the cycle.
remedy-no-dose-on-this-day = Check and correct cycle and day, or administer on a day that the regimen names.
remedy-dose-mismatch = Check the doses given so far and correct the order to { $expected_mg } mg.
remedy-route-not-iv-infusion = Correct the route to intravenous infusion.
remedy-earlier-than-scheduled-day = Let at least { $scheduled } days pass from the previous dose.
remedy-spacing-after-short-delay-not-stated = Decide on the day, and record the decision with its reason.

## The end of cycle 8

reason-response-not-yet-asked = The response at the end of cycle 8 is not yet asked for.
reason-continue-to-17 = Stable disease or partial response at the end of cycle 8. The notice continues administration up to 17 cycles in total.
reason-beyond-total-17-cycles = This is cycle { $cycle }. No more than 17 cycles are given in total.
reason-course-completed-cr = Complete response at the end of cycle 8. The notice ends administration.
reason-pd-not-stated = Progressive disease. The notice does not say whether to go on.
reason-ne-not-stated = The response is not evaluable. The notice does not say whether to go on.
reason-response-missing = The response at the end of cycle 8 is not recorded.
reason-response-criteria-not-stated = The response does not come down to one category (complete response, partial response, stable disease, progressive disease, not evaluable). The notice states no response criteria.
reason-retreatment-not-stated = This is retreatment after an earlier course. The notice does not speak of retreatment.
reason-assessment-not-at-end-of-cycle-8 = The response was assessed before the end of cycle 8. The notice does not say how far from it the assessment may be.
remedy-beyond-total-17-cycles = Do not administer. Correct the number of the cycle if it is wrong.
remedy-course-completed-cr = End the treatment. Correct the response on file if it is wrong.
remedy-pd-not-stated = Decide whether to go on, and record the decision with its reason.
remedy-ne-not-stated = Decide whether to go on, and record the decision with its reason.
remedy-response-missing = Assess and record the response at the end of cycle 8.
remedy-response-criteria-not-stated = Settle the response category, and record it with its grounds.
remedy-retreatment-not-stated = Decide whether to retreat, and record the decision with its reason.
remedy-assessment-not-at-end-of-cycle-8 = Assess again at the end of cycle 8, or record why this assessment is used.

## Restart after a delay

reason-previous-dose-in-table = The previous dose (cycle { $cycle } day { $day }, { $mg } mg) is in the table for restarting after a delay.
reason-restart-by-row = { $days } days since the previous dose. By the table for restarting after a delay, restart with { $mg } mg as cycle { $cycle } day { $day }.
reason-planned-dose-kept = { $days ->
    [one] { $days } day
   *[other] { $days } days
} since the previous dose, shorter than the intervals of the table for restarting after a delay. The planned dose stands: { $mg } mg as cycle { $cycle } day { $day }.
reason-invalid-dates = The day lies before the day of the previous dose (difference in days: { $days }).
reason-partial-dose-not-stated = Only { $given } mg of the previous { $mg } mg were given. The notice does not say how to restart then.
reason-previous-dose-matches-no-row = The previous dose (cycle { $cycle } day { $day }, { $mg } mg) is in no row of the table for restarting after a delay. The notice does not say what follows.
reason-delay-during-restep-not-stated = A further delay during a re-step-up from 1 mg (cycle { $cycle } day { $day }): { $days } days since the previous dose. The notice does not say how to proceed.
reason-restep-again-is-a-reading = { $days } days since the previous dose. The table does not name a second delay after a re-step-up from 1 mg. Its row, taken at its label, gives { $mg } mg as cycle { $cycle } day { $day }; this is a reading.
remedy-invalid-dates = Check and correct both days.
remedy-partial-dose-not-stated = Decide on dose and day, and record the decision with its reason.
remedy-previous-dose-matches-no-row = Correct the doses on file if they are wrong. If not, decide how to restart, and record the decision with its reason.
remedy-delay-during-restep-not-stated = Decide on dose and day, and record the decision with its reason.
remedy-restep-again-is-a-reading = Decide whether to restart by this reading, and record the decision with its reason.

## Premedication

reason-steroid-in-time = The corticosteroid was given { $minutes } min before the start (60 min are required).
reason-steroid-required = A corticosteroid is required 60 min before administration.
reason-steroid-not-required = The notice does not ask for a corticosteroid before this dose.
reason-steroid-missing = The corticosteroid that is required was not given.
reason-steroid-not-before-start = The corticosteroid was not given before the start (minutes to the start: { $minutes }; negative is after it). It is required 60 min before.
reason-steroid-less-than-60-min = The corticosteroid was given { $minutes } min before the start: { $wait } min short of the 60 min required.
reason-steroid-much-earlier-than-60-min = The corticosteroid was given { $minutes } min before the start, much earlier than the 60 min of the notice. The notice does not say how early it may be.
reason-crs-assessment-of-previous-dose-missing = It is not recorded whether the previous dose was followed by CRS.
reason-relief-in-time = The antipyretic analgesic or antihistamine judged necessary was given 30 to 60 min before the start.
reason-relief-not-needed = It is recorded that antipyretic analgesics and antihistamines were judged not necessary.
reason-relief-as-needed = Antipyretic analgesics and antihistamines are given as needed, 30 to 60 min before administration.
reason-need-not-assessed = It is not recorded whether antipyretic analgesics and antihistamines are needed.
reason-relief-time-not-recorded = The time of a premedication judged necessary is not recorded: { $drug }.
reason-antipyretic-outside-30-60 = Minutes from the antipyretic analgesic to the start: { $minutes }. The notice asks for 30 to 60.
reason-antihistamine-outside-30-60 = Minutes from the antihistamine to the start: { $minutes }. The notice asks for 30 to 60.
remedy-steroid-missing = Give the corticosteroid, and start at least 60 min after it.
remedy-steroid-not-before-start = Start at least 60 min after the corticosteroid. Correct the times on file if they are wrong.
remedy-steroid-less-than-60-min = Wait { $wait } min more before the start.
remedy-steroid-much-earlier-than-60-min = Decide whether this premedication will do, and record the decision with its reason.
remedy-crs-assessment-of-previous-dose-missing = Find out and record whether the previous dose was followed by CRS.
remedy-need-not-assessed = Judge and record whether antipyretic analgesics and antihistamines are needed.
remedy-relief-time-not-recorded = Find out and record when it was given: { $drug }.
remedy-antipyretic-outside-30-60 = Start 30 to 60 min after the antipyretic analgesic, or record why not.
remedy-antihistamine-outside-30-60 = Start 30 to 60 min after the antihistamine, or record why not.

## Admission

reason-inpatient-from-start = The patient is in hospital at the start.
reason-admission-mandatory = This is the first 60 mg. Hospitalisation is mandatory for at least 48 hours from the start.
reason-admission-to-be-considered = This is a dose of cycle 1. Hospitalisation after it is considered according to the patient's condition.
reason-admission-considered = Hospitalisation was considered and the decision is recorded.
reason-admission-not-mandated = The notice does not make hospitalisation mandatory for this dose.
reason-consideration-not-recorded = It is not recorded that hospitalisation was considered.
reason-first-60mg-requires-inpatient = The first 60 mg is not set to be given in hospital. Hospitalisation is required for at least 48 hours from the start.
reason-not-inpatient-from-start = The admission is later than the start. The first 60 mg requires hospitalisation from its start.
reason-first-60mg-not-completed-not-stated = An earlier 60 mg was given only in part. The notice does not say whether the next 60 mg is still the first.
reason-second-60mg-after-restep = This is 60 mg after a re-step-up from 1 mg, and not the first 60 mg. The notice does not speak of hospitalisation for it.
reason-restep-setting-not-stated = This is a dose of a re-step-up from 1 mg. The notice asks to consider hospitalisation after doses of cycle 1 and does not speak of this one.
reason-inpatient-after-g3-to-be-considered = The previous dose was followed by CRS Grade 3. Giving the next dose in hospital is to be considered.
reason-before-48h = 48 hours have not passed since the start of the first 60 mg. They will have passed on { $earliest }.
reason-hours-48-passed = 48 hours have passed since the start ({ $since }).
reason-not-48h-dose = This is not the first 60 mg, so the 48 hours of hospitalisation do not apply.
reason-ongoing-crs-at-48h = CRS is ongoing. 48 hours are the minimum of the stay.
reason-no-ongoing-crs = No CRS is ongoing.
reason-instruction-missing = It is not recorded that the patient was instructed to seek care promptly if symptoms suspicious of CRS appear.
reason-instruction-given = The patient was instructed to seek care promptly if symptoms suspicious of CRS appear.
reason-inpatient-at-other-facility = Part of the stay is at another facility. The notice does not say where the patient must be in hospital.
reason-stayed-at-facility = The whole stay is at one facility.
remedy-consideration-not-recorded = Consider hospitalisation according to the patient's condition and record the decision; for an outpatient, the reason as well.
remedy-first-60mg-requires-inpatient = Start in hospital, and keep the patient there for at least 48 hours from the start.
remedy-not-inpatient-from-start = Admit the patient before the start.
remedy-first-60mg-not-completed-not-stated = Decide whether to admit as for the first 60 mg, and record the decision with its reason.
remedy-second-60mg-after-restep = Decide whether to admit, and record the decision with its reason.
remedy-restep-setting-not-stated = Decide whether to admit, and record the decision with its reason.
remedy-inpatient-after-g3-to-be-considered = Consider giving it in hospital and record the decision; for an outpatient, the reason as well.
remedy-before-48h = Keep the patient in hospital at least until { $earliest }; neither discharge nor leave before then.
remedy-ongoing-crs-at-48h = Decide whether the stay goes on, and record the decision with its reason.
remedy-instruction-missing = Instruct the patient to seek care promptly, and record it.
remedy-inpatient-at-other-facility = Confirm from the records of both facilities that the stay was unbroken, and record it.

## Reactions

reason-no-reaction = Reaction asked about: { $reaction }. None is to be taken into account.
reason-graded-by-astct = Grades follow the ASTCT consensus.
reason-interrupt-and-treat = During administration: { $reaction } Grade { $grade }. By the criteria of the notice, administration is interrupted and appropriate treatment given.
reason-treat-after-infusion = After the end of administration: { $reaction } Grade { $grade }. There is nothing to interrupt, but the next dose has a condition.
reason-discontinue-permanently = On file: { $reaction } Grade { $grade }. The criteria of the notice discontinue this drug after a recurrent Grade 3 or a Grade 4.
reason-permanently-discontinued = This drug has been discontinued because of { $reaction }.
reason-scale-not-astct = The grade does not follow the ASTCT consensus.
reason-recurrence-within-episode-not-stated = After improving, it reached Grade 3 again without another dose between. The notice does not say whether this is a recurrent Grade 3.
reason-icans-g1-not-stated = The notice does not say what to do about ICANS Grade 1.
reason-hlh-action-not-stated = Haemophagocytic lymphohistiocytosis (HLH) is named in the warnings, but the notice does not say what to do about it.
reason-event-not-in-notice = The notice does not say what to do about this reaction.
reason-not-recovered = The symptoms have not recovered.
reason-not-recovered-to-g1 = The reaction has not recovered to Grade 1.
reason-rate-too-high = The rate at resumption, { $proposed }, is above the limit of { $limit } (in the same unit).
reason-no-resume-after-g3 = After Grade 3 this administration may not be resumed.
reason-no-second-resume = The symptoms recurred after resumption, so this administration may not be resumed again.
reason-resumption-permitted = By the criteria of the notice, administration may be resumed.
reason-less-than-72h = 72 hours have not passed since recovery. They will have passed on { $earliest }.
reason-recovery-not-confirmed = The time of recovery is not certain, so it cannot be confirmed that at least 72 hours have passed since.
reason-recovered-72h = At least 72 hours have passed since recovery.
reason-recovery-definition-ambiguous = Symptoms of Grade 1 remain. The notice does not say whether this counts as recovered.
reason-rate-not-restricted = The notice does not restrict the rate of this administration.
reason-half-rate-planned = The rate is half of the previous one or less, or the reason for a higher one is recorded.
reason-half-rate-to-be-considered = Half of the previous rate or less is to be considered.
reason-rate-unit-not-stated = The dose differs from the previous one. The notice does not say whether half the rate is meant in mL/h or in mg/h.
reason-reference-rate-not-stated = The previous administration had two rates, and the notice does not say which of them is to be halved. The limit by the strictest reading is { $limit } (in the unit of the previous record).
reason-grade-three-within-7-days = Grade 3 symptoms lasted no more than 7 days.
reason-consider-discontinuation = Grade 3 symptoms lasted more than 7 days, or it cannot be confirmed that they did not. Discontinuing this drug is to be considered.
reason-continuation-decided = Grade 3 symptoms lasted more than 7 days, and the decision to go on is recorded.
reason-platelets-sufficient = Platelets are { $per_mm3 }/mm³ (at least 50,000/mm³ is required).
reason-platelets-below-50000 = Platelets are { $per_mm3 }/mm³. This drug is withheld until they are at least 50,000/mm³.
reason-neutrophils-sufficient = Neutrophils are { $per_mm3 }/mm³ (at least 1,000/mm³ is required).
reason-neutrophils-below-1000 = Neutrophils are { $per_mm3 }/mm³. This drug is withheld until they are at least 1,000/mm³.
reason-unit-missing = A blood count has no unit on file.
reason-baseline-cytopenia-not-stated = A blood count was below the threshold before the first dose. The table is about reactions to this drug; the notice does not speak of this case.
reason-transfusion-supported-count-not-stated = The platelet count was taken after a transfusion. The notice does not say whether such a count will do.
reason-growth-factor-supported-count-not-stated = The neutrophil count was taken under G-CSF. The notice does not say whether such a count will do.
remedy-interrupt-and-treat = Interrupt administration and give appropriate treatment.
remedy-treat-after-infusion = Give appropriate treatment. Give the next dose after confirming that at least 72 hours have passed since symptoms recovered.
remedy-discontinue-permanently = Discontinue this drug.
remedy-permanently-discontinued = Do not administer.
remedy-scale-not-astct = Grade the reaction by the ASTCT consensus, and record it.
remedy-recurrence-within-episode-not-stated = Decide whether it is a recurrence and whether to discontinue this drug, and record the decision with its reason.
remedy-icans-g1-not-stated = Decide on the management and on further administration, and record the decision with its reason.
remedy-hlh-action-not-stated = Hold administration, decide on the management, and record the decision with its reason.
remedy-event-not-in-notice = See the electronic package insert (電子添文), decide on the management and on further administration, and record the decision with its reason.
remedy-not-recovered = Do not administer until symptoms have recovered.
remedy-not-recovered-to-g1 = Do not resume until it has recovered to Grade 1 and at least 72 hours since then are confirmed.
remedy-rate-too-high = Set the rate at resumption to { $limit } or less.
remedy-no-resume-after-g3 = Do not resume this administration.
remedy-no-second-resume = Interrupt this administration and do not resume it.
remedy-less-than-72h = Administer on or after { $earliest }, once at least 72 hours since recovery are confirmed.
remedy-recovery-not-confirmed = Find out and record when the patient recovered. Where only the day is known, count the 72 hours from its end.
remedy-recovery-definition-ambiguous = Decide whether to administer as recovered, and record the decision with its reason.
remedy-half-rate-to-be-considered = Consider the rate; above half, record the reason.
remedy-rate-unit-not-stated = Decide on the rate, and record the decision with its reason.
remedy-reference-rate-not-stated = Decide on the rate, and record the decision with its reason.
remedy-consider-discontinuation = Consider discontinuing this drug; to go on, record the decision with its reason.
remedy-platelets-below-50000 = Withhold this drug until at least 50,000/mm³ is confirmed.
remedy-neutrophils-below-1000 = Withhold this drug until at least 1,000/mm³ is confirmed.
remedy-unit-missing = Find the unit in the laboratory report and record it.
remedy-baseline-cytopenia-not-stated = Decide on administration, and record the decision with its reason.
remedy-transfusion-supported-count-not-stated = Decide whether to administer on this count, and record the decision with its reason.
remedy-growth-factor-supported-count-not-stated = Decide whether to administer on this count, and record the decision with its reason.

## Vials

reason-vials-as-computed = 1 mg × { $vials_1mg } and 30 mg × { $vials_30mg } make the dose.
reason-unusual-vial-combination = 1 mg × { $vials_1mg } and 30 mg × { $vials_30mg } make the dose, but this is not the usual combination.
reason-quantity-mismatch = 1 mg × { $vials_1mg } and 30 mg × { $vials_30mg } do not make the dose.
remedy-unusual-vial-combination = Pick the vials again, or record the reason for this combination.
remedy-quantity-mismatch = Check the dose and pick the vials again.

## A physician's decision

reason-decided-by-physician = A physician's decision is recorded (decided on: { $was }).

## The data that are asked for

field-adult = whether the patient is an adult
field-diagnosis = the diagnosis
field-disease-status = whether the disease is relapsed or refractory
field-prior-therapies = the standard therapies before this drug
field-prior-therapy-anti-cd20 = whether the prior therapies contained an anti-CD20 monoclonal antibody
field-prior-therapy-outcome = how the prior therapies ended
field-fl-grade = the histological grade of the follicular lymphoma
field-pathologist = whether the diagnosing pathologist has sufficient experience
field-patient-explanation = the explanation of efficacy and risks to the patient or the family
field-consent-time = whether consent was given before the first dose
field-appropriateness = the judgement that treatment is appropriate for this patient
field-physician-in-charge = whether the physician in charge has sufficient knowledge and experience
field-other-antineoplastics = other antineoplastic agents given
field-cycle = the number of the cycle
field-course-day = the day of the cycle
field-dose-mg = the dose in mg
field-route = the route
field-previous-dose-day = the day of the previous dose
field-previous-dose-given = how much of the previous dose was given
field-steroid-time = when the corticosteroid was given
field-setting = whether the patient is in hospital
field-infusion-start = when administration started
field-ongoing-crs = whether CRS is ongoing
field-instruction = the instruction to the patient when to seek care
field-reaction-grade = the reaction and its grade
field-grading-scale = the scale of the grade
field-earlier-grade-three = whether the same reaction reached Grade 3 before
field-resumption-rate = the rates at interruption and at resumption
field-current-grade = the present grade
field-grade-three-duration = how long Grade 3 lasted
field-platelets = the platelet count
field-neutrophils = the neutrophil count
field-vials-prepared = the vials prepared

## Words

owner-pharmacy = Pharmacist or nurse
topic-efficacy = the efficacy
topic-risks = the risks
reaction-crs = cytokine release syndrome (CRS)
reaction-icans = immune effector cell-associated neurotoxicity syndrome (ICANS)
reaction-hlh = haemophagocytic lymphohistiocytosis (HLH)
reaction-other = another reaction
drug-antipyretic = antipyretic analgesic
drug-antihistamine = antihistamine
step = cycle { $cycle } day { $day }

## What comes with the verdict

advice-dose = The dose due
advice-following = The doses that follow
advice-then-end-of-cycle8-response = What comes then depends on the response at the end of cycle 8.
advice-then-course-completed17 = Treatment ends at 17 cycles in total.
advice-steroid-required-cycles-one-and-two = Give a corticosteroid 60 min before administration (cycles 1 and 2).
advice-steroid-required-crs-after-previous-dose = Premedicate with a corticosteroid (the previous dose was followed by CRS, or it is not recorded whether it was).
advice-steroid-required-re-step-up = Give a corticosteroid 60 min before administration (days 1, 8 and 15 of a restart after a delay).
advice-steroid-not-required = The notice does not ask for a corticosteroid before this dose, nor does it forbid one.
advice-admission-mandatory = Hospitalisation is mandatory for at least { $hours } hours from the start.
advice-admission-consider = Hospitalisation is considered according to the patient's condition.
advice-admission-not-mandated = The notice does not make hospitalisation mandatory for this dose.
advice-admission-not-stated = The notice does not speak of hospitalisation for this dose. The physician decides and records the decision.
advice-action-treat = Give appropriate treatment.
advice-action-withhold = Withhold this drug until the blood count is back at its threshold.
advice-action-interrupt-and-treat = Interrupt administration and give appropriate treatment.
advice-action-discontinue-permanently = Discontinue this drug.
advice-resumption-after-recovery = If symptoms recover, administration may be resumed at { $percent }% of the rate at interruption or less.
advice-resumption-after72h-at-grade-one = Once recovered to Grade 1, administration may be resumed after confirming that at least 72 hours have passed since.
advice-resumption-not-permitted = This administration is not resumed.
advice-next-dose-72h = The next dose is given after confirming that at least 72 hours have passed since symptoms recovered.
advice-earliest = Earliest time
advice-vials = 1 mg × { $of_1mg }, 30 mg × { $of_30mg }
advice-notice-steroid-drug-and-dose-not-stated = The notice names neither the corticosteroid nor its dose. See the electronic package insert (電子添文); the physician decides.
advice-notice-antipyretic-antihistamine-as-needed = Antipyretic analgesics and antihistamines are given as needed, 30 to 60 min before administration.
advice-notice-cycle-number-is-a-reading = This row of the table for restarting after a delay does not name a cycle. Taking it as the next cycle is a reading.

reason-no-grade-asked = No grade is asked for this reaction.
reason-count-not-asked = No count is asked for here.
reason-first-course = This is the first course with this drug.
reason-within-total-17-cycles = Within the total of 17 cycles.
reason-no-progression-recorded = No progressive disease is recorded.
reason-assessed-at-end-of-cycle-8 = Assessed at the end of cycle 8.
