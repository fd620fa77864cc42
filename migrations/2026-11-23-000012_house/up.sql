-- House policy that bends and changes by two, and deviations that are closed.
-- What a safety officer asked for; it has no effect of its own.
CREATE TABLE exception_request (
    id TEXT NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL UNIQUE,
    programme_id TEXT NOT NULL REFERENCES programme (id),
    facility_id TEXT NOT NULL REFERENCES facility (id),
    rule TEXT NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE NOT NULL,
    reason TEXT NOT NULL,
    state TEXT NOT NULL,
    asked_by TEXT NOT NULL REFERENCES person (id),
    asked_at TIMESTAMP NOT NULL,
    asked_signature TEXT NOT NULL REFERENCES signature (id),
    decided_by TEXT REFERENCES person (id),
    decided_at TIMESTAMP,
    decision_reason TEXT,
    known_from BIGINT NOT NULL REFERENCES audit (seq),
    change_id TEXT NOT NULL,
    CHECK (first_day <= last_day)
);
CREATE INDEX exception_request_by_state ON exception_request (programme_id, state, number);
CREATE INDEX exception_request_by_facility ON exception_request (facility_id, number);

-- An exception that carries both signatures: known from the second one until it is ended.
CREATE TABLE house_exception (
    id TEXT NOT NULL PRIMARY KEY REFERENCES exception_request (id),
    number BIGINT NOT NULL UNIQUE,
    programme_id TEXT NOT NULL REFERENCES programme (id),
    facility_id TEXT NOT NULL REFERENCES facility (id),
    rule TEXT NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE NOT NULL,
    asked_by TEXT NOT NULL REFERENCES person (id),
    asked_signature TEXT NOT NULL UNIQUE REFERENCES signature (id),
    confirmed_by TEXT NOT NULL REFERENCES person (id),
    confirmed_signature TEXT NOT NULL UNIQUE REFERENCES signature (id),
    change_id TEXT NOT NULL,
    known_from BIGINT NOT NULL REFERENCES audit (seq),
    known_to BIGINT REFERENCES audit (seq),
    ended_by TEXT REFERENCES person (id),
    ended_at TIMESTAMP,
    end_reason TEXT,
    CHECK (first_day <= last_day)
);
CREATE INDEX house_exception_by_facility ON house_exception (facility_id, known_from);

-- A version of the house policy on its way: drawn up, proposed with a signature, confirmed by another with a second.
CREATE TABLE policy_proposal (
    id TEXT NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL UNIQUE,
    programme_id TEXT NOT NULL REFERENCES programme (id),
    body TEXT NOT NULL,
    reason TEXT NOT NULL,
    state TEXT NOT NULL,
    drawn_by TEXT NOT NULL REFERENCES person (id),
    drawn_at TIMESTAMP NOT NULL,
    proposed_at TIMESTAMP,
    proposed_signature TEXT REFERENCES signature (id),
    proposed_preview TEXT,
    decided_by TEXT REFERENCES person (id),
    decided_at TIMESTAMP,
    decision_reason TEXT,
    decided_signature TEXT REFERENCES signature (id),
    decided_preview TEXT,
    known_from BIGINT NOT NULL REFERENCES audit (seq),
    change_id TEXT NOT NULL
);
CREATE INDEX policy_proposal_by_state ON policy_proposal (programme_id, state, number);

-- The end of a deviation: why it came about, what is done about it, and what it means. The deviation itself never changes.
CREATE TABLE deviation_closure (
    deviation_id TEXT NOT NULL PRIMARY KEY REFERENCES deviation (id),
    cause TEXT NOT NULL,
    action TEXT NOT NULL,
    assessment TEXT NOT NULL,
    closed_by TEXT NOT NULL REFERENCES person (id),
    closed_at TIMESTAMP NOT NULL,
    signature_id TEXT NOT NULL UNIQUE REFERENCES signature (id),
    known_from BIGINT NOT NULL REFERENCES audit (seq),
    change_id TEXT NOT NULL
);
