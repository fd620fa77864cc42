-- Where and how an account wants its letters; an account without a row has no address.
CREATE TABLE mailbox (
    account_id TEXT NOT NULL PRIMARY KEY REFERENCES account (id),
    address TEXT NOT NULL,
    habit TEXT NOT NULL,
    known_from BIGINT NOT NULL REFERENCES audit (seq)
);

-- Which representative looks after which facility (担当), from a first to a last day.
CREATE TABLE duty (
    id TEXT NOT NULL PRIMARY KEY,
    programme_id TEXT NOT NULL REFERENCES programme (id),
    facility_id TEXT NOT NULL REFERENCES facility (id),
    account_id TEXT NOT NULL REFERENCES account (id),
    first_day DATE NOT NULL,
    last_day DATE,
    known_from BIGINT NOT NULL REFERENCES audit (seq),
    known_to BIGINT REFERENCES audit (seq)
);
CREATE INDEX duty_by_facility ON duty (facility_id, known_from);
CREATE INDEX duty_by_account ON duty (account_id, known_from);

-- Who stands in for whom, from a first to a last day.
CREATE TABLE deputy (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id),
    deputy_id TEXT NOT NULL REFERENCES account (id),
    first_day DATE NOT NULL,
    last_day DATE,
    known_from BIGINT NOT NULL REFERENCES audit (seq),
    known_to BIGINT REFERENCES audit (seq),
    CHECK (account_id <> deputy_id)
);
CREATE INDEX deputy_by_account ON deputy (account_id, known_from);

-- Public holidays and days on which the company is closed.
CREATE TABLE day_off (
    id TEXT NOT NULL PRIMARY KEY,
    day DATE NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    known_from BIGINT NOT NULL REFERENCES audit (seq),
    known_to BIGINT REFERENCES audit (seq)
);
CREATE INDEX day_off_by_day ON day_off (day);

-- Meetings that are to be held. `version` is the SEQUENCE of its calendar entry.
CREATE TABLE booking (
    id TEXT NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL UNIQUE,
    programme_id TEXT NOT NULL REFERENCES programme (id),
    facility_id TEXT NOT NULL REFERENCES facility (id),
    state TEXT NOT NULL,
    version INTEGER NOT NULL,
    starts_at TIMESTAMP NOT NULL,
    ends_at TIMESTAMP NOT NULL,
    mode TEXT NOT NULL,
    venue TEXT NOT NULL,
    representative_id TEXT NOT NULL REFERENCES account (id),
    booked_by TEXT NOT NULL REFERENCES person (id),
    booked_at TIMESTAMP NOT NULL,
    contact_id TEXT REFERENCES contact (id),
    known_from BIGINT NOT NULL REFERENCES audit (seq),
    change_id TEXT NOT NULL,
    CHECK (ends_at > starts_at)
);
CREATE INDEX booking_by_facility ON booking (facility_id, starts_at);
CREATE INDEX booking_by_state ON booking (programme_id, state, starts_at);

CREATE TABLE booking_physician (
    booking_id TEXT NOT NULL REFERENCES booking (id),
    position INTEGER NOT NULL,
    person_id TEXT NOT NULL REFERENCES person (id),
    PRIMARY KEY (booking_id, position)
);
CREATE INDEX booking_physician_by_person ON booking_physician (person_id);

-- What was added to a record of a contact after it was sent; the record itself stays.
CREATE TABLE contact_addendum (
    contact_id TEXT NOT NULL REFERENCES contact (id),
    position INTEGER NOT NULL,
    words TEXT NOT NULL,
    entered_by TEXT NOT NULL REFERENCES person (id),
    entered_name TEXT NOT NULL,
    entered_at TIMESTAMP NOT NULL,
    known_from BIGINT NOT NULL REFERENCES audit (seq),
    change_id TEXT NOT NULL,
    PRIMARY KEY (contact_id, position)
);

-- The outbox. One row a letter: what it is about, when it falls due, at which step, and to whom.
CREATE TABLE letter (
    id TEXT NOT NULL PRIMARY KEY,
    programme_id TEXT NOT NULL REFERENCES programme (id),
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    due_on DATE NOT NULL,
    stage INTEGER NOT NULL,
    account_id TEXT NOT NULL REFERENCES account (id),
    copy INTEGER NOT NULL,
    facility_id TEXT REFERENCES facility (id),
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    digest_id TEXT REFERENCES letter (id),
    queued_at TIMESTAMP NOT NULL,
    not_before TIMESTAMP NOT NULL,
    attempts INTEGER NOT NULL,
    fence BIGINT NOT NULL,
    lease_until TIMESTAMP,
    sent_to TEXT,
    ended_at TIMESTAMP,
    answer TEXT NOT NULL,
    UNIQUE (kind, subject, due_on, stage, account_id, copy)
);
CREATE INDEX letter_by_state ON letter (state, not_before);
CREATE INDEX letter_by_account ON letter (account_id, id);
CREATE INDEX letter_by_facility ON letter (facility_id, id);
CREATE INDEX letter_by_digest ON letter (digest_id);

-- Every attempt to hand a letter over, with what the mail server answered.
CREATE TABLE letter_try (
    letter_id TEXT NOT NULL REFERENCES letter (id),
    number INTEGER NOT NULL,
    at TIMESTAMP NOT NULL,
    outcome TEXT NOT NULL,
    answer TEXT NOT NULL,
    PRIMARY KEY (letter_id, number)
);

-- Whether the mail server can be reached at all: one row.
CREATE TABLE post_line (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    down_since TIMESTAMP,
    tries INTEGER NOT NULL,
    next_try TIMESTAMP,
    answer TEXT NOT NULL
);
INSERT INTO post_line (id, down_since, tries, next_try, answer) VALUES (1, NULL, 0, NULL, '');
