-- A role is active from the day on which its training is recorded; what was held before is taken as trained.
ALTER TABLE membership ADD COLUMN trained_on DATE;
ALTER TABLE membership ADD COLUMN trained_by TEXT;
ALTER TABLE membership ADD COLUMN training_material TEXT;
UPDATE membership SET trained_on = first_day, trained_by = '', training_material = '';

-- Whether the account waits for its first sign-in, when it last signed in, and which purpose of use was accepted when.
ALTER TABLE account ADD COLUMN awaited BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE account ADD COLUMN signed_in_at TIMESTAMP;
ALTER TABLE account ADD COLUMN purpose_version TEXT;
ALTER TABLE account ADD COLUMN purpose_accepted_at TIMESTAMP;
UPDATE account SET signed_in_at = (SELECT max(a.at) FROM audit a WHERE a.verb = 'signed_in' AND a.subject_id = account.id);

-- Failures are counted by the digest of what was typed, whether or not there is such an account.
ALTER TABLE account DROP COLUMN failures;
ALTER TABLE account DROP COLUMN locked_until;
CREATE TABLE sign_in_failure (
    login_digest TEXT NOT NULL PRIMARY KEY,
    failures INTEGER NOT NULL,
    waits_until TIMESTAMP,
    at TIMESTAMP NOT NULL
);
CREATE INDEX sign_in_failure_by_age ON sign_in_failure (at);

-- Single-use codes by which somebody sets a password: an invitation or a reset. The code itself is kept nowhere.
CREATE TABLE entry_code (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id),
    purpose TEXT NOT NULL,
    way TEXT NOT NULL,
    digest TEXT NOT NULL UNIQUE,
    issued_at TIMESTAMP NOT NULL,
    ends_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP,
    revoked_at TIMESTAMP,
    known_from BIGINT NOT NULL REFERENCES audit (seq),
    CHECK (used_at IS NULL OR revoked_at IS NULL)
);
CREATE INDEX entry_code_by_account ON entry_code (account_id, purpose, issued_at);

-- That somebody went through every account and its roles.
CREATE TABLE account_review (
    id TEXT NOT NULL PRIMARY KEY,
    reviewed_on DATE NOT NULL,
    reviewed_by TEXT NOT NULL REFERENCES person (id),
    reviewed_name TEXT NOT NULL,
    accounts BIGINT NOT NULL,
    remark TEXT NOT NULL,
    known_from BIGINT NOT NULL REFERENCES audit (seq),
    change_id TEXT NOT NULL
);
