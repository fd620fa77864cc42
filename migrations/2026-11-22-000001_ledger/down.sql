DROP TABLE signature;
DROP TABLE finding;
DROP TABLE verdict;
DROP TABLE gate_rule;
DROP TABLE counter;
DROP TABLE audit_detail;
DROP TABLE audit;
DROP TABLE audit_head;
