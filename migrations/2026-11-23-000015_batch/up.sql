-- One signing may cover a list: each of its signatures names the digest over all of them.
ALTER TABLE signature ADD COLUMN batch TEXT;
CREATE INDEX signature_by_batch ON signature (batch);
