-- Courses of treatment without direct identifiers. What is recorded of one is never rewritten: a row ends, and
-- another takes its place. Only the facility reads it; a safety task is what it reports by an act of its own.
CREATE TABLE case_file (
    id TEXT NOT NULL PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    programme_id TEXT NOT NULL REFERENCES programme (id),
    facility_id TEXT NOT NULL REFERENCES facility (id),
    state TEXT NOT NULL,
    version INTEGER NOT NULL,
    course INTEGER NOT NULL CHECK (course > 0),
    parent_id TEXT UNIQUE REFERENCES case_file (id),
    opened_by TEXT NOT NULL REFERENCES person (id),
    opened_at TIMESTAMP NOT NULL,
    known_from BIGINT NOT NULL REFERENCES audit (seq),
    change_id TEXT NOT NULL
);
CREATE INDEX case_file_by_facility ON case_file (facility_id, state, known_from);

-- occurred_at and mg repeat what the body says, for order and for tallies.
CREATE TABLE case_record (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES case_file (id),
    position INTEGER NOT NULL,
    programme_id TEXT NOT NULL REFERENCES programme (id),
    facility_id TEXT NOT NULL REFERENCES facility (id),
    kind TEXT NOT NULL,
    format INTEGER NOT NULL,
    body TEXT NOT NULL,
    occurred_at TIMESTAMP,
    mg TEXT,
    elsewhere BOOLEAN NOT NULL,
    confirmed BOOLEAN NOT NULL,
    physician_id TEXT REFERENCES person (id),
    entered_by TEXT NOT NULL REFERENCES person (id),
    replaces TEXT UNIQUE REFERENCES case_record (id),
    known_from BIGINT NOT NULL REFERENCES audit (seq),
    known_to BIGINT REFERENCES audit (seq),
    end_reason TEXT,
    change_id TEXT NOT NULL,
    UNIQUE (case_id, position)
);
CREATE INDEX case_record_by_programme ON case_record (programme_id, kind, facility_id);

CREATE TABLE safety_task (
    id TEXT NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL UNIQUE,
    programme_id TEXT NOT NULL REFERENCES programme (id),
    facility_id TEXT NOT NULL REFERENCES facility (id),
    case_id TEXT NOT NULL REFERENCES case_file (id),
    case_number TEXT NOT NULL,
    record_id TEXT NOT NULL REFERENCES case_record (id),
    reaction TEXT NOT NULL,
    grade INTEGER,
    aware_at TIMESTAMP NOT NULL,
    reported_by TEXT NOT NULL REFERENCES person (id),
    reported_at TIMESTAMP NOT NULL,
    acknowledged_by TEXT REFERENCES person (id),
    acknowledged_at TIMESTAMP,
    known_from BIGINT NOT NULL REFERENCES audit (seq),
    change_id TEXT NOT NULL,
    UNIQUE (record_id)
);
CREATE INDEX safety_task_by_programme ON safety_task (programme_id, acknowledged_at, number);
CREATE INDEX safety_task_by_case ON safety_task (case_id);

CREATE TABLE case_transfer (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES case_file (id),
    programme_id TEXT NOT NULL REFERENCES programme (id),
    facility_id TEXT NOT NULL REFERENCES facility (id),
    code_hash TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    offered_by TEXT NOT NULL REFERENCES person (id),
    offered_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    child_id TEXT UNIQUE REFERENCES case_file (id),
    known_from BIGINT NOT NULL REFERENCES audit (seq),
    change_id TEXT NOT NULL
);
CREATE INDEX case_transfer_by_case ON case_transfer (case_id, known_from);
