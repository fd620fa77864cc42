ALTER TABLE signature DROP COLUMN method;
DROP TABLE session;
CREATE TABLE session (
    key_hash TEXT NOT NULL PRIMARY KEY,
    state TEXT NOT NULL,
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX session_by_expiry ON session (expires_at);
DROP TABLE factor_loss;
DROP TABLE factor_code;
DROP TABLE factor;
