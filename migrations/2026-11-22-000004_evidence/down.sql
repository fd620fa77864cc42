DROP TABLE contact_attendee;
DROP TABLE contact;
DROP TABLE qualification;
DROP TABLE affiliation;
DROP TABLE change_report;
DROP TABLE partnership;
DROP TABLE readiness;
DROP TABLE attestation;
