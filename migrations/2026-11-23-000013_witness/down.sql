DROP TABLE checkpoint_mail;
DROP TABLE witness;
DROP TABLE audit_subtree;
