-- The log is read by who did it and by what it is about, newest first, without walking over all of it.
CREATE INDEX audit_by_person ON audit (person_id, seq);
CREATE INDEX audit_by_kind ON audit (subject_kind, seq);
