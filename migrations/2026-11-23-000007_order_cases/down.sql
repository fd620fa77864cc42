DROP TABLE delivery_case;
