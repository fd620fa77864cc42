-- Second factors, the codes that go with them, how a lost one is replaced by two, and whose a session is.
CREATE TABLE factor (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id),
    kind TEXT NOT NULL CHECK (kind IN ('totp', 'card')),
    -- Sealed; empty for a card.
    secret TEXT NOT NULL,
    -- The last time step of which a code was accepted.
    last_step BIGINT NOT NULL,
    since TIMESTAMP NOT NULL,
    known_from BIGINT NOT NULL REFERENCES audit (seq),
    known_to BIGINT REFERENCES audit (seq),
    CHECK ((secret = '') = (kind = 'card'))
);
CREATE UNIQUE INDEX factor_one_at_a_time ON factor (account_id) WHERE known_to IS NULL;

CREATE TABLE factor_code (
    factor_id TEXT NOT NULL REFERENCES factor (id),
    kind TEXT NOT NULL CHECK (kind IN ('card', 'recovery')),
    position INTEGER NOT NULL,
    digest TEXT NOT NULL,
    used_at TIMESTAMP,
    PRIMARY KEY (factor_id, kind, position)
);

CREATE TABLE factor_loss (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id),
    reason TEXT NOT NULL,
    identified TEXT NOT NULL,
    asked_by TEXT NOT NULL REFERENCES person (id),
    asked_name TEXT NOT NULL,
    asked_at TIMESTAMP NOT NULL,
    known_from BIGINT NOT NULL REFERENCES audit (seq),
    state TEXT NOT NULL CHECK (state IN ('asked', 'confirmed', 'withdrawn')),
    ended_by TEXT REFERENCES person (id),
    known_to BIGINT REFERENCES audit (seq),
    CHECK ((state = 'asked') = (known_to IS NULL)),
    CHECK ((state = 'asked') = (ended_by IS NULL))
);
CREATE UNIQUE INDEX factor_loss_one_at_a_time ON factor_loss (account_id) WHERE known_to IS NULL;

-- Sessions of before do not say whose they are; everybody signs in again.
DROP TABLE session;
CREATE TABLE session (
    key_hash TEXT NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    account_id TEXT,
    -- Whether both steps of signing in are done.
    signed_in BOOLEAN NOT NULL,
    state TEXT NOT NULL,
    born TIMESTAMP NOT NULL,
    last_used TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    agent TEXT NOT NULL,
    address TEXT NOT NULL
);
CREATE INDEX session_by_expiry ON session (expires_at);
CREATE INDEX session_by_account ON session (account_id);

ALTER TABLE signature ADD COLUMN method TEXT NOT NULL DEFAULT 'password';
