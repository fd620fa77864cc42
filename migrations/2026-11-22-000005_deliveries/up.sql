-- A delivery from its order to its receipt; each step is a row of its own that the guards hold to its verdict.
CREATE TABLE delivery (
    id TEXT NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL UNIQUE,
    programme_id TEXT NOT NULL REFERENCES programme (id),
    facility_id TEXT NOT NULL REFERENCES facility (id),
    channel TEXT NOT NULL,
    wholesaler TEXT NOT NULL,
    branch TEXT NOT NULL,
    state TEXT NOT NULL,
    version INTEGER NOT NULL,
    ships_on DATE NOT NULL,
    arrives_on DATE NOT NULL,
    ordered_by TEXT NOT NULL REFERENCES person (id),
    ordered_at TIMESTAMP NOT NULL,
    verdict_id TEXT NOT NULL REFERENCES verdict (id),
    approval_id TEXT,
    release_id TEXT,
    held_at TIMESTAMP,
    change_id TEXT NOT NULL,
    CHECK (ships_on <= arrives_on)
);
CREATE INDEX delivery_by_state ON delivery (programme_id, state, number);
CREATE INDEX delivery_by_facility ON delivery (facility_id, number);

CREATE TABLE delivery_line (
    delivery_id TEXT NOT NULL REFERENCES delivery (id),
    position INTEGER NOT NULL,
    product TEXT NOT NULL,
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (delivery_id, position)
);

CREATE TABLE approval (
    id TEXT NOT NULL PRIMARY KEY,
    delivery_id TEXT NOT NULL REFERENCES delivery (id),
    verdict_id TEXT NOT NULL UNIQUE REFERENCES verdict (id),
    person_id TEXT NOT NULL REFERENCES person (id),
    acknowledged TEXT NOT NULL,
    reason TEXT NOT NULL,
    ships_on DATE NOT NULL,
    arrives_on DATE NOT NULL,
    at TIMESTAMP NOT NULL,
    signature_id TEXT NOT NULL REFERENCES signature (id),
    change_id TEXT NOT NULL
);
CREATE INDEX approval_by_delivery ON approval (delivery_id);

CREATE TABLE release_order (
    id TEXT NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL UNIQUE,
    delivery_id TEXT NOT NULL REFERENCES delivery (id),
    approval_id TEXT NOT NULL UNIQUE REFERENCES approval (id),
    last_day DATE NOT NULL,
    person_id TEXT NOT NULL REFERENCES person (id),
    at TIMESTAMP NOT NULL,
    change_id TEXT NOT NULL
);

CREATE TABLE shipment (
    id TEXT NOT NULL PRIMARY KEY,
    delivery_id TEXT NOT NULL UNIQUE REFERENCES delivery (id),
    verdict_id TEXT NOT NULL UNIQUE REFERENCES verdict (id),
    release_id TEXT NOT NULL UNIQUE REFERENCES release_order (id),
    shipped_on DATE NOT NULL,
    arrives_on DATE NOT NULL,
    person_id TEXT NOT NULL REFERENCES person (id),
    at TIMESTAMP NOT NULL,
    change_id TEXT NOT NULL,
    CHECK (shipped_on <= arrives_on)
);

CREATE TABLE shipment_lot (
    shipment_id TEXT NOT NULL REFERENCES shipment (id),
    position INTEGER NOT NULL,
    product TEXT NOT NULL,
    lot TEXT NOT NULL,
    expires_on DATE NOT NULL,
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (shipment_id, position)
);
CREATE INDEX shipment_lot_by_lot ON shipment_lot (lot, shipment_id);

CREATE TABLE receipt (
    id TEXT NOT NULL PRIMARY KEY,
    delivery_id TEXT NOT NULL UNIQUE REFERENCES delivery (id),
    verdict_id TEXT NOT NULL REFERENCES verdict (id),
    received_at TIMESTAMP NOT NULL,
    condition TEXT NOT NULL,
    lowest_celsius DOUBLE PRECISION,
    highest_celsius DOUBLE PRECISION,
    remarks TEXT NOT NULL,
    person_id TEXT NOT NULL REFERENCES person (id),
    at TIMESTAMP NOT NULL,
    change_id TEXT NOT NULL
);

CREATE TABLE receipt_line (
    receipt_id TEXT NOT NULL REFERENCES receipt (id),
    position INTEGER NOT NULL,
    product TEXT NOT NULL,
    lot TEXT NOT NULL,
    quantity INTEGER NOT NULL CHECK (quantity >= 0),
    PRIMARY KEY (receipt_id, position)
);

CREATE TABLE deviation (
    id TEXT NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL UNIQUE,
    programme_id TEXT NOT NULL REFERENCES programme (id),
    facility_id TEXT NOT NULL REFERENCES facility (id),
    delivery_id TEXT NOT NULL REFERENCES delivery (id),
    kind TEXT NOT NULL,
    verdict_id TEXT NOT NULL REFERENCES verdict (id),
    at TIMESTAMP NOT NULL,
    known_from BIGINT NOT NULL REFERENCES audit (seq)
);
CREATE INDEX deviation_by_delivery ON deviation (delivery_id);
