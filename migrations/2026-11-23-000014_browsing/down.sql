DROP INDEX audit_by_kind;
DROP INDEX audit_by_person;
