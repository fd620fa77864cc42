DROP TABLE deviation_closure;
DROP TABLE policy_proposal;
DROP TABLE house_exception;
DROP TABLE exception_request;
