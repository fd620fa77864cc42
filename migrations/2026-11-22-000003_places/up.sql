-- The programme with its house policy, and the places medicine can go to.
CREATE TABLE programme (
    id TEXT NOT NULL PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    name_ja TEXT NOT NULL,
    name_en TEXT NOT NULL,
    manufacturer TEXT NOT NULL,
    demo BOOLEAN NOT NULL,
    known_from BIGINT NOT NULL REFERENCES audit (seq)
);

CREATE TABLE policy_version (
    id TEXT NOT NULL PRIMARY KEY,
    programme_id TEXT NOT NULL REFERENCES programme (id),
    version INTEGER NOT NULL,
    first_day DATE NOT NULL,
    body TEXT NOT NULL,
    proposed_by TEXT NOT NULL,
    confirmed_by TEXT NOT NULL,
    known_from BIGINT NOT NULL REFERENCES audit (seq),
    UNIQUE (programme_id, version)
);

CREATE TABLE facility (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    postal_code TEXT NOT NULL,
    address TEXT NOT NULL,
    prefecture INTEGER NOT NULL,
    in_list BOOLEAN NOT NULL,
    known_from BIGINT NOT NULL REFERENCES audit (seq)
);
CREATE INDEX facility_by_key ON facility (name_key, id);

-- What a facility was called and where it stood before an import changed it.
CREATE TABLE facility_history (
    id TEXT NOT NULL PRIMARY KEY,
    facility_id TEXT NOT NULL REFERENCES facility (id),
    name TEXT NOT NULL,
    postal_code TEXT NOT NULL,
    address TEXT NOT NULL,
    known_from BIGINT NOT NULL REFERENCES audit (seq),
    known_to BIGINT NOT NULL REFERENCES audit (seq)
);
CREATE INDEX facility_history_by_facility ON facility_history (facility_id);

CREATE TABLE facility_code (
    id TEXT NOT NULL PRIMARY KEY,
    facility_id TEXT NOT NULL REFERENCES facility (id),
    system TEXT NOT NULL,
    code TEXT NOT NULL,
    points_table TEXT NOT NULL,
    first_day DATE,
    last_day DATE,
    known_from BIGINT NOT NULL REFERENCES audit (seq),
    known_to BIGINT REFERENCES audit (seq)
);
-- The code comes first: every row is of the same system, and a lookup by system alone would walk them all.
CREATE INDEX facility_code_by_code ON facility_code (code, system);
CREATE INDEX facility_code_by_facility ON facility_code (facility_id, system, code);

-- An inverted index of two-character pieces of the search keys, in name order, so that a search walks
-- only the names that can match, on both databases alike.
CREATE TABLE facility_gram (
    gram TEXT NOT NULL,
    name_key TEXT NOT NULL,
    facility_id TEXT NOT NULL,
    PRIMARY KEY (gram, name_key, facility_id)
);
CREATE TABLE gram_count (
    gram TEXT NOT NULL PRIMARY KEY,
    facilities BIGINT NOT NULL
);

CREATE TABLE standing (
    programme_id TEXT NOT NULL REFERENCES programme (id),
    facility_id TEXT NOT NULL REFERENCES facility (id),
    verdict_id TEXT NOT NULL REFERENCES verdict (id),
    outcome TEXT NOT NULL,
    judged_on DATE NOT NULL,
    until DATE,
    permitted_until DATE,
    digest TEXT NOT NULL,
    change_id TEXT NOT NULL,
    PRIMARY KEY (programme_id, facility_id)
);
CREATE INDEX standing_by_until ON standing (programme_id, until, facility_id);
CREATE INDEX standing_by_outcome ON standing (programme_id, outcome, facility_id);
CREATE INDEX standing_by_lapse ON standing (programme_id, permitted_until, facility_id);
