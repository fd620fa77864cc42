-- Roots of full subtrees of the log, by which a proof reads a few hundred hashes and not the whole log.
CREATE TABLE audit_subtree (
    height INTEGER NOT NULL,
    position BIGINT NOT NULL,
    root TEXT NOT NULL,
    PRIMARY KEY (height, position)
);

-- Since when the file of checkpoints cannot be kept, and why.
CREATE TABLE witness (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    failing_since TIMESTAMP,
    trouble TEXT,
    answer TEXT NOT NULL
);
INSERT INTO witness (id, answer) VALUES (1, '');

-- The checkpoint of a day that is mailed outside: to an address that is no account, so it is no letter.
CREATE TABLE checkpoint_mail (
    day DATE NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    size BIGINT NOT NULL REFERENCES checkpoint (size),
    key TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    held_until TIMESTAMP,
    sent_at TIMESTAMP,
    sent_to TEXT,
    answer TEXT NOT NULL
);
