DROP INDEX signature_by_batch;
ALTER TABLE signature DROP COLUMN batch;
