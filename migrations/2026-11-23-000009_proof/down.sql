DROP TABLE checkpoint;
ALTER TABLE audit_head DROP COLUMN frontier;
