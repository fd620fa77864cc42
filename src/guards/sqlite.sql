-- What the database refuses, whoever asks. Re-applied at every migrate.
-- A line that holds only `--;` ends a statement, because triggers hold semicolons of their own.

DROP TRIGGER IF EXISTS audit_no_update;
--;
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'guard: audit rows never change'); END;
--;
DROP TRIGGER IF EXISTS audit_no_delete;
--;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'guard: audit rows never change'); END;
--;
DROP TRIGGER IF EXISTS audit_in_order;
--;
CREATE TRIGGER audit_in_order BEFORE INSERT ON audit
WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM audit)
BEGIN SELECT RAISE(ABORT, 'guard: audit rows follow one another'); END;
--;
DROP TRIGGER IF EXISTS audit_detail_no_update;
--;
CREATE TRIGGER audit_detail_no_update BEFORE UPDATE ON audit_detail
BEGIN SELECT RAISE(ABORT, 'guard: audit rows never change'); END;
--;
DROP TRIGGER IF EXISTS verdict_no_update;
--;
CREATE TRIGGER verdict_no_update BEFORE UPDATE ON verdict
BEGIN SELECT RAISE(ABORT, 'guard: verdicts never change'); END;
--;
DROP TRIGGER IF EXISTS verdict_no_delete;
--;
CREATE TRIGGER verdict_no_delete BEFORE DELETE ON verdict
BEGIN SELECT RAISE(ABORT, 'guard: verdicts never change'); END;
--;
DROP TRIGGER IF EXISTS finding_no_update;
--;
CREATE TRIGGER finding_no_update BEFORE UPDATE ON finding
BEGIN SELECT RAISE(ABORT, 'guard: verdicts never change'); END;
--;
DROP TRIGGER IF EXISTS finding_no_delete;
--;
CREATE TRIGGER finding_no_delete BEFORE DELETE ON finding
BEGIN SELECT RAISE(ABORT, 'guard: verdicts never change'); END;
--;
DROP TRIGGER IF EXISTS signature_no_update;
--;
CREATE TRIGGER signature_no_update BEFORE UPDATE ON signature
BEGIN SELECT RAISE(ABORT, 'guard: signatures never change'); END;
--;
DROP TRIGGER IF EXISTS signature_no_delete;
--;
CREATE TRIGGER signature_no_delete BEFORE DELETE ON signature
BEGIN SELECT RAISE(ABORT, 'guard: signatures never change'); END;
--;
DROP TRIGGER IF EXISTS approval_needs_permit;
--;
CREATE TRIGGER approval_needs_permit BEFORE INSERT ON approval
BEGIN
  SELECT RAISE(ABORT, 'guard: nobody approves what they ordered')
   WHERE EXISTS (SELECT 1 FROM delivery d WHERE d.id = NEW.delivery_id AND d.ordered_by = NEW.person_id);
  SELECT RAISE(ABORT, 'guard: an approval needs an ordered or held delivery')
   WHERE NOT EXISTS (SELECT 1 FROM delivery d WHERE d.id = NEW.delivery_id AND d.state IN ('ordered', 'held'));
  SELECT RAISE(ABORT, 'guard: an approval needs a signature of the same person and change')
   WHERE NOT EXISTS (SELECT 1 FROM signature s WHERE s.id = NEW.signature_id AND s.person_id = NEW.person_id
                       AND s.change_id = NEW.change_id AND s.record_id = NEW.delivery_id AND s.meaning = 'approval');
  SELECT RAISE(ABORT, 'guard: an approval needs a complete permitting verdict of the same delivery, change and days')
   WHERE NOT EXISTS (
     SELECT 1 FROM verdict v
      WHERE v.id = NEW.verdict_id AND v.kind = 'delivery' AND v.purpose = 'approval'
        AND v.subject_id = NEW.delivery_id AND v.change_id = NEW.change_id
        AND v.first_day <= NEW.ships_on AND v.last_day >= NEW.arrives_on
        AND v.days = CAST(julianday(v.last_day) - julianday(v.first_day) AS INTEGER) + 1
        AND (SELECT count(*) FROM gate_rule r WHERE r.edition = v.edition) > 0
        AND (SELECT count(*) FROM finding f JOIN gate_rule r ON r.edition = v.edition AND r.rule = f.rule
              WHERE f.verdict_id = v.id AND f.day BETWEEN v.first_day AND v.last_day)
            = v.days * (SELECT count(*) FROM gate_rule r WHERE r.edition = v.edition)
        AND NOT EXISTS (SELECT 1 FROM finding f WHERE f.verdict_id = v.id AND f.outcome NOT IN ('met', 'consider')));
END;
--;
DROP TRIGGER IF EXISTS approval_no_update;
--;
CREATE TRIGGER approval_no_update BEFORE UPDATE ON approval
BEGIN SELECT RAISE(ABORT, 'guard: approvals never change'); END;
--;
DROP TRIGGER IF EXISTS approval_no_delete;
--;
CREATE TRIGGER approval_no_delete BEFORE DELETE ON approval
BEGIN SELECT RAISE(ABORT, 'guard: approvals never change'); END;
--;
DROP TRIGGER IF EXISTS release_needs_approval;
--;
CREATE TRIGGER release_needs_approval BEFORE INSERT ON release_order
BEGIN
  SELECT RAISE(ABORT, 'guard: a release needs the delivery''s standing approval')
   WHERE NOT EXISTS (SELECT 1 FROM delivery d WHERE d.id = NEW.delivery_id AND d.state = 'approved'
                       AND d.approval_id = NEW.approval_id);
END;
--;
DROP TRIGGER IF EXISTS shipment_needs_permit;
--;
CREATE TRIGGER shipment_needs_permit BEFORE INSERT ON shipment
BEGIN
  SELECT RAISE(ABORT, 'guard: a shipment needs the delivery''s standing release')
   WHERE NOT EXISTS (SELECT 1 FROM delivery d JOIN release_order r ON r.id = d.release_id
                      WHERE d.id = NEW.delivery_id AND d.state = 'released' AND r.id = NEW.release_id
                        AND r.approval_id = d.approval_id AND r.last_day >= NEW.arrives_on);
  SELECT RAISE(ABORT, 'guard: a shipment needs a complete permitting verdict of the same delivery, change and days')
   WHERE NOT EXISTS (
     SELECT 1 FROM verdict v
      WHERE v.id = NEW.verdict_id AND v.kind = 'delivery' AND v.purpose = 'shipment'
        AND v.subject_id = NEW.delivery_id AND v.change_id = NEW.change_id
        AND v.first_day <= NEW.shipped_on AND v.last_day >= NEW.arrives_on
        AND v.days = CAST(julianday(v.last_day) - julianday(v.first_day) AS INTEGER) + 1
        AND (SELECT count(*) FROM gate_rule r WHERE r.edition = v.edition) > 0
        AND (SELECT count(*) FROM finding f JOIN gate_rule r ON r.edition = v.edition AND r.rule = f.rule
              WHERE f.verdict_id = v.id AND f.day BETWEEN v.first_day AND v.last_day)
            = v.days * (SELECT count(*) FROM gate_rule r WHERE r.edition = v.edition)
        AND NOT EXISTS (SELECT 1 FROM finding f WHERE f.verdict_id = v.id AND f.outcome NOT IN ('met', 'consider')));
END;
--;
DROP TRIGGER IF EXISTS shipment_no_update;
--;
CREATE TRIGGER shipment_no_update BEFORE UPDATE ON shipment
BEGIN SELECT RAISE(ABORT, 'guard: shipments never change'); END;
--;
DROP TRIGGER IF EXISTS shipment_no_delete;
--;
CREATE TRIGGER shipment_no_delete BEFORE DELETE ON shipment
BEGIN SELECT RAISE(ABORT, 'guard: shipments never change'); END;
--;
DROP TRIGGER IF EXISTS delivery_starts_ordered;
--;
CREATE TRIGGER delivery_starts_ordered BEFORE INSERT ON delivery
BEGIN
  SELECT RAISE(ABORT, 'guard: a delivery starts as ordered, with a verdict of the same change')
   WHERE NEW.state <> 'ordered' OR NEW.approval_id IS NOT NULL OR NEW.release_id IS NOT NULL
      OR NOT EXISTS (SELECT 1 FROM verdict v WHERE v.id = NEW.verdict_id AND v.subject_id = NEW.id
                       AND v.change_id = NEW.change_id);
END;
--;
DROP TRIGGER IF EXISTS delivery_moves_with_cause;
--;
CREATE TRIGGER delivery_moves_with_cause BEFORE UPDATE ON delivery
BEGIN
  SELECT RAISE(ABORT, 'guard: a delivery keeps its facility, programme, number and orderer')
   WHERE NEW.id <> OLD.id OR NEW.facility_id <> OLD.facility_id OR NEW.programme_id <> OLD.programme_id
      OR NEW.number <> OLD.number OR NEW.ordered_by <> OLD.ordered_by;
  SELECT RAISE(ABORT, 'guard: a change of state needs an audit row of the same change')
   WHERE NEW.state <> OLD.state
     AND NOT EXISTS (SELECT 1 FROM audit a WHERE a.change_id = NEW.change_id AND a.subject_id = NEW.id);
  SELECT RAISE(ABORT, 'guard: this state cannot follow that one')
   WHERE NEW.state <> OLD.state AND NOT (
        (OLD.state IN ('ordered', 'held') AND NEW.state IN ('approved', 'refused', 'cancelled'))
     OR (OLD.state = 'approved' AND NEW.state IN ('released', 'held', 'refused', 'cancelled'))
     OR (OLD.state = 'released' AND NEW.state IN ('shipped', 'held', 'refused', 'cancelled'))
     OR (OLD.state = 'shipped' AND NEW.state = 'received'));
  SELECT RAISE(ABORT, 'guard: approved needs its approval')
   WHERE NEW.state = 'approved' AND NOT EXISTS (SELECT 1 FROM approval a WHERE a.id = NEW.approval_id AND a.delivery_id = NEW.id);
  SELECT RAISE(ABORT, 'guard: becoming approved needs an approval of the same change')
   WHERE NEW.state = 'approved' AND OLD.state <> 'approved'
     AND NOT EXISTS (SELECT 1 FROM approval a WHERE a.id = NEW.approval_id AND a.change_id = NEW.change_id);
  SELECT RAISE(ABORT, 'guard: released needs its release')
   WHERE NEW.state = 'released' AND NOT EXISTS (SELECT 1 FROM release_order r WHERE r.id = NEW.release_id
                       AND r.delivery_id = NEW.id AND r.approval_id = NEW.approval_id);
  SELECT RAISE(ABORT, 'guard: shipped needs its shipment')
   WHERE NEW.state = 'shipped' AND NOT EXISTS (SELECT 1 FROM shipment s WHERE s.delivery_id = NEW.id);
  SELECT RAISE(ABORT, 'guard: received needs its receipt')
   WHERE NEW.state = 'received' AND NOT EXISTS (SELECT 1 FROM receipt r WHERE r.delivery_id = NEW.id);
END;
--;
DROP TRIGGER IF EXISTS delivery_no_delete;
--;
CREATE TRIGGER delivery_no_delete BEFORE DELETE ON delivery
BEGIN SELECT RAISE(ABORT, 'guard: deliveries are never deleted'); END;
--;
DROP TRIGGER IF EXISTS delivery_line_no_update;
--;
CREATE TRIGGER delivery_line_no_update BEFORE UPDATE ON delivery_line
BEGIN SELECT RAISE(ABORT, 'guard: an order is never rewritten'); END;
--;
DROP TRIGGER IF EXISTS delivery_line_no_delete;
--;
CREATE TRIGGER delivery_line_no_delete BEFORE DELETE ON delivery_line
BEGIN SELECT RAISE(ABORT, 'guard: an order is never rewritten'); END;
--;
DROP TRIGGER IF EXISTS delivery_line_with_its_order;
--;
CREATE TRIGGER delivery_line_with_its_order BEFORE INSERT ON delivery_line
WHEN NOT EXISTS (SELECT 1 FROM delivery d WHERE d.id = NEW.delivery_id AND d.state = 'ordered' AND d.version = 1)
BEGIN SELECT RAISE(ABORT, 'guard: an order is never rewritten'); END;
--;
DROP TRIGGER IF EXISTS finding_with_its_verdict;
--;
CREATE TRIGGER finding_with_its_verdict BEFORE INSERT ON finding
WHEN EXISTS (SELECT 1 FROM approval a WHERE a.verdict_id = NEW.verdict_id)
  OR EXISTS (SELECT 1 FROM shipment s WHERE s.verdict_id = NEW.verdict_id)
BEGIN SELECT RAISE(ABORT, 'guard: verdicts never change'); END;
--;
DROP TRIGGER IF EXISTS readiness_only_ends;
--;
CREATE TRIGGER readiness_only_ends BEFORE UPDATE ON readiness
WHEN OLD.known_to IS NOT NULL OR NEW.known_to IS NULL
BEGIN SELECT RAISE(ABORT, 'guard: evidence is never rewritten'); END;
--;
DROP TRIGGER IF EXISTS readiness_no_delete;
--;
CREATE TRIGGER readiness_no_delete BEFORE DELETE ON readiness
BEGIN SELECT RAISE(ABORT, 'guard: evidence is never rewritten'); END;
--;
DROP TRIGGER IF EXISTS partnership_only_ends;
--;
CREATE TRIGGER partnership_only_ends BEFORE UPDATE ON partnership
WHEN OLD.known_to IS NOT NULL OR NEW.known_to IS NULL
BEGIN SELECT RAISE(ABORT, 'guard: evidence is never rewritten'); END;
--;
DROP TRIGGER IF EXISTS partnership_no_delete;
--;
CREATE TRIGGER partnership_no_delete BEFORE DELETE ON partnership
BEGIN SELECT RAISE(ABORT, 'guard: evidence is never rewritten'); END;
--;
DROP TRIGGER IF EXISTS change_report_only_ends;
--;
CREATE TRIGGER change_report_only_ends BEFORE UPDATE ON change_report
WHEN OLD.known_to IS NOT NULL OR NEW.known_to IS NULL
BEGIN SELECT RAISE(ABORT, 'guard: evidence is never rewritten'); END;
--;
DROP TRIGGER IF EXISTS change_report_no_delete;
--;
CREATE TRIGGER change_report_no_delete BEFORE DELETE ON change_report
BEGIN SELECT RAISE(ABORT, 'guard: evidence is never rewritten'); END;
--;
DROP TRIGGER IF EXISTS affiliation_only_ends;
--;
CREATE TRIGGER affiliation_only_ends BEFORE UPDATE ON affiliation
WHEN OLD.known_to IS NOT NULL OR NEW.known_to IS NULL OR NEW.known_from <> OLD.known_from OR NEW.id <> OLD.id
BEGIN SELECT RAISE(ABORT, 'guard: evidence is never rewritten'); END;
--;
DROP TRIGGER IF EXISTS affiliation_no_delete;
--;
CREATE TRIGGER affiliation_no_delete BEFORE DELETE ON affiliation
BEGIN SELECT RAISE(ABORT, 'guard: evidence is never rewritten'); END;
--;
DROP TRIGGER IF EXISTS contact_only_ends;
--;
CREATE TRIGGER contact_only_ends BEFORE UPDATE ON contact
WHEN OLD.known_to IS NOT NULL OR NEW.known_to IS NULL OR NEW.known_from <> OLD.known_from OR NEW.id <> OLD.id
BEGIN SELECT RAISE(ABORT, 'guard: evidence is never rewritten'); END;
--;
DROP TRIGGER IF EXISTS contact_no_delete;
--;
CREATE TRIGGER contact_no_delete BEFORE DELETE ON contact
BEGIN SELECT RAISE(ABORT, 'guard: evidence is never rewritten'); END;
--;
-- What a physician signed never changes; only its review moves on, once each way.
DROP TRIGGER IF EXISTS qualification_moves_on;
--;
CREATE TRIGGER qualification_moves_on BEFORE UPDATE ON qualification
BEGIN
  SELECT RAISE(ABORT, 'guard: a signed statement never changes')
   WHERE NEW.id IS NOT OLD.id OR NEW.number IS NOT OLD.number OR NEW.programme_id IS NOT OLD.programme_id
      OR NEW.person_id IS NOT OLD.person_id OR NEW.facility_id IS NOT OLD.facility_id
      OR NEW.experience IS NOT OLD.experience OR NEW.meetings IS NOT OLD.meetings
      OR NEW.cooperation IS NOT OLD.cooperation OR NEW.statement IS NOT OLD.statement
      OR NEW.first_day IS NOT OLD.first_day OR NEW.last_day IS NOT OLD.last_day
      OR NEW.submitted_by IS NOT OLD.submitted_by OR NEW.submitted_at IS NOT OLD.submitted_at;
  SELECT RAISE(ABORT, 'guard: an accepted statement never changes')
   WHERE OLD.known_from IS NOT NULL AND (NEW.known_from IS NOT OLD.known_from OR NEW.reviewed_by IS NOT OLD.reviewed_by
      OR NEW.reviewed_at IS NOT OLD.reviewed_at);
  SELECT RAISE(ABORT, 'guard: a statement ceases to be held once, and only after it was accepted')
   WHERE (OLD.known_to IS NOT NULL AND (NEW.known_to IS NOT OLD.known_to OR NEW.state <> OLD.state))
      OR (NEW.known_to IS NOT NULL AND OLD.known_from IS NULL);
  SELECT RAISE(ABORT, 'guard: this state cannot follow that one')
   WHERE NEW.state <> OLD.state AND NOT (
        (OLD.state = 'submitted' AND NEW.state IN ('accepted', 'returned'))
     OR (OLD.state = 'accepted' AND NEW.state = 'withdrawn'));
  SELECT RAISE(ABORT, 'guard: an accepted statement is known from its acceptance, a withdrawn one no more')
   WHERE (NEW.known_from IS NOT NULL) <> (NEW.state IN ('accepted', 'withdrawn'))
      OR (NEW.state = 'withdrawn' AND NEW.known_to IS NULL);
  SELECT RAISE(ABORT, 'guard: nobody accepts what they submitted')
   WHERE NEW.state = 'accepted' AND (NEW.reviewed_by IS NULL OR NEW.reviewed_by IN (NEW.submitted_by, NEW.person_id));
END;
--;
DROP TRIGGER IF EXISTS qualification_no_delete;
--;
CREATE TRIGGER qualification_no_delete BEFORE DELETE ON qualification
BEGIN SELECT RAISE(ABORT, 'guard: evidence is never rewritten'); END;
--;
-- One statement of a person is held at a time.
CREATE UNIQUE INDEX IF NOT EXISTS qualification_held_once ON qualification (programme_id, person_id)
 WHERE known_from IS NOT NULL AND known_to IS NULL;
--;
-- A row that ends keeps what it said.
DROP TRIGGER IF EXISTS affiliation_keeps_its_words;
--;
CREATE TRIGGER affiliation_keeps_its_words BEFORE UPDATE ON affiliation
WHEN NEW.id IS NOT OLD.id OR NEW.person_id IS NOT OLD.person_id OR NEW.facility_id IS NOT OLD.facility_id
  OR NEW.department IS NOT OLD.department OR NEW.title IS NOT OLD.title
  OR NEW.first_day IS NOT OLD.first_day OR NEW.last_day IS NOT OLD.last_day
  OR NEW.entered_by IS NOT OLD.entered_by OR NEW.known_from IS NOT OLD.known_from
BEGIN SELECT RAISE(ABORT, 'guard: evidence is never rewritten'); END;
--;
DROP TRIGGER IF EXISTS contact_keeps_its_words;
--;
CREATE TRIGGER contact_keeps_its_words BEFORE UPDATE ON contact
WHEN NEW.id IS NOT OLD.id OR NEW.number IS NOT OLD.number OR NEW.programme_id IS NOT OLD.programme_id
  OR NEW.facility_id IS NOT OLD.facility_id OR NEW.kind IS NOT OLD.kind OR NEW.mode IS NOT OLD.mode
  OR NEW.presenter IS NOT OLD.presenter OR NEW.presenter_name IS NOT OLD.presenter_name
  OR NEW.product IS NOT OLD.product OR NEW.safety_measures IS NOT OLD.safety_measures
  OR NEW.starts_at IS NOT OLD.starts_at OR NEW.ends_at IS NOT OLD.ends_at
  OR NEW.materials IS NOT OLD.materials OR NEW.summary IS NOT OLD.summary
  OR NEW.entered_by IS NOT OLD.entered_by OR NEW.known_from IS NOT OLD.known_from
BEGIN SELECT RAISE(ABORT, 'guard: evidence is never rewritten'); END;
--;
-- Who was there is written with the contact and never after.
DROP TRIGGER IF EXISTS contact_attendee_with_its_contact;
--;
CREATE TRIGGER contact_attendee_with_its_contact BEFORE INSERT ON contact_attendee
WHEN NOT EXISTS (SELECT 1 FROM contact c WHERE c.id = NEW.contact_id AND c.known_from > (SELECT seq FROM audit_head))
BEGIN SELECT RAISE(ABORT, 'guard: evidence is never rewritten'); END;
--;
DROP TRIGGER IF EXISTS contact_attendee_no_update;
--;
CREATE TRIGGER contact_attendee_no_update BEFORE UPDATE ON contact_attendee
BEGIN SELECT RAISE(ABORT, 'guard: evidence is never rewritten'); END;
--;
DROP TRIGGER IF EXISTS contact_attendee_no_delete;
--;
CREATE TRIGGER contact_attendee_no_delete BEFORE DELETE ON contact_attendee
BEGIN SELECT RAISE(ABORT, 'guard: evidence is never rewritten'); END;
--;
DROP TRIGGER IF EXISTS readiness_keeps_its_words;
--;
CREATE TRIGGER readiness_keeps_its_words BEFORE UPDATE ON readiness
WHEN NEW.id IS NOT OLD.id OR NEW.programme_id IS NOT OLD.programme_id
  OR NEW.facility_id IS NOT OLD.facility_id OR NEW.attestation_id IS NOT OLD.attestation_id
  OR NEW.first_day IS NOT OLD.first_day OR NEW.last_day IS NOT OLD.last_day
  OR NEW.accepted_on IS NOT OLD.accepted_on OR NEW.intensive_care IS NOT OLD.intensive_care
  OR NEW.icu_stated_on IS NOT OLD.icu_stated_on OR NEW.admission_24h IS NOT OLD.admission_24h
  OR NEW.inpatient_beds IS NOT OLD.inpatient_beds OR NEW.tocilizumab_ready IS NOT OLD.tocilizumab_ready
  OR NEW.test_results_available IS NOT OLD.test_results_available
  OR NEW.crs_guidance_version IS NOT OLD.crs_guidance_version OR NEW.entered_by IS NOT OLD.entered_by
  OR NEW.accepted_by IS NOT OLD.accepted_by OR NEW.known_from IS NOT OLD.known_from
BEGIN SELECT RAISE(ABORT, 'guard: evidence is never rewritten'); END;
--;
DROP TRIGGER IF EXISTS partnership_keeps_its_words;
--;
CREATE TRIGGER partnership_keeps_its_words BEFORE UPDATE ON partnership
WHEN NEW.id IS NOT OLD.id OR NEW.programme_id IS NOT OLD.programme_id
  OR NEW.facility_id IS NOT OLD.facility_id OR NEW.partner_id IS NOT OLD.partner_id
  OR NEW.attestation_id IS NOT OLD.attestation_id OR NEW.agreement_first_day IS NOT OLD.agreement_first_day
  OR NEW.agreement_last_day IS NOT OLD.agreement_last_day OR NEW.states_icu IS NOT OLD.states_icu
  OR NEW.states_admission_24h IS NOT OLD.states_admission_24h
  OR NEW.states_tocilizumab IS NOT OLD.states_tocilizumab OR NEW.entered_by IS NOT OLD.entered_by
  OR NEW.accepted_by IS NOT OLD.accepted_by OR NEW.known_from IS NOT OLD.known_from
BEGIN SELECT RAISE(ABORT, 'guard: evidence is never rewritten'); END;
--;
DROP TRIGGER IF EXISTS change_report_keeps_its_words;
--;
CREATE TRIGGER change_report_keeps_its_words BEFORE UPDATE ON change_report
WHEN NEW.id IS NOT OLD.id OR NEW.number IS NOT OLD.number OR NEW.programme_id IS NOT OLD.programme_id
  OR NEW.facility_id IS NOT OLD.facility_id OR NEW.limb IS NOT OLD.limb OR NEW.from_day IS NOT OLD.from_day
  OR NEW.reason IS NOT OLD.reason OR NEW.entered_by IS NOT OLD.entered_by
  OR NEW.known_from IS NOT OLD.known_from
BEGIN SELECT RAISE(ABORT, 'guard: evidence is never rewritten'); END;
--;
-- What was released, sent and received stays as it was recorded; a lot is traced through these rows.
DROP TRIGGER IF EXISTS release_order_no_update;
--;
CREATE TRIGGER release_order_no_update BEFORE UPDATE ON release_order
BEGIN SELECT RAISE(ABORT, 'guard: releases never change'); END;
--;
DROP TRIGGER IF EXISTS release_order_no_delete;
--;
CREATE TRIGGER release_order_no_delete BEFORE DELETE ON release_order
BEGIN SELECT RAISE(ABORT, 'guard: releases never change'); END;
--;
DROP TRIGGER IF EXISTS shipment_lot_no_update;
--;
CREATE TRIGGER shipment_lot_no_update BEFORE UPDATE ON shipment_lot
BEGIN SELECT RAISE(ABORT, 'guard: shipments never change'); END;
--;
DROP TRIGGER IF EXISTS shipment_lot_no_delete;
--;
CREATE TRIGGER shipment_lot_no_delete BEFORE DELETE ON shipment_lot
BEGIN SELECT RAISE(ABORT, 'guard: shipments never change'); END;
--;
DROP TRIGGER IF EXISTS receipt_no_update;
--;
CREATE TRIGGER receipt_no_update BEFORE UPDATE ON receipt
BEGIN SELECT RAISE(ABORT, 'guard: receipts never change'); END;
--;
DROP TRIGGER IF EXISTS receipt_no_delete;
--;
CREATE TRIGGER receipt_no_delete BEFORE DELETE ON receipt
BEGIN SELECT RAISE(ABORT, 'guard: receipts never change'); END;
--;
DROP TRIGGER IF EXISTS receipt_line_no_update;
--;
CREATE TRIGGER receipt_line_no_update BEFORE UPDATE ON receipt_line
BEGIN SELECT RAISE(ABORT, 'guard: receipts never change'); END;
--;
DROP TRIGGER IF EXISTS receipt_line_no_delete;
--;
CREATE TRIGGER receipt_line_no_delete BEFORE DELETE ON receipt_line
BEGIN SELECT RAISE(ABORT, 'guard: receipts never change'); END;
--;
DROP TRIGGER IF EXISTS shipment_lot_with_its_shipment;
--;
CREATE TRIGGER shipment_lot_with_its_shipment BEFORE INSERT ON shipment_lot
WHEN NOT EXISTS (SELECT 1 FROM shipment s JOIN delivery d ON d.id = s.delivery_id WHERE s.id = NEW.shipment_id AND d.state = 'released')
BEGIN SELECT RAISE(ABORT, 'guard: shipments never change'); END;
--;
DROP TRIGGER IF EXISTS receipt_line_with_its_receipt;
--;
CREATE TRIGGER receipt_line_with_its_receipt BEFORE INSERT ON receipt_line
WHEN NOT EXISTS (SELECT 1 FROM receipt r JOIN delivery d ON d.id = r.delivery_id WHERE r.id = NEW.receipt_id AND d.state = 'shipped')
BEGIN SELECT RAISE(ABORT, 'guard: receipts never change'); END;
--;
DROP TRIGGER IF EXISTS case_record_only_ends;
--;
CREATE TRIGGER case_record_only_ends BEFORE UPDATE ON case_record
WHEN OLD.known_to IS NOT NULL OR NEW.known_to IS NULL
BEGIN SELECT RAISE(ABORT, 'guard: a case record is never rewritten'); END;
--;
DROP TRIGGER IF EXISTS case_record_keeps_its_words;
--;
CREATE TRIGGER case_record_keeps_its_words BEFORE UPDATE ON case_record
WHEN NEW.id IS NOT OLD.id OR NEW.case_id IS NOT OLD.case_id OR NEW.position IS NOT OLD.position OR NEW.programme_id IS NOT OLD.programme_id OR NEW.facility_id IS NOT OLD.facility_id OR NEW.kind IS NOT OLD.kind OR NEW.format IS NOT OLD.format OR NEW.body IS NOT OLD.body OR NEW.occurred_at IS NOT OLD.occurred_at OR NEW.mg IS NOT OLD.mg OR NEW.elsewhere IS NOT OLD.elsewhere OR NEW.confirmed IS NOT OLD.confirmed OR NEW.physician_id IS NOT OLD.physician_id OR NEW.entered_by IS NOT OLD.entered_by OR NEW.replaces IS NOT OLD.replaces OR NEW.known_from IS NOT OLD.known_from OR NEW.change_id IS NOT OLD.change_id
BEGIN SELECT RAISE(ABORT, 'guard: a case record is never rewritten'); END;
--;
DROP TRIGGER IF EXISTS case_record_no_delete;
--;
CREATE TRIGGER case_record_no_delete BEFORE DELETE ON case_record
BEGIN SELECT RAISE(ABORT, 'guard: a case record is never rewritten'); END;
--;
DROP TRIGGER IF EXISTS case_record_of_its_case;
--;
CREATE TRIGGER case_record_of_its_case BEFORE INSERT ON case_record
BEGIN
  SELECT RAISE(ABORT, 'guard: a case record belongs to the facility of its case')
   WHERE NOT EXISTS (SELECT 1 FROM case_file c WHERE c.id = NEW.case_id AND c.facility_id = NEW.facility_id AND c.programme_id = NEW.programme_id);
  SELECT RAISE(ABORT, 'guard: a case record needs an audit row of the same change')
   WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.change_id = NEW.change_id AND a.subject_id = NEW.case_id);
END;
--;
DROP TRIGGER IF EXISTS case_file_moves_on;
--;
CREATE TRIGGER case_file_moves_on BEFORE UPDATE ON case_file
BEGIN
  SELECT RAISE(ABORT, 'guard: a case keeps its number, facility and course')
   WHERE NEW.id IS NOT OLD.id OR NEW.number IS NOT OLD.number OR NEW.programme_id IS NOT OLD.programme_id OR NEW.facility_id IS NOT OLD.facility_id OR NEW.course IS NOT OLD.course OR NEW.parent_id IS NOT OLD.parent_id OR NEW.opened_by IS NOT OLD.opened_by OR NEW.opened_at IS NOT OLD.opened_at OR NEW.known_from IS NOT OLD.known_from;
  SELECT RAISE(ABORT, 'guard: a case that ended does not begin again')
   WHERE NEW.state <> OLD.state AND OLD.state <> 'open';
  SELECT RAISE(ABORT, 'guard: a change of a case needs an audit row of the same change')
   WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.change_id = NEW.change_id AND a.subject_id = NEW.id);
END;
--;
DROP TRIGGER IF EXISTS case_file_no_delete;
--;
CREATE TRIGGER case_file_no_delete BEFORE DELETE ON case_file
BEGIN SELECT RAISE(ABORT, 'guard: cases are never deleted'); END;
--;
DROP TRIGGER IF EXISTS safety_task_acknowledged_once;
--;
CREATE TRIGGER safety_task_acknowledged_once BEFORE UPDATE ON safety_task
BEGIN
  SELECT RAISE(ABORT, 'guard: a safety task never changes')
   WHERE NEW.id IS NOT OLD.id OR NEW.number IS NOT OLD.number OR NEW.programme_id IS NOT OLD.programme_id OR NEW.facility_id IS NOT OLD.facility_id OR NEW.case_id IS NOT OLD.case_id OR NEW.case_number IS NOT OLD.case_number OR NEW.record_id IS NOT OLD.record_id OR NEW.reaction IS NOT OLD.reaction OR NEW.grade IS NOT OLD.grade OR NEW.aware_at IS NOT OLD.aware_at OR NEW.reported_by IS NOT OLD.reported_by OR NEW.reported_at IS NOT OLD.reported_at OR NEW.known_from IS NOT OLD.known_from;
  SELECT RAISE(ABORT, 'guard: a safety task is acknowledged once')
   WHERE OLD.acknowledged_at IS NOT NULL OR NEW.acknowledged_at IS NULL OR NEW.acknowledged_by IS NULL;
END;
--;
DROP TRIGGER IF EXISTS safety_task_starts_open;
--;
CREATE TRIGGER safety_task_starts_open BEFORE INSERT ON safety_task
WHEN NEW.acknowledged_at IS NOT NULL OR NEW.acknowledged_by IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'guard: a safety task starts open'); END;
--;
DROP TRIGGER IF EXISTS safety_task_no_delete;
--;
CREATE TRIGGER safety_task_no_delete BEFORE DELETE ON safety_task
BEGIN SELECT RAISE(ABORT, 'guard: a safety task never changes'); END;
--;
DROP TRIGGER IF EXISTS case_transfer_once;
--;
CREATE TRIGGER case_transfer_once BEFORE UPDATE ON case_transfer
BEGIN
  SELECT RAISE(ABORT, 'guard: a transfer code keeps its words')
   WHERE NEW.id IS NOT OLD.id OR NEW.case_id IS NOT OLD.case_id OR NEW.programme_id IS NOT OLD.programme_id OR NEW.facility_id IS NOT OLD.facility_id OR NEW.code_hash IS NOT OLD.code_hash OR NEW.offered_by IS NOT OLD.offered_by OR NEW.offered_at IS NOT OLD.offered_at OR NEW.expires_at IS NOT OLD.expires_at OR NEW.known_from IS NOT OLD.known_from;
  SELECT RAISE(ABORT, 'guard: a transfer code is used once')
   WHERE OLD.state <> 'offered' OR (NEW.state = 'accepted') <> (NEW.child_id IS NOT NULL);
END;
--;
DROP TRIGGER IF EXISTS case_transfer_no_delete;
--;
CREATE TRIGGER case_transfer_no_delete BEFORE DELETE ON case_transfer
BEGIN SELECT RAISE(ABORT, 'guard: a transfer code keeps its words'); END;
--;
CREATE UNIQUE INDEX IF NOT EXISTS case_eligibility_held_once ON case_record (case_id) WHERE kind = 'eligibility' AND known_to IS NULL;
--;
-- The cases an order names stay as they were named; what they are judged to be moves on until the goods leave.
DROP TRIGGER IF EXISTS delivery_case_with_its_order;
--;
CREATE TRIGGER delivery_case_with_its_order BEFORE INSERT ON delivery_case
BEGIN
  SELECT RAISE(ABORT, 'guard: an order is never rewritten')
   WHERE NOT EXISTS (SELECT 1 FROM delivery d WHERE d.id = NEW.delivery_id AND d.state = 'ordered' AND d.version = 1 AND d.change_id = NEW.change_id);
  SELECT RAISE(ABORT, 'guard: an order names cases of its own facility')
   WHERE NOT EXISTS (SELECT 1 FROM case_file c JOIN delivery d ON d.facility_id = c.facility_id AND d.programme_id = c.programme_id
                      WHERE c.id = NEW.case_id AND c.number = NEW.number AND d.id = NEW.delivery_id);
  SELECT RAISE(ABORT, 'guard: a judged case needs an audit row of the same change')
   WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.seq = NEW.known_from AND a.change_id = NEW.change_id AND a.subject_id = NEW.delivery_id);
END;
--;
DROP TRIGGER IF EXISTS delivery_case_is_judged_again;
--;
CREATE TRIGGER delivery_case_is_judged_again BEFORE UPDATE ON delivery_case
BEGIN
  SELECT RAISE(ABORT, 'guard: an order is never rewritten')
   WHERE NEW.delivery_id IS NOT OLD.delivery_id OR NEW.case_id IS NOT OLD.case_id OR NEW.number IS NOT OLD.number
      OR NEW.position IS NOT OLD.position OR NEW.doses IS NOT OLD.doses;
  SELECT RAISE(ABORT, 'guard: what was shipped is judged no more')
   WHERE NOT EXISTS (SELECT 1 FROM delivery d WHERE d.id = NEW.delivery_id AND d.state IN ('ordered', 'held', 'approved', 'released'));
  SELECT RAISE(ABORT, 'guard: a judged case needs an audit row of the same change')
   WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.seq = NEW.known_from AND a.change_id = NEW.change_id AND a.subject_id = NEW.delivery_id);
END;
--;
DROP TRIGGER IF EXISTS delivery_case_no_delete;
--;
CREATE TRIGGER delivery_case_no_delete BEFORE DELETE ON delivery_case
BEGIN SELECT RAISE(ABORT, 'guard: an order is never rewritten'); END;
--;
DROP TRIGGER IF EXISTS duty_only_ends;
--;
CREATE TRIGGER duty_only_ends BEFORE UPDATE ON duty
WHEN OLD.known_to IS NOT NULL OR NEW.known_to IS NULL
BEGIN SELECT RAISE(ABORT, 'guard: a duty ends and is never rewritten'); END;
--;
DROP TRIGGER IF EXISTS duty_keeps_its_words;
--;
CREATE TRIGGER duty_keeps_its_words BEFORE UPDATE ON duty
WHEN NEW.id IS NOT OLD.id OR NEW.programme_id IS NOT OLD.programme_id OR NEW.facility_id IS NOT OLD.facility_id
  OR NEW.account_id IS NOT OLD.account_id OR NEW.first_day IS NOT OLD.first_day OR NEW.last_day IS NOT OLD.last_day OR NEW.known_from IS NOT OLD.known_from
BEGIN SELECT RAISE(ABORT, 'guard: a duty ends and is never rewritten'); END;
--;
DROP TRIGGER IF EXISTS duty_no_delete;
--;
CREATE TRIGGER duty_no_delete BEFORE DELETE ON duty
BEGIN SELECT RAISE(ABORT, 'guard: a duty ends and is never rewritten'); END;
--;
DROP TRIGGER IF EXISTS deputy_only_ends;
--;
CREATE TRIGGER deputy_only_ends BEFORE UPDATE ON deputy
WHEN OLD.known_to IS NOT NULL OR NEW.known_to IS NULL
BEGIN SELECT RAISE(ABORT, 'guard: a deputy ends and is never rewritten'); END;
--;
DROP TRIGGER IF EXISTS deputy_keeps_its_words;
--;
CREATE TRIGGER deputy_keeps_its_words BEFORE UPDATE ON deputy
WHEN NEW.id IS NOT OLD.id OR NEW.account_id IS NOT OLD.account_id OR NEW.deputy_id IS NOT OLD.deputy_id
  OR NEW.first_day IS NOT OLD.first_day OR NEW.last_day IS NOT OLD.last_day OR NEW.known_from IS NOT OLD.known_from
BEGIN SELECT RAISE(ABORT, 'guard: a deputy ends and is never rewritten'); END;
--;
DROP TRIGGER IF EXISTS deputy_no_delete;
--;
CREATE TRIGGER deputy_no_delete BEFORE DELETE ON deputy
BEGIN SELECT RAISE(ABORT, 'guard: a deputy ends and is never rewritten'); END;
--;
DROP TRIGGER IF EXISTS day_off_only_ends;
--;
CREATE TRIGGER day_off_only_ends BEFORE UPDATE ON day_off
WHEN OLD.known_to IS NOT NULL OR NEW.known_to IS NULL
BEGIN SELECT RAISE(ABORT, 'guard: a day off ends and is never rewritten'); END;
--;
DROP TRIGGER IF EXISTS day_off_keeps_its_words;
--;
CREATE TRIGGER day_off_keeps_its_words BEFORE UPDATE ON day_off
WHEN NEW.id IS NOT OLD.id OR NEW.day IS NOT OLD.day OR NEW.kind IS NOT OLD.kind
  OR NEW.name IS NOT OLD.name OR NEW.known_from IS NOT OLD.known_from
BEGIN SELECT RAISE(ABORT, 'guard: a day off ends and is never rewritten'); END;
--;
DROP TRIGGER IF EXISTS day_off_no_delete;
--;
CREATE TRIGGER day_off_no_delete BEFORE DELETE ON day_off
BEGIN SELECT RAISE(ABORT, 'guard: a day off ends and is never rewritten'); END;
--;
DROP TRIGGER IF EXISTS mailbox_stays_with_its_account;
--;
CREATE TRIGGER mailbox_stays_with_its_account BEFORE UPDATE ON mailbox
WHEN NEW.account_id IS NOT OLD.account_id
BEGIN SELECT RAISE(ABORT, 'guard: a mailbox is changed and never removed'); END;
--;
DROP TRIGGER IF EXISTS mailbox_no_delete;
--;
CREATE TRIGGER mailbox_no_delete BEFORE DELETE ON mailbox
BEGIN SELECT RAISE(ABORT, 'guard: a mailbox is changed and never removed'); END;
--;
DROP TRIGGER IF EXISTS letter_keeps_its_words;
--;
CREATE TRIGGER letter_keeps_its_words BEFORE UPDATE ON letter
WHEN NEW.id IS NOT OLD.id OR NEW.programme_id IS NOT OLD.programme_id OR NEW.kind IS NOT OLD.kind
  OR NEW.subject IS NOT OLD.subject OR NEW.due_on IS NOT OLD.due_on OR NEW.stage IS NOT OLD.stage OR NEW.account_id IS NOT OLD.account_id OR NEW.copy IS NOT OLD.copy OR NEW.facility_id IS NOT OLD.facility_id OR NEW.body IS NOT OLD.body OR NEW.queued_at IS NOT OLD.queued_at
BEGIN SELECT RAISE(ABORT, 'guard: a letter keeps its words and its reader'); END;
--;
DROP TRIGGER IF EXISTS letter_sent_is_sent;
--;
CREATE TRIGGER letter_sent_is_sent BEFORE UPDATE ON letter
WHEN OLD.state = 'sent' AND NEW.state NOT IN ('sent', 'bounced', 'printed')
BEGIN SELECT RAISE(ABORT, 'guard: a letter that was sent only comes back or is printed'); END;
--;
DROP TRIGGER IF EXISTS letter_no_delete;
--;
CREATE TRIGGER letter_no_delete BEFORE DELETE ON letter
BEGIN SELECT RAISE(ABORT, 'guard: letters are never deleted'); END;
--;
DROP TRIGGER IF EXISTS letter_try_no_update;
--;
CREATE TRIGGER letter_try_no_update BEFORE UPDATE ON letter_try
BEGIN SELECT RAISE(ABORT, 'guard: attempts to send never change'); END;
--;
DROP TRIGGER IF EXISTS letter_try_no_delete;
--;
CREATE TRIGGER letter_try_no_delete BEFORE DELETE ON letter_try
BEGIN SELECT RAISE(ABORT, 'guard: attempts to send never change'); END;
--;
-- Booked meetings, who comes, and what is added to a record.
DROP TRIGGER IF EXISTS booking_starts_booked;
--;
CREATE TRIGGER booking_starts_booked BEFORE INSERT ON booking
BEGIN
  SELECT RAISE(ABORT, 'guard: a booking starts as booked')
   WHERE NEW.state <> 'booked' OR NEW.version <> 1 OR NEW.contact_id IS NOT NULL;
  SELECT RAISE(ABORT, 'guard: a booking needs an audit row of the same change')
   WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.seq = NEW.known_from AND a.change_id = NEW.change_id AND a.subject_id = NEW.id);
END;
--;
DROP TRIGGER IF EXISTS booking_keeps_its_number;
--;
CREATE TRIGGER booking_keeps_its_number BEFORE UPDATE ON booking
BEGIN
  SELECT RAISE(ABORT, 'guard: a booking keeps its number, place and author')
   WHERE NEW.id <> OLD.id OR NEW.number <> OLD.number OR NEW.programme_id <> OLD.programme_id OR NEW.facility_id <> OLD.facility_id OR NEW.representative_id <> OLD.representative_id OR NEW.booked_by <> OLD.booked_by OR NEW.booked_at <> OLD.booked_at;
  SELECT RAISE(ABORT, 'guard: a cancelled booking never changes')
   WHERE OLD.state = 'cancelled';
  SELECT RAISE(ABORT, 'guard: a booking counts its changes')
   WHERE NEW.version < OLD.version OR NEW.version > OLD.version + 1;
  SELECT RAISE(ABORT, 'guard: a held booking names the record of its meeting')
   WHERE (NEW.state = 'held') <> (NEW.contact_id IS NOT NULL);
  SELECT RAISE(ABORT, 'guard: a booking and its record are of one facility')
   WHERE NEW.contact_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM contact c WHERE c.id = NEW.contact_id AND c.facility_id = NEW.facility_id AND c.kind = 'meeting');
  SELECT RAISE(ABORT, 'guard: a booking needs an audit row of the same change')
   WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.seq = NEW.known_from AND a.change_id = NEW.change_id AND a.subject_id = NEW.id);
END;
--;
DROP TRIGGER IF EXISTS booking_no_delete;
--;
CREATE TRIGGER booking_no_delete BEFORE DELETE ON booking
BEGIN
  SELECT RAISE(ABORT, 'guard: a booking is cancelled, never removed');
END;
--;
DROP TRIGGER IF EXISTS booking_physician_with_its_booking;
--;
CREATE TRIGGER booking_physician_with_its_booking BEFORE INSERT ON booking_physician
BEGIN
  SELECT RAISE(ABORT, 'guard: who comes changes with the booking only')
   WHERE NOT EXISTS (SELECT 1 FROM booking b WHERE b.id = NEW.booking_id AND b.state = 'booked') OR NOT EXISTS (SELECT 1 FROM audit a WHERE a.seq = (SELECT max(seq) FROM audit) AND a.subject_id = NEW.booking_id);
END;
--;
DROP TRIGGER IF EXISTS booking_physician_no_update;
--;
CREATE TRIGGER booking_physician_no_update BEFORE UPDATE ON booking_physician
BEGIN
  SELECT RAISE(ABORT, 'guard: who comes changes with the booking only');
END;
--;
DROP TRIGGER IF EXISTS booking_physician_leaves_with_its_booking;
--;
CREATE TRIGGER booking_physician_leaves_with_its_booking BEFORE DELETE ON booking_physician
BEGIN
  SELECT RAISE(ABORT, 'guard: who comes changes with the booking only')
   WHERE NOT EXISTS (SELECT 1 FROM booking b WHERE b.id = OLD.booking_id AND b.state = 'booked') OR NOT EXISTS (SELECT 1 FROM audit a WHERE a.seq = (SELECT max(seq) FROM audit) AND a.subject_id = OLD.booking_id);
END;
--;
DROP TRIGGER IF EXISTS addendum_with_its_audit;
--;
CREATE TRIGGER addendum_with_its_audit BEFORE INSERT ON contact_addendum
BEGIN
  SELECT RAISE(ABORT, 'guard: an addendum is signed by whoever adds it')
   WHERE NEW.words = '' OR NOT EXISTS (SELECT 1 FROM audit a WHERE a.seq = NEW.known_from AND a.change_id = NEW.change_id AND a.subject_id = NEW.contact_id AND a.person_id = NEW.entered_by AND a.person_name = NEW.entered_name);
  SELECT RAISE(ABORT, 'guard: a corrected record takes no addendum')
   WHERE EXISTS (SELECT 1 FROM contact c WHERE c.id = NEW.contact_id AND c.known_to IS NOT NULL);
END;
--;
DROP TRIGGER IF EXISTS addendum_no_update;
--;
CREATE TRIGGER addendum_no_update BEFORE UPDATE ON contact_addendum
BEGIN
  SELECT RAISE(ABORT, 'guard: an addendum never changes');
END;
--;
DROP TRIGGER IF EXISTS addendum_no_delete;
--;
CREATE TRIGGER addendum_no_delete BEFORE DELETE ON contact_addendum
BEGIN
  SELECT RAISE(ABORT, 'guard: an addendum never changes');
END;
--;
CREATE INDEX IF NOT EXISTS booking_by_representative ON booking (representative_id, state, starts_at);
--;
CREATE INDEX IF NOT EXISTS booking_by_contact ON booking (contact_id);
--;
-- A list that was signed at once stays as it was signed: nothing joins it later, or by another's hand.
DROP TRIGGER IF EXISTS signature_joins_no_list;
--;
CREATE TRIGGER signature_joins_no_list BEFORE INSERT ON signature
WHEN NEW.batch IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'guard: the signatures of a list are of one person and change')
   WHERE EXISTS (SELECT 1 FROM signature s WHERE s.batch = NEW.batch
                 AND (s.change_id <> NEW.change_id OR s.person_id <> NEW.person_id));
END;
--;
DROP TRIGGER IF EXISTS audit_subtree_no_update;
--;
CREATE TRIGGER audit_subtree_no_update BEFORE UPDATE ON audit_subtree
BEGIN
  SELECT RAISE(ABORT, 'guard: a kept subtree of the log never changes');
END;
--;
DROP TRIGGER IF EXISTS audit_subtree_no_delete;
--;
CREATE TRIGGER audit_subtree_no_delete BEFORE DELETE ON audit_subtree
BEGIN
  SELECT RAISE(ABORT, 'guard: a kept subtree of the log never changes');
END;
--;
DROP TRIGGER IF EXISTS checkpoint_no_update;
--;
CREATE TRIGGER checkpoint_no_update BEFORE UPDATE ON checkpoint
BEGIN
  SELECT RAISE(ABORT, 'guard: a checkpoint never changes');
END;
--;
DROP TRIGGER IF EXISTS checkpoint_no_delete;
--;
CREATE TRIGGER checkpoint_no_delete BEFORE DELETE ON checkpoint
BEGIN
  SELECT RAISE(ABORT, 'guard: a checkpoint never changes');
END;
--;
DROP TRIGGER IF EXISTS checkpoint_mail_stays;
--;
CREATE TRIGGER checkpoint_mail_stays BEFORE UPDATE ON checkpoint_mail
BEGIN
  SELECT RAISE(ABORT, 'guard: what was mailed outside stays as it was mailed')
   WHERE OLD.sent_at IS NOT NULL OR NEW.day <> OLD.day OR NEW.id <> OLD.id OR NEW.size <> OLD.size OR NEW.key <> OLD.key;
END;
--;
DROP TRIGGER IF EXISTS checkpoint_mail_no_delete;
--;
CREATE TRIGGER checkpoint_mail_no_delete BEFORE DELETE ON checkpoint_mail
BEGIN
  SELECT RAISE(ABORT, 'guard: what was mailed outside stays as it was mailed');
END;
--;
-- House policy bent and changed by two, and deviations that are closed.
DROP TRIGGER IF EXISTS exception_request_starts_asked;
--;
CREATE TRIGGER exception_request_starts_asked BEFORE INSERT ON exception_request
BEGIN
  SELECT RAISE(ABORT, 'guard: nobody sets a clause of the notice aside')
   WHERE NOT EXISTS (SELECT 1 FROM gate_rule g WHERE g.rule = NEW.rule AND g.source = 'house') OR EXISTS (SELECT 1 FROM gate_rule g WHERE g.rule = NEW.rule AND g.source <> 'house');
  SELECT RAISE(ABORT, 'guard: an exception starts as asked')
   WHERE NEW.state <> 'asked' OR NEW.reason = '' OR NEW.decided_by IS NOT NULL OR NEW.decided_at IS NOT NULL OR NEW.decision_reason IS NOT NULL;
  SELECT RAISE(ABORT, 'guard: an exception is asked for with the signature of a safety officer')
   WHERE NOT EXISTS (SELECT 1 FROM signature s WHERE s.id = NEW.asked_signature AND s.person_id = NEW.asked_by AND s.record_kind = 'exception' AND s.record_id = NEW.id AND s.meaning = 'exception' AND s.role = 'safety_officer' AND s.change_id = NEW.change_id);
  SELECT RAISE(ABORT, 'guard: an exception needs an audit row of the same change')
   WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.seq = NEW.known_from AND a.change_id = NEW.change_id AND a.subject_id = NEW.id);
END;
--;
DROP TRIGGER IF EXISTS exception_request_moves_on;
--;
CREATE TRIGGER exception_request_moves_on BEFORE UPDATE ON exception_request
BEGIN
  SELECT RAISE(ABORT, 'guard: what was asked for never changes')
   WHERE NEW.id IS NOT OLD.id OR NEW.number IS NOT OLD.number OR NEW.programme_id IS NOT OLD.programme_id OR NEW.facility_id IS NOT OLD.facility_id OR NEW.rule IS NOT OLD.rule OR NEW.first_day IS NOT OLD.first_day OR NEW.last_day IS NOT OLD.last_day OR NEW.reason IS NOT OLD.reason OR NEW.asked_by IS NOT OLD.asked_by OR NEW.asked_at IS NOT OLD.asked_at OR NEW.asked_signature IS NOT OLD.asked_signature OR NEW.known_from IS NOT OLD.known_from;
  SELECT RAISE(ABORT, 'guard: an exception is decided once')
   WHERE OLD.state <> 'asked' OR NEW.state NOT IN ('confirmed', 'declined', 'withdrawn') OR NEW.decided_by IS NULL OR NEW.decided_at IS NULL;
  SELECT RAISE(ABORT, 'guard: the two signatures are of two persons')
   WHERE NEW.state = 'confirmed' AND NEW.decided_by = NEW.asked_by;
  SELECT RAISE(ABORT, 'guard: an exception needs an audit row of the same change')
   WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.change_id = NEW.change_id AND a.subject_id = NEW.id AND a.seq > NEW.known_from);
END;
--;
DROP TRIGGER IF EXISTS exception_request_no_delete;
--;
CREATE TRIGGER exception_request_no_delete BEFORE DELETE ON exception_request
BEGIN
  SELECT RAISE(ABORT, 'guard: what was asked for never changes');
END;
--;
DROP TRIGGER IF EXISTS house_exception_needs_both;
--;
CREATE TRIGGER house_exception_needs_both BEFORE INSERT ON house_exception
BEGIN
  SELECT RAISE(ABORT, 'guard: nobody sets a clause of the notice aside')
   WHERE NOT EXISTS (SELECT 1 FROM gate_rule g WHERE g.rule = NEW.rule AND g.source = 'house') OR EXISTS (SELECT 1 FROM gate_rule g WHERE g.rule = NEW.rule AND g.source <> 'house');
  SELECT RAISE(ABORT, 'guard: the two signatures are of two persons')
   WHERE NEW.asked_by = NEW.confirmed_by;
  SELECT RAISE(ABORT, 'guard: an exception is what was asked for and confirmed')
   WHERE NOT EXISTS (SELECT 1 FROM exception_request r WHERE r.id = NEW.id AND r.state = 'confirmed' AND r.number = NEW.number AND r.programme_id = NEW.programme_id AND r.facility_id = NEW.facility_id AND r.rule = NEW.rule AND r.first_day = NEW.first_day AND r.last_day = NEW.last_day AND r.asked_by = NEW.asked_by AND r.asked_signature = NEW.asked_signature AND r.decided_by = NEW.confirmed_by AND r.change_id = NEW.change_id);
  SELECT RAISE(ABORT, 'guard: an exception carries the signatures of a safety officer and an approver')
   WHERE NOT EXISTS (SELECT 1 FROM signature s WHERE s.id = NEW.asked_signature AND s.person_id = NEW.asked_by AND s.record_kind = 'exception' AND s.record_id = NEW.id AND s.meaning = 'exception' AND s.role = 'safety_officer') OR NOT EXISTS (SELECT 1 FROM signature s WHERE s.id = NEW.confirmed_signature AND s.person_id = NEW.confirmed_by AND s.record_kind = 'exception' AND s.record_id = NEW.id AND s.meaning = 'exception' AND s.role = 'distribution_approver' AND s.change_id = NEW.change_id);
  SELECT RAISE(ABORT, 'guard: an exception begins without an end')
   WHERE NEW.known_to IS NOT NULL OR NEW.ended_by IS NOT NULL OR NEW.ended_at IS NOT NULL OR NEW.end_reason IS NOT NULL;
  SELECT RAISE(ABORT, 'guard: an exception needs an audit row of the same change')
   WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.seq = NEW.known_from AND a.change_id = NEW.change_id AND a.subject_id = NEW.id);
END;
--;
DROP TRIGGER IF EXISTS house_exception_only_ends;
--;
CREATE TRIGGER house_exception_only_ends BEFORE UPDATE ON house_exception
BEGIN
  SELECT RAISE(ABORT, 'guard: an exception never changes')
   WHERE NEW.id IS NOT OLD.id OR NEW.number IS NOT OLD.number OR NEW.programme_id IS NOT OLD.programme_id OR NEW.facility_id IS NOT OLD.facility_id OR NEW.rule IS NOT OLD.rule OR NEW.first_day IS NOT OLD.first_day OR NEW.last_day IS NOT OLD.last_day OR NEW.asked_by IS NOT OLD.asked_by OR NEW.asked_signature IS NOT OLD.asked_signature OR NEW.confirmed_by IS NOT OLD.confirmed_by OR NEW.confirmed_signature IS NOT OLD.confirmed_signature OR NEW.change_id IS NOT OLD.change_id OR NEW.known_from IS NOT OLD.known_from;
  SELECT RAISE(ABORT, 'guard: an exception ends once, with a reason')
   WHERE OLD.known_to IS NOT NULL OR NEW.known_to IS NULL OR NEW.ended_by IS NULL OR NEW.ended_at IS NULL OR NEW.end_reason IS NULL OR NEW.end_reason = '';
  SELECT RAISE(ABORT, 'guard: the end of an exception needs an audit row')
   WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.seq = NEW.known_to AND a.subject_id = NEW.id);
END;
--;
DROP TRIGGER IF EXISTS house_exception_no_delete;
--;
CREATE TRIGGER house_exception_no_delete BEFORE DELETE ON house_exception
BEGIN
  SELECT RAISE(ABORT, 'guard: an exception never changes');
END;
--;
DROP TRIGGER IF EXISTS approval_rests_on_exceptions;
--;
CREATE TRIGGER approval_rests_on_exceptions BEFORE INSERT ON approval
BEGIN
  SELECT RAISE(ABORT, 'guard: an exception that an answer rests on is in force, of the same facility, rule and day')
   WHERE EXISTS (SELECT 1 FROM finding f JOIN verdict v ON v.id = f.verdict_id WHERE f.verdict_id = NEW.verdict_id AND f.code = 'HOUSE_EXCEPTION' AND (f.source <> 'house' OR f.outcome <> 'consider' OR NOT EXISTS (SELECT 1 FROM house_exception e WHERE e.programme_id = v.programme_id AND e.facility_id = v.facility_id AND e.rule = f.rule AND e.first_day <= f.day AND e.last_day >= f.day AND e.known_to IS NULL)));
END;
--;
DROP TRIGGER IF EXISTS shipment_rests_on_exceptions;
--;
CREATE TRIGGER shipment_rests_on_exceptions BEFORE INSERT ON shipment
BEGIN
  SELECT RAISE(ABORT, 'guard: an exception that an answer rests on is in force, of the same facility, rule and day')
   WHERE EXISTS (SELECT 1 FROM finding f JOIN verdict v ON v.id = f.verdict_id WHERE f.verdict_id = NEW.verdict_id AND f.code = 'HOUSE_EXCEPTION' AND (f.source <> 'house' OR f.outcome <> 'consider' OR NOT EXISTS (SELECT 1 FROM house_exception e WHERE e.programme_id = v.programme_id AND e.facility_id = v.facility_id AND e.rule = f.rule AND e.first_day <= f.day AND e.last_day >= f.day AND e.known_to IS NULL)));
END;
--;
DROP TRIGGER IF EXISTS policy_proposal_starts_drawn;
--;
CREATE TRIGGER policy_proposal_starts_drawn BEFORE INSERT ON policy_proposal
BEGIN
  SELECT RAISE(ABORT, 'guard: a change of the house policy starts as drawn up')
   WHERE NEW.state <> 'drawn' OR NEW.proposed_at IS NOT NULL OR NEW.proposed_signature IS NOT NULL OR NEW.proposed_preview IS NOT NULL OR NEW.decided_by IS NOT NULL OR NEW.decided_signature IS NOT NULL;
  SELECT RAISE(ABORT, 'guard: a change of the house policy needs an audit row of the same change')
   WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.seq = NEW.known_from AND a.change_id = NEW.change_id AND a.subject_id = NEW.id);
END;
--;
DROP TRIGGER IF EXISTS policy_proposal_moves_on;
--;
CREATE TRIGGER policy_proposal_moves_on BEFORE UPDATE ON policy_proposal
BEGIN
  SELECT RAISE(ABORT, 'guard: a proposed policy never changes')
   WHERE NEW.id IS NOT OLD.id OR NEW.number IS NOT OLD.number OR NEW.programme_id IS NOT OLD.programme_id OR NEW.body IS NOT OLD.body OR NEW.reason IS NOT OLD.reason OR NEW.drawn_by IS NOT OLD.drawn_by OR NEW.drawn_at IS NOT OLD.drawn_at OR NEW.known_from IS NOT OLD.known_from OR (OLD.proposed_signature IS NOT NULL AND (NEW.proposed_signature IS NOT OLD.proposed_signature OR NEW.proposed_at IS NOT OLD.proposed_at OR NEW.proposed_preview IS NOT OLD.proposed_preview));
  SELECT RAISE(ABORT, 'guard: this state cannot follow that one')
   WHERE NOT ((OLD.state = 'drawn' AND NEW.state IN ('proposed', 'withdrawn')) OR (OLD.state = 'proposed' AND NEW.state IN ('confirmed', 'declined', 'withdrawn')));
  SELECT RAISE(ABORT, 'guard: a policy is proposed with the signature of who drew it up')
   WHERE NEW.state = 'proposed' AND (NEW.proposed_preview IS NULL OR NOT EXISTS (SELECT 1 FROM signature s WHERE s.id = NEW.proposed_signature AND s.person_id = NEW.drawn_by AND s.record_kind = 'policy_proposal' AND s.record_id = NEW.id AND s.meaning = 'policy_change' AND s.role = 'safety_officer' AND s.change_id = NEW.change_id));
  SELECT RAISE(ABORT, 'guard: a policy is confirmed with the signature of another safety officer')
   WHERE NEW.state = 'confirmed' AND (NEW.decided_preview IS NULL OR NEW.decided_by = NEW.drawn_by OR NOT EXISTS (SELECT 1 FROM signature s WHERE s.id = NEW.decided_signature AND s.person_id = NEW.decided_by AND s.record_kind = 'policy_proposal' AND s.record_id = NEW.id AND s.meaning = 'policy_change' AND s.role = 'safety_officer' AND s.change_id = NEW.change_id));
  SELECT RAISE(ABORT, 'guard: a change of the house policy needs an audit row of the same change')
   WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.change_id = NEW.change_id AND a.subject_id = NEW.id AND a.seq > NEW.known_from);
END;
--;
DROP TRIGGER IF EXISTS policy_proposal_no_delete;
--;
CREATE TRIGGER policy_proposal_no_delete BEFORE DELETE ON policy_proposal
BEGIN
  SELECT RAISE(ABORT, 'guard: a proposed policy never changes');
END;
--;
DROP TRIGGER IF EXISTS policy_version_needs_two;
--;
CREATE TRIGGER policy_version_needs_two BEFORE INSERT ON policy_version
BEGIN
  SELECT RAISE(ABORT, 'guard: a version of the house policy is proposed by one and confirmed by another')
   WHERE NEW.version <> 1 AND (NEW.proposed_by = NEW.confirmed_by OR NOT EXISTS (SELECT 1 FROM policy_proposal p WHERE p.programme_id = NEW.programme_id AND p.state = 'confirmed' AND p.body = NEW.body AND p.drawn_by = NEW.proposed_by AND p.decided_by = NEW.confirmed_by));
END;
--;
DROP TRIGGER IF EXISTS policy_version_no_update;
--;
CREATE TRIGGER policy_version_no_update BEFORE UPDATE ON policy_version
BEGIN
  SELECT RAISE(ABORT, 'guard: a version of the house policy never changes');
END;
--;
DROP TRIGGER IF EXISTS policy_version_no_delete;
--;
CREATE TRIGGER policy_version_no_delete BEFORE DELETE ON policy_version
BEGIN
  SELECT RAISE(ABORT, 'guard: a version of the house policy never changes');
END;
--;
DROP TRIGGER IF EXISTS deviation_no_update;
--;
CREATE TRIGGER deviation_no_update BEFORE UPDATE ON deviation
BEGIN
  SELECT RAISE(ABORT, 'guard: a deviation never changes');
END;
--;
DROP TRIGGER IF EXISTS deviation_no_delete;
--;
CREATE TRIGGER deviation_no_delete BEFORE DELETE ON deviation
BEGIN
  SELECT RAISE(ABORT, 'guard: a deviation never changes');
END;
--;
DROP TRIGGER IF EXISTS deviation_closure_is_signed;
--;
CREATE TRIGGER deviation_closure_is_signed BEFORE INSERT ON deviation_closure
BEGIN
  SELECT RAISE(ABORT, 'guard: a deviation is closed with cause, action and assessment')
   WHERE NEW.cause = '' OR NEW.action = '' OR NEW.assessment = '';
  SELECT RAISE(ABORT, 'guard: who shipped or received the delivery does not close its deviation')
   WHERE EXISTS (SELECT 1 FROM deviation d JOIN shipment s ON s.delivery_id = d.delivery_id WHERE d.id = NEW.deviation_id AND s.person_id = NEW.closed_by) OR EXISTS (SELECT 1 FROM deviation d JOIN receipt r ON r.delivery_id = d.delivery_id WHERE d.id = NEW.deviation_id AND r.person_id = NEW.closed_by);
  SELECT RAISE(ABORT, 'guard: a deviation is closed with the signature of a safety officer')
   WHERE NOT EXISTS (SELECT 1 FROM signature s WHERE s.id = NEW.signature_id AND s.person_id = NEW.closed_by AND s.record_kind = 'deviation' AND s.record_id = NEW.deviation_id AND s.meaning = 'deviation_closure' AND s.role = 'safety_officer' AND s.change_id = NEW.change_id);
  SELECT RAISE(ABORT, 'guard: a deviation is closed with an audit row of the same change')
   WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.seq = NEW.known_from AND a.change_id = NEW.change_id AND a.subject_id = NEW.deviation_id);
END;
--;
DROP TRIGGER IF EXISTS deviation_closure_no_update;
--;
CREATE TRIGGER deviation_closure_no_update BEFORE UPDATE ON deviation_closure
BEGIN
  SELECT RAISE(ABORT, 'guard: a closed deviation never changes');
END;
--;
DROP TRIGGER IF EXISTS deviation_closure_no_delete;
--;
CREATE TRIGGER deviation_closure_no_delete BEFORE DELETE ON deviation_closure
BEGIN
  SELECT RAISE(ABORT, 'guard: a closed deviation never changes');
END;
--;
DROP TRIGGER IF EXISTS factor_only_ends;
--;
CREATE TRIGGER factor_only_ends BEFORE UPDATE ON factor
BEGIN
  SELECT RAISE(ABORT, 'guard: a second factor only ends, and takes no time step twice')
   WHERE NEW.id <> OLD.id OR NEW.account_id <> OLD.account_id OR NEW.kind <> OLD.kind OR NEW.secret <> OLD.secret OR NEW.since <> OLD.since OR NEW.known_from <> OLD.known_from OR NEW.last_step < OLD.last_step OR OLD.known_to IS NOT NULL;
END;
--;
DROP TRIGGER IF EXISTS factor_no_delete;
--;
CREATE TRIGGER factor_no_delete BEFORE DELETE ON factor
BEGIN
  SELECT RAISE(ABORT, 'guard: a second factor only ends, and takes no time step twice');
END;
--;
DROP TRIGGER IF EXISTS factor_code_used_once;
--;
CREATE TRIGGER factor_code_used_once BEFORE UPDATE ON factor_code
BEGIN
  SELECT RAISE(ABORT, 'guard: a code is used once')
   WHERE NEW.factor_id <> OLD.factor_id OR NEW.kind <> OLD.kind OR NEW.position <> OLD.position OR NEW.digest <> OLD.digest OR OLD.used_at IS NOT NULL;
END;
--;
DROP TRIGGER IF EXISTS factor_code_card_stays;
--;
CREATE TRIGGER factor_code_card_stays BEFORE DELETE ON factor_code
BEGIN
  SELECT RAISE(ABORT, 'guard: a code of a card stays')
   WHERE OLD.kind = 'card';
END;
--;
DROP TRIGGER IF EXISTS factor_loss_asked_by_another;
--;
CREATE TRIGGER factor_loss_asked_by_another BEFORE INSERT ON factor_loss
BEGIN
  SELECT RAISE(ABORT, 'guard: a lost factor is another''s')
   WHERE NEW.state <> 'asked' OR EXISTS (SELECT 1 FROM account a WHERE a.id = NEW.account_id AND a.person_id = NEW.asked_by) OR NOT EXISTS (SELECT 1 FROM audit u WHERE u.seq = NEW.known_from AND u.subject_id = NEW.account_id AND u.person_id = NEW.asked_by);
END;
--;
DROP TRIGGER IF EXISTS factor_loss_two_persons;
--;
CREATE TRIGGER factor_loss_two_persons BEFORE UPDATE ON factor_loss
BEGIN
  SELECT RAISE(ABORT, 'guard: a lost factor is set aside by two')
   WHERE NEW.state = 'confirmed' AND (NEW.ended_by = OLD.asked_by OR EXISTS (SELECT 1 FROM account a WHERE a.id = OLD.account_id AND a.person_id = NEW.ended_by) OR NOT EXISTS (SELECT 1 FROM audit u WHERE u.seq = NEW.known_to AND u.subject_id = OLD.account_id AND u.person_id = NEW.ended_by));
  SELECT RAISE(ABORT, 'guard: a request about a lost factor only ends')
   WHERE OLD.known_to IS NOT NULL OR NEW.id <> OLD.id OR NEW.account_id <> OLD.account_id OR NEW.reason <> OLD.reason OR NEW.identified <> OLD.identified OR NEW.asked_by <> OLD.asked_by OR NEW.asked_name <> OLD.asked_name OR NEW.asked_at <> OLD.asked_at OR NEW.known_from <> OLD.known_from;
END;
--;
DROP TRIGGER IF EXISTS factor_loss_no_delete;
--;
CREATE TRIGGER factor_loss_no_delete BEFORE DELETE ON factor_loss
BEGIN
  SELECT RAISE(ABORT, 'guard: a request about a lost factor only ends');
END;
--;
DROP TRIGGER IF EXISTS entry_code_with_its_audit;
--;
CREATE TRIGGER entry_code_with_its_audit BEFORE INSERT ON entry_code
BEGIN
  SELECT RAISE(ABORT, 'guard: a code is issued with its audit row')
   WHERE NEW.used_at IS NOT NULL OR NEW.revoked_at IS NOT NULL OR NOT EXISTS (SELECT 1 FROM audit a WHERE a.seq = NEW.known_from AND a.subject_id = NEW.account_id AND a.verb IN ('invitation_issued', 'reset_issued'));
END;
--;
DROP TRIGGER IF EXISTS entry_code_ends_once;
--;
CREATE TRIGGER entry_code_ends_once BEFORE UPDATE ON entry_code
WHEN OLD.used_at IS NOT NULL OR OLD.revoked_at IS NOT NULL OR NEW.id IS NOT OLD.id OR NEW.account_id IS NOT OLD.account_id OR NEW.purpose IS NOT OLD.purpose OR NEW.way IS NOT OLD.way OR NEW.digest IS NOT OLD.digest OR NEW.issued_at IS NOT OLD.issued_at OR NEW.ends_at IS NOT OLD.ends_at OR NEW.known_from IS NOT OLD.known_from
BEGIN SELECT RAISE(ABORT, 'guard: a code ends once and is never rewritten'); END;
--;
DROP TRIGGER IF EXISTS entry_code_no_delete;
--;
CREATE TRIGGER entry_code_no_delete BEFORE DELETE ON entry_code
BEGIN SELECT RAISE(ABORT, 'guard: a code ends once and is never rewritten'); END;
--;
DROP TRIGGER IF EXISTS training_once;
--;
CREATE TRIGGER training_once BEFORE UPDATE ON membership
WHEN NEW.trained_on IS NOT OLD.trained_on
BEGIN
  SELECT RAISE(ABORT, 'guard: a training is recorded once, with its audit row')
   WHERE OLD.trained_on IS NOT NULL OR NOT EXISTS (SELECT 1 FROM audit a WHERE a.seq = (SELECT max(seq) FROM audit) AND a.subject_id = NEW.account_id AND a.verb = 'training_recorded');
END;
--;
DROP TRIGGER IF EXISTS account_review_with_its_audit;
--;
CREATE TRIGGER account_review_with_its_audit BEFORE INSERT ON account_review
BEGIN
  SELECT RAISE(ABORT, 'guard: a review is recorded by whoever made it')
   WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.seq = NEW.known_from AND a.change_id = NEW.change_id AND a.subject_id = NEW.id AND a.person_id = NEW.reviewed_by AND a.person_name = NEW.reviewed_name);
END;
--;
DROP TRIGGER IF EXISTS account_review_no_update;
--;
CREATE TRIGGER account_review_no_update BEFORE UPDATE ON account_review
BEGIN SELECT RAISE(ABORT, 'guard: a review never changes'); END;
--;
DROP TRIGGER IF EXISTS account_review_no_delete;
--;
CREATE TRIGGER account_review_no_delete BEFORE DELETE ON account_review
BEGIN SELECT RAISE(ABORT, 'guard: a review never changes'); END;
