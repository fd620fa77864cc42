DROP TABLE case_transfer;
DROP TABLE safety_task;
DROP TABLE case_record;
DROP TABLE case_file;
