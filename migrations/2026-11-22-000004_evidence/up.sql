-- Evidence. Rows are never rewritten: known_from and known_to are the audit sequences at which the row became
-- known and ceased to be held; first_day and last_day are its first and last good day, both inclusive.
CREATE TABLE attestation (
    id TEXT NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL UNIQUE,
    programme_id TEXT NOT NULL REFERENCES programme (id),
    facility_id TEXT NOT NULL REFERENCES facility (id),
    state TEXT NOT NULL,
    version INTEGER NOT NULL,
    answers TEXT NOT NULL,
    started_by TEXT NOT NULL REFERENCES person (id),
    started_at TIMESTAMP NOT NULL,
    submitted_by TEXT REFERENCES person (id),
    submitted_at TIMESTAMP,
    reviewed_by TEXT REFERENCES person (id),
    reviewed_at TIMESTAMP,
    return_step TEXT,
    return_reason TEXT
);
CREATE INDEX attestation_by_facility ON attestation (facility_id, number);
CREATE INDEX attestation_by_state ON attestation (programme_id, state, number);

CREATE TABLE readiness (
    id TEXT NOT NULL PRIMARY KEY,
    programme_id TEXT NOT NULL REFERENCES programme (id),
    facility_id TEXT NOT NULL REFERENCES facility (id),
    attestation_id TEXT NOT NULL REFERENCES attestation (id),
    first_day DATE NOT NULL,
    last_day DATE,
    accepted_on DATE NOT NULL,
    intensive_care TEXT,
    icu_stated_on DATE,
    admission_24h BOOLEAN,
    inpatient_beds BOOLEAN,
    tocilizumab_ready BOOLEAN,
    test_results_available BOOLEAN,
    crs_guidance_version TEXT,
    entered_by TEXT NOT NULL REFERENCES person (id),
    accepted_by TEXT NOT NULL REFERENCES person (id),
    known_from BIGINT NOT NULL REFERENCES audit (seq),
    known_to BIGINT REFERENCES audit (seq)
);
CREATE INDEX readiness_by_facility ON readiness (facility_id, known_from);

CREATE TABLE partnership (
    id TEXT NOT NULL PRIMARY KEY,
    programme_id TEXT NOT NULL REFERENCES programme (id),
    facility_id TEXT NOT NULL REFERENCES facility (id),
    partner_id TEXT NOT NULL REFERENCES facility (id),
    attestation_id TEXT NOT NULL REFERENCES attestation (id),
    agreement_first_day DATE,
    agreement_last_day DATE,
    states_icu BOOLEAN,
    states_admission_24h BOOLEAN,
    states_tocilizumab BOOLEAN,
    entered_by TEXT NOT NULL REFERENCES person (id),
    accepted_by TEXT NOT NULL REFERENCES person (id),
    known_from BIGINT NOT NULL REFERENCES audit (seq),
    known_to BIGINT REFERENCES audit (seq),
    CHECK (facility_id <> partner_id)
);
CREATE INDEX partnership_by_facility ON partnership (facility_id, known_from);
CREATE INDEX partnership_by_partner ON partnership (partner_id, known_from);

CREATE TABLE change_report (
    id TEXT NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL UNIQUE,
    programme_id TEXT NOT NULL REFERENCES programme (id),
    facility_id TEXT NOT NULL REFERENCES facility (id),
    limb TEXT NOT NULL,
    from_day DATE NOT NULL,
    reason TEXT NOT NULL,
    entered_by TEXT NOT NULL REFERENCES person (id),
    known_from BIGINT NOT NULL REFERENCES audit (seq),
    known_to BIGINT REFERENCES audit (seq)
);
CREATE INDEX change_report_by_facility ON change_report (facility_id, known_from);

CREATE TABLE affiliation (
    id TEXT NOT NULL PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id),
    facility_id TEXT NOT NULL REFERENCES facility (id),
    department TEXT NOT NULL,
    title TEXT NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE,
    entered_by TEXT NOT NULL REFERENCES person (id),
    known_from BIGINT NOT NULL REFERENCES audit (seq),
    known_to BIGINT REFERENCES audit (seq)
);
CREATE INDEX affiliation_by_facility ON affiliation (facility_id, known_from);
CREATE INDEX affiliation_by_person ON affiliation (person_id, known_from);

CREATE TABLE qualification (
    id TEXT NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL UNIQUE,
    programme_id TEXT NOT NULL REFERENCES programme (id),
    person_id TEXT NOT NULL REFERENCES person (id),
    facility_id TEXT NOT NULL REFERENCES facility (id),
    state TEXT NOT NULL,
    version INTEGER NOT NULL,
    experience BOOLEAN,
    meetings BOOLEAN,
    cooperation BOOLEAN,
    statement TEXT NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE,
    submitted_by TEXT NOT NULL REFERENCES person (id),
    submitted_at TIMESTAMP NOT NULL,
    reviewed_by TEXT REFERENCES person (id),
    reviewed_at TIMESTAMP,
    return_reason TEXT,
    known_from BIGINT REFERENCES audit (seq),
    known_to BIGINT REFERENCES audit (seq)
);
CREATE INDEX qualification_by_person ON qualification (person_id, number);
CREATE INDEX qualification_by_state ON qualification (programme_id, state, number);

CREATE TABLE contact (
    id TEXT NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL UNIQUE,
    programme_id TEXT NOT NULL REFERENCES programme (id),
    facility_id TEXT NOT NULL REFERENCES facility (id),
    kind TEXT NOT NULL,
    mode TEXT NOT NULL,
    presenter TEXT NOT NULL,
    presenter_name TEXT NOT NULL,
    product BOOLEAN,
    safety_measures BOOLEAN,
    starts_at TIMESTAMP NOT NULL,
    ends_at TIMESTAMP NOT NULL,
    materials TEXT NOT NULL,
    summary TEXT NOT NULL,
    entered_by TEXT NOT NULL REFERENCES person (id),
    known_from BIGINT NOT NULL REFERENCES audit (seq),
    known_to BIGINT REFERENCES audit (seq)
);
CREATE INDEX contact_by_facility ON contact (facility_id, number);
CREATE INDEX contact_by_number ON contact (programme_id, kind, number);

CREATE TABLE contact_attendee (
    contact_id TEXT NOT NULL REFERENCES contact (id),
    position INTEGER NOT NULL,
    person_id TEXT REFERENCES person (id),
    name TEXT NOT NULL,
    PRIMARY KEY (contact_id, position)
);
CREATE INDEX contact_attendee_by_person ON contact_attendee (person_id);
