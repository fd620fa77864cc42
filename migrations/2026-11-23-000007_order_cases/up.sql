-- The cases that an order names, by their numbers, with what their facility lets the manufacturer know of them:
-- the vials that are due and the clauses that are open, as they were judged last.
CREATE TABLE delivery_case (
    delivery_id TEXT NOT NULL REFERENCES delivery (id),
    case_id TEXT NOT NULL REFERENCES case_file (id),
    number TEXT NOT NULL,
    position INTEGER NOT NULL,
    doses INTEGER NOT NULL CHECK (doses BETWEEN 1 AND 4),
    due_1mg INTEGER CHECK (due_1mg >= 0),
    due_30mg INTEGER CHECK (due_30mg >= 0),
    open_clauses TEXT NOT NULL,
    known_from BIGINT NOT NULL REFERENCES audit (seq),
    change_id TEXT NOT NULL,
    PRIMARY KEY (delivery_id, case_id),
    CHECK ((due_1mg IS NULL) = (due_30mg IS NULL))
);
CREATE INDEX delivery_case_by_case ON delivery_case (case_id);
