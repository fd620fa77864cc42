# Names of the dosing rules (the requirement column of a verdict, the page of the notice, kanmon clauses)
rule-adult = An adult
rule-indication = Indication
rule-prior_therapies = Prior therapies, with an anti-CD20 antibody
rule-fl_grade = Grade of the follicular lymphoma
rule-pathologist = Diagnosis by a pathologist
rule-patient_explanation = Explanation to patient or family
rule-consent = Consent before treatment begins
rule-appropriateness = Administration judged appropriate
rule-physician_in_charge = Physician in charge
rule-combination = Combination with other antineoplastics
rule-retreatment = Retreatment
rule-total_cycles = Up to 17 cycles in total
rule-end_of_cycle_8 = Response at the end of cycle 8
rule-progression = Progressive disease
rule-time_of_assessment = Time of the assessment
rule-steroid = Corticosteroid beforehand
rule-relief = Antipyretic and antihistamine beforehand
rule-first_60mg_in_hospital = First 60 mg begun in hospital
rule-admission_considered = Admission considered
rule-inpatient_after_grade_three = In hospital after Grade 3: considered
rule-stay_of_48_hours = In hospital for 48 hours from the start
rule-crs_at_leaving = CRS when leaving
rule-place_of_stay = Where the patient stays
rule-instruction = Instruction to come when symptoms appear
rule-previous_dose = Previous dose
rule-schedule = Not before the planned day
rule-restart = Dose when restarting after a delay
rule-place_in_course = Cycle and day
rule-ordered_dose = Dose ordered
rule-route = Route
rule-vials = Vials
rule-course = The course as planned
rule-grading_scale = Grading scale (ASTCT)
rule-reaction = What to do at onset
rule-resumption = Resuming the interrupted administration
rule-resumption_rate = Rate when resuming
rule-recovery_72_hours = 72 hours after recovery
rule-rate_after_reaction = Rate of the dose after a reaction
rule-grade_three_duration = How long Grade 3 lasted
rule-platelets = Platelets
rule-neutrophils = Neutrophils

# Rules of the site and the day
rule-tocilizumab_at_site = Tocilizumab at the administering site
rule-responsible_physician = Physician on the day
rule-qualified_facility = Facility on the day
rule-crs_guidance = CRS management guidance
rule-observation = Observation during administration

# Requirements on one physician
rule-haematological_experience = ※3-1 knowledge and experience
rule-regular_meetings = ※3-2 regular meetings
rule-safety_cooperation = ※3-3 cooperation with the safety measures
rule-in_post = In post at the facility

# Why a clause has no rule
without-rule-addressed = No rule: it asks authorities and associations to make the notice known, and nothing of a delivery or a dose.
without-rule-introduces = No rule of its own: it introduces the clauses below it, and their rules answer them.
without-rule-holder-duty = No rule: a duty of the marketing authorisation holder beside any delivery or dose.
without-rule-states-risk = No rule of its own: it states a risk, and the rules of the clauses after it answer what is to be done.

# Kinds of test vectors
vector-kind-ae = Adverse reactions
vector-kind-eligibility = Eligibility
vector-kind-gate = Delivery and site
vector-kind-hospitalisation = Hospital stay
vector-kind-premedication = Premedication
vector-kind-regimen = Regimen
vector-kind-response = Response
vector-kind-restart = Restart after a delay
vector-kind-vials = Vials

# The tables of the notice
table-applies = Applies
table-reactions = Table of adverse reactions (DN-2)
table-restart = Table of restarting after a delay (DN-3)
table-merged = The onset cell of ICANS Grade 3 is empty in the source. It is read as one cell with Grade 2 (AE-ICANS-G3-ab).
table-reaction = Adverse reaction
table-degree = Degree
table-onset = At onset
table-next = Next dose
table-crs = Cytokine release syndrome (CRS)
table-icans = Immune effector cell-associated neurotoxicity syndrome (ICANS)
table-platelets = Thrombocytopenia
table-neutrophils = Neutropenia
table-grade-1 = Grade 1
table-grade-2 = Grade 2
table-grade-3 = Grade 3
table-grade-3-again-or-4 = Grade 3 (recurrent), Grade 4
table-platelets-below = Below 50,000/mm³
table-neutrophils-below = Below 1,000/mm³
table-previous = Previous day and dose
table-period = Since the previous day of administration
table-method = How to administer
table-cycle-1 = Cycle 1
table-day-1 = Day 1, 1 mg
table-day-8 = Day 8, 2 mg
table-day-15 = Day 15, 60 mg
table-cycle-2 = Cycle 2, 60 mg
table-cycle-3 = Cycle 3 onwards, 30 mg
table-two-weeks = 2 weeks or more
table-two-to-six-weeks = 2 weeks or more, less than 6 weeks
table-six-weeks = 6 weeks or more
