DROP TABLE standing;
DROP TABLE gram_count;
DROP TABLE facility_gram;
DROP TABLE facility_code;
DROP TABLE facility_history;
DROP TABLE facility;
DROP TABLE policy_version;
DROP TABLE programme;
