-- The ledger: who did what when, the answers given, the signatures, and the numbers handed out.
CREATE TABLE audit_head (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    seq BIGINT NOT NULL,
    at TIMESTAMP NOT NULL
);
INSERT INTO audit_head (id, seq, at) VALUES (1, 0, '2000-01-01 00:00:00');

CREATE TABLE audit (
    seq BIGINT NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    change_id TEXT NOT NULL,
    at TIMESTAMP NOT NULL,
    person_id TEXT,
    person_name TEXT NOT NULL,
    role TEXT NOT NULL,
    verb TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    programme_id TEXT,
    facility_id TEXT,
    detail_digest TEXT NOT NULL,
    leaf TEXT NOT NULL
);
CREATE INDEX audit_by_subject ON audit (subject_id, seq);
CREATE INDEX audit_by_facility ON audit (facility_id, seq);
CREATE INDEX audit_by_change ON audit (change_id);
CREATE INDEX audit_by_time ON audit (at);

-- Details stand apart so that retention can delete them while the digests in `audit` still prove what stood here.
CREATE TABLE audit_detail (
    seq BIGINT NOT NULL PRIMARY KEY REFERENCES audit (seq),
    salt TEXT NOT NULL,
    detail TEXT NOT NULL
);

CREATE TABLE counter (
    name TEXT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);

CREATE TABLE gate_rule (
    edition TEXT NOT NULL,
    rule TEXT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (edition, rule)
);

CREATE TABLE verdict (
    id TEXT NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    purpose TEXT NOT NULL,
    programme_id TEXT NOT NULL,
    facility_id TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE NOT NULL,
    days INTEGER NOT NULL,
    not_before TIMESTAMP NOT NULL,
    known_seq BIGINT NOT NULL,
    at TIMESTAMP NOT NULL,
    change_id TEXT NOT NULL,
    edition TEXT NOT NULL,
    policy_version INTEGER NOT NULL,
    rules_version INTEGER NOT NULL,
    facts_format INTEGER NOT NULL,
    facts TEXT NOT NULL,
    outcome TEXT NOT NULL,
    digest TEXT NOT NULL
);
CREATE INDEX verdict_by_subject ON verdict (subject_id, number);

CREATE TABLE finding (
    verdict_id TEXT NOT NULL REFERENCES verdict (id),
    position INTEGER NOT NULL,
    day DATE NOT NULL,
    rule TEXT NOT NULL,
    source TEXT NOT NULL,
    outcome TEXT NOT NULL,
    code TEXT NOT NULL,
    body TEXT NOT NULL,
    until DATE,
    PRIMARY KEY (verdict_id, position),
    UNIQUE (verdict_id, day, rule)
);

CREATE TABLE signature (
    id TEXT NOT NULL PRIMARY KEY,
    person_id TEXT NOT NULL,
    person_name TEXT NOT NULL,
    account_id TEXT NOT NULL,
    role TEXT NOT NULL,
    meaning TEXT NOT NULL,
    record_kind TEXT NOT NULL,
    record_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    at TIMESTAMP NOT NULL,
    change_id TEXT NOT NULL,
    known_from BIGINT NOT NULL REFERENCES audit (seq)
);
CREATE INDEX signature_by_record ON signature (record_kind, record_id);
