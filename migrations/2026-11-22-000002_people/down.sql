DROP TABLE session;
DROP TABLE membership;
DROP TABLE account;
DROP TABLE person;
