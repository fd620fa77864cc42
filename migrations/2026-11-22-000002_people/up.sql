-- People, their one account each, and what a membership lets them do from a first to a last day.
CREATE TABLE person (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    known_from BIGINT NOT NULL REFERENCES audit (seq)
);
CREATE INDEX person_by_key ON person (name_key, id);

CREATE TABLE account (
    id TEXT NOT NULL PRIMARY KEY,
    person_id TEXT NOT NULL UNIQUE REFERENCES person (id),
    login TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    language TEXT NOT NULL,
    failures INTEGER NOT NULL,
    locked_until TIMESTAMP,
    active BOOLEAN NOT NULL,
    known_from BIGINT NOT NULL REFERENCES audit (seq)
);

CREATE TABLE membership (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id),
    role TEXT NOT NULL,
    facility_id TEXT,
    first_day DATE NOT NULL,
    last_day DATE,
    known_from BIGINT NOT NULL REFERENCES audit (seq),
    CHECK ((facility_id IS NOT NULL) = (role IN ('facility_coordinator', 'physician')))
);
CREATE INDEX membership_by_account ON membership (account_id);
CREATE INDEX membership_by_facility ON membership (facility_id);

CREATE TABLE session (
    key_hash TEXT NOT NULL PRIMARY KEY,
    state TEXT NOT NULL,
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX session_by_expiry ON session (expires_at);
