-- The log as a Merkle tree: what of it must be known to append, and the checkpoints that were signed of it.
ALTER TABLE audit_head ADD COLUMN frontier TEXT NOT NULL DEFAULT '';

CREATE TABLE checkpoint (
    size BIGINT NOT NULL PRIMARY KEY,
    note TEXT NOT NULL,
    at TIMESTAMP NOT NULL
);
