-- The same guards as sqlite.sql in PostgreSQL's words. A line that holds only `--;` ends a statement.

CREATE OR REPLACE FUNCTION guard_audit_no_update() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: audit rows never change';
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER audit_no_update BEFORE UPDATE ON audit FOR EACH ROW EXECUTE FUNCTION guard_audit_no_update();
--;
CREATE OR REPLACE FUNCTION guard_audit_no_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: audit rows never change';
  RETURN OLD;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER audit_no_delete BEFORE DELETE ON audit FOR EACH ROW EXECUTE FUNCTION guard_audit_no_delete();
--;
CREATE OR REPLACE FUNCTION guard_audit_in_order() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM audit) THEN
    RAISE EXCEPTION 'guard: audit rows follow one another';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER audit_in_order BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION guard_audit_in_order();
--;
CREATE OR REPLACE FUNCTION guard_audit_detail_no_update() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: audit rows never change';
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER audit_detail_no_update BEFORE UPDATE ON audit_detail FOR EACH ROW EXECUTE FUNCTION guard_audit_detail_no_update();
--;
CREATE OR REPLACE FUNCTION guard_verdict_no_update() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: verdicts never change';
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER verdict_no_update BEFORE UPDATE ON verdict FOR EACH ROW EXECUTE FUNCTION guard_verdict_no_update();
--;
CREATE OR REPLACE FUNCTION guard_verdict_no_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: verdicts never change';
  RETURN OLD;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER verdict_no_delete BEFORE DELETE ON verdict FOR EACH ROW EXECUTE FUNCTION guard_verdict_no_delete();
--;
CREATE OR REPLACE FUNCTION guard_finding_no_update() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: verdicts never change';
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER finding_no_update BEFORE UPDATE ON finding FOR EACH ROW EXECUTE FUNCTION guard_finding_no_update();
--;
CREATE OR REPLACE FUNCTION guard_finding_no_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: verdicts never change';
  RETURN OLD;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER finding_no_delete BEFORE DELETE ON finding FOR EACH ROW EXECUTE FUNCTION guard_finding_no_delete();
--;
CREATE OR REPLACE FUNCTION guard_signature_no_update() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: signatures never change';
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER signature_no_update BEFORE UPDATE ON signature FOR EACH ROW EXECUTE FUNCTION guard_signature_no_update();
--;
CREATE OR REPLACE FUNCTION guard_signature_no_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: signatures never change';
  RETURN OLD;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER signature_no_delete BEFORE DELETE ON signature FOR EACH ROW EXECUTE FUNCTION guard_signature_no_delete();
--;
CREATE OR REPLACE FUNCTION guard_approval_needs_permit() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF EXISTS (SELECT 1 FROM delivery d WHERE d.id = NEW.delivery_id AND d.ordered_by = NEW.person_id) THEN
    RAISE EXCEPTION 'guard: nobody approves what they ordered';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM delivery d WHERE d.id = NEW.delivery_id AND d.state IN ('ordered', 'held')) THEN
    RAISE EXCEPTION 'guard: an approval needs an ordered or held delivery';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM signature s WHERE s.id = NEW.signature_id AND s.person_id = NEW.person_id AND s.change_id = NEW.change_id AND s.record_id = NEW.delivery_id AND s.meaning = 'approval') THEN
    RAISE EXCEPTION 'guard: an approval needs a signature of the same person and change';
  END IF;
  IF NOT EXISTS ( SELECT 1 FROM verdict v WHERE v.id = NEW.verdict_id AND v.kind = 'delivery' AND v.purpose = 'approval' AND v.subject_id = NEW.delivery_id AND v.change_id = NEW.change_id AND v.first_day <= NEW.ships_on AND v.last_day >= NEW.arrives_on AND v.days = v.last_day - v.first_day + 1 AND (SELECT count(*) FROM gate_rule r WHERE r.edition = v.edition) > 0 AND (SELECT count(*) FROM finding f JOIN gate_rule r ON r.edition = v.edition AND r.rule = f.rule WHERE f.verdict_id = v.id AND f.day BETWEEN v.first_day AND v.last_day) = v.days * (SELECT count(*) FROM gate_rule r WHERE r.edition = v.edition) AND NOT EXISTS (SELECT 1 FROM finding f WHERE f.verdict_id = v.id AND f.outcome NOT IN ('met', 'consider'))) THEN
    RAISE EXCEPTION 'guard: an approval needs a complete permitting verdict of the same delivery, change and days';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER approval_needs_permit BEFORE INSERT ON approval FOR EACH ROW EXECUTE FUNCTION guard_approval_needs_permit();
--;
CREATE OR REPLACE FUNCTION guard_approval_no_update() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: approvals never change';
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER approval_no_update BEFORE UPDATE ON approval FOR EACH ROW EXECUTE FUNCTION guard_approval_no_update();
--;
CREATE OR REPLACE FUNCTION guard_approval_no_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: approvals never change';
  RETURN OLD;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER approval_no_delete BEFORE DELETE ON approval FOR EACH ROW EXECUTE FUNCTION guard_approval_no_delete();
--;
CREATE OR REPLACE FUNCTION guard_release_needs_approval() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM delivery d WHERE d.id = NEW.delivery_id AND d.state = 'approved' AND d.approval_id = NEW.approval_id) THEN
    RAISE EXCEPTION 'guard: a release needs the delivery''s standing approval';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER release_needs_approval BEFORE INSERT ON release_order FOR EACH ROW EXECUTE FUNCTION guard_release_needs_approval();
--;
CREATE OR REPLACE FUNCTION guard_shipment_needs_permit() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM delivery d JOIN release_order r ON r.id = d.release_id WHERE d.id = NEW.delivery_id AND d.state = 'released' AND r.id = NEW.release_id AND r.approval_id = d.approval_id AND r.last_day >= NEW.arrives_on) THEN
    RAISE EXCEPTION 'guard: a shipment needs the delivery''s standing release';
  END IF;
  IF NOT EXISTS ( SELECT 1 FROM verdict v WHERE v.id = NEW.verdict_id AND v.kind = 'delivery' AND v.purpose = 'shipment' AND v.subject_id = NEW.delivery_id AND v.change_id = NEW.change_id AND v.first_day <= NEW.shipped_on AND v.last_day >= NEW.arrives_on AND v.days = v.last_day - v.first_day + 1 AND (SELECT count(*) FROM gate_rule r WHERE r.edition = v.edition) > 0 AND (SELECT count(*) FROM finding f JOIN gate_rule r ON r.edition = v.edition AND r.rule = f.rule WHERE f.verdict_id = v.id AND f.day BETWEEN v.first_day AND v.last_day) = v.days * (SELECT count(*) FROM gate_rule r WHERE r.edition = v.edition) AND NOT EXISTS (SELECT 1 FROM finding f WHERE f.verdict_id = v.id AND f.outcome NOT IN ('met', 'consider'))) THEN
    RAISE EXCEPTION 'guard: a shipment needs a complete permitting verdict of the same delivery, change and days';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER shipment_needs_permit BEFORE INSERT ON shipment FOR EACH ROW EXECUTE FUNCTION guard_shipment_needs_permit();
--;
CREATE OR REPLACE FUNCTION guard_shipment_no_update() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: shipments never change';
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER shipment_no_update BEFORE UPDATE ON shipment FOR EACH ROW EXECUTE FUNCTION guard_shipment_no_update();
--;
CREATE OR REPLACE FUNCTION guard_shipment_no_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: shipments never change';
  RETURN OLD;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER shipment_no_delete BEFORE DELETE ON shipment FOR EACH ROW EXECUTE FUNCTION guard_shipment_no_delete();
--;
CREATE OR REPLACE FUNCTION guard_delivery_starts_ordered() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NEW.state <> 'ordered' OR NEW.approval_id IS NOT NULL OR NEW.release_id IS NOT NULL OR NOT EXISTS (SELECT 1 FROM verdict v WHERE v.id = NEW.verdict_id AND v.subject_id = NEW.id AND v.change_id = NEW.change_id) THEN
    RAISE EXCEPTION 'guard: a delivery starts as ordered, with a verdict of the same change';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER delivery_starts_ordered BEFORE INSERT ON delivery FOR EACH ROW EXECUTE FUNCTION guard_delivery_starts_ordered();
--;
CREATE OR REPLACE FUNCTION guard_delivery_moves_with_cause() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NEW.id <> OLD.id OR NEW.facility_id <> OLD.facility_id OR NEW.programme_id <> OLD.programme_id OR NEW.number <> OLD.number OR NEW.ordered_by <> OLD.ordered_by THEN
    RAISE EXCEPTION 'guard: a delivery keeps its facility, programme, number and orderer';
  END IF;
  IF NEW.state <> OLD.state AND NOT EXISTS (SELECT 1 FROM audit a WHERE a.change_id = NEW.change_id AND a.subject_id = NEW.id) THEN
    RAISE EXCEPTION 'guard: a change of state needs an audit row of the same change';
  END IF;
  IF NEW.state <> OLD.state AND NOT ( (OLD.state IN ('ordered', 'held') AND NEW.state IN ('approved', 'refused', 'cancelled')) OR (OLD.state = 'approved' AND NEW.state IN ('released', 'held', 'refused', 'cancelled')) OR (OLD.state = 'released' AND NEW.state IN ('shipped', 'held', 'refused', 'cancelled')) OR (OLD.state = 'shipped' AND NEW.state = 'received')) THEN
    RAISE EXCEPTION 'guard: this state cannot follow that one';
  END IF;
  IF NEW.state = 'approved' AND NOT EXISTS (SELECT 1 FROM approval a WHERE a.id = NEW.approval_id AND a.delivery_id = NEW.id) THEN
    RAISE EXCEPTION 'guard: approved needs its approval';
  END IF;
  IF NEW.state = 'approved' AND OLD.state <> 'approved' AND NOT EXISTS (SELECT 1 FROM approval a WHERE a.id = NEW.approval_id AND a.change_id = NEW.change_id) THEN
    RAISE EXCEPTION 'guard: becoming approved needs an approval of the same change';
  END IF;
  IF NEW.state = 'released' AND NOT EXISTS (SELECT 1 FROM release_order r WHERE r.id = NEW.release_id AND r.delivery_id = NEW.id AND r.approval_id = NEW.approval_id) THEN
    RAISE EXCEPTION 'guard: released needs its release';
  END IF;
  IF NEW.state = 'shipped' AND NOT EXISTS (SELECT 1 FROM shipment s WHERE s.delivery_id = NEW.id) THEN
    RAISE EXCEPTION 'guard: shipped needs its shipment';
  END IF;
  IF NEW.state = 'received' AND NOT EXISTS (SELECT 1 FROM receipt r WHERE r.delivery_id = NEW.id) THEN
    RAISE EXCEPTION 'guard: received needs its receipt';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER delivery_moves_with_cause BEFORE UPDATE ON delivery FOR EACH ROW EXECUTE FUNCTION guard_delivery_moves_with_cause();
--;
CREATE OR REPLACE FUNCTION guard_delivery_no_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: deliveries are never deleted';
  RETURN OLD;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER delivery_no_delete BEFORE DELETE ON delivery FOR EACH ROW EXECUTE FUNCTION guard_delivery_no_delete();
--;
CREATE OR REPLACE FUNCTION guard_delivery_line_no_update() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: an order is never rewritten';
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER delivery_line_no_update BEFORE UPDATE ON delivery_line FOR EACH ROW EXECUTE FUNCTION guard_delivery_line_no_update();
--;
CREATE OR REPLACE FUNCTION guard_delivery_line_no_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: an order is never rewritten';
  RETURN OLD;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER delivery_line_no_delete BEFORE DELETE ON delivery_line FOR EACH ROW EXECUTE FUNCTION guard_delivery_line_no_delete();
--;
CREATE OR REPLACE FUNCTION guard_delivery_line_with_its_order() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM delivery d WHERE d.id = NEW.delivery_id AND d.state = 'ordered' AND d.version = 1) THEN
    RAISE EXCEPTION 'guard: an order is never rewritten';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER delivery_line_with_its_order BEFORE INSERT ON delivery_line FOR EACH ROW EXECUTE FUNCTION guard_delivery_line_with_its_order();
--;
CREATE OR REPLACE FUNCTION guard_finding_with_its_verdict() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF EXISTS (SELECT 1 FROM approval a WHERE a.verdict_id = NEW.verdict_id) OR EXISTS (SELECT 1 FROM shipment s WHERE s.verdict_id = NEW.verdict_id) THEN
    RAISE EXCEPTION 'guard: verdicts never change';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER finding_with_its_verdict BEFORE INSERT ON finding FOR EACH ROW EXECUTE FUNCTION guard_finding_with_its_verdict();
--;
CREATE OR REPLACE FUNCTION guard_readiness_only_ends() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF OLD.known_to IS NOT NULL OR NEW.known_to IS NULL THEN
    RAISE EXCEPTION 'guard: evidence is never rewritten';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER readiness_only_ends BEFORE UPDATE ON readiness FOR EACH ROW EXECUTE FUNCTION guard_readiness_only_ends();
--;
CREATE OR REPLACE FUNCTION guard_readiness_no_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: evidence is never rewritten';
  RETURN OLD;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER readiness_no_delete BEFORE DELETE ON readiness FOR EACH ROW EXECUTE FUNCTION guard_readiness_no_delete();
--;
CREATE OR REPLACE FUNCTION guard_partnership_only_ends() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF OLD.known_to IS NOT NULL OR NEW.known_to IS NULL THEN
    RAISE EXCEPTION 'guard: evidence is never rewritten';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER partnership_only_ends BEFORE UPDATE ON partnership FOR EACH ROW EXECUTE FUNCTION guard_partnership_only_ends();
--;
CREATE OR REPLACE FUNCTION guard_partnership_no_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: evidence is never rewritten';
  RETURN OLD;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER partnership_no_delete BEFORE DELETE ON partnership FOR EACH ROW EXECUTE FUNCTION guard_partnership_no_delete();
--;
CREATE OR REPLACE FUNCTION guard_change_report_only_ends() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF OLD.known_to IS NOT NULL OR NEW.known_to IS NULL THEN
    RAISE EXCEPTION 'guard: evidence is never rewritten';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER change_report_only_ends BEFORE UPDATE ON change_report FOR EACH ROW EXECUTE FUNCTION guard_change_report_only_ends();
--;
CREATE OR REPLACE FUNCTION guard_change_report_no_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: evidence is never rewritten';
  RETURN OLD;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER change_report_no_delete BEFORE DELETE ON change_report FOR EACH ROW EXECUTE FUNCTION guard_change_report_no_delete();
--;
CREATE OR REPLACE FUNCTION guard_affiliation_only_ends() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF OLD.known_to IS NOT NULL OR NEW.known_to IS NULL OR NEW.known_from <> OLD.known_from OR NEW.id <> OLD.id THEN
    RAISE EXCEPTION 'guard: evidence is never rewritten';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER affiliation_only_ends BEFORE UPDATE ON affiliation FOR EACH ROW EXECUTE FUNCTION guard_affiliation_only_ends();
--;
CREATE OR REPLACE FUNCTION guard_affiliation_no_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: evidence is never rewritten';
  RETURN OLD;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER affiliation_no_delete BEFORE DELETE ON affiliation FOR EACH ROW EXECUTE FUNCTION guard_affiliation_no_delete();
--;
CREATE OR REPLACE FUNCTION guard_contact_only_ends() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF OLD.known_to IS NOT NULL OR NEW.known_to IS NULL OR NEW.known_from <> OLD.known_from OR NEW.id <> OLD.id THEN
    RAISE EXCEPTION 'guard: evidence is never rewritten';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER contact_only_ends BEFORE UPDATE ON contact FOR EACH ROW EXECUTE FUNCTION guard_contact_only_ends();
--;
CREATE OR REPLACE FUNCTION guard_contact_no_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: evidence is never rewritten';
  RETURN OLD;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER contact_no_delete BEFORE DELETE ON contact FOR EACH ROW EXECUTE FUNCTION guard_contact_no_delete();
--;
CREATE OR REPLACE FUNCTION guard_qualification_moves_on() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NEW.id IS DISTINCT FROM OLD.id OR NEW.number IS DISTINCT FROM OLD.number OR NEW.programme_id IS DISTINCT FROM OLD.programme_id OR NEW.person_id IS DISTINCT FROM OLD.person_id OR NEW.facility_id IS DISTINCT FROM OLD.facility_id OR NEW.experience IS DISTINCT FROM OLD.experience OR NEW.meetings IS DISTINCT FROM OLD.meetings OR NEW.cooperation IS DISTINCT FROM OLD.cooperation OR NEW.statement IS DISTINCT FROM OLD.statement OR NEW.first_day IS DISTINCT FROM OLD.first_day OR NEW.last_day IS DISTINCT FROM OLD.last_day OR NEW.submitted_by IS DISTINCT FROM OLD.submitted_by OR NEW.submitted_at IS DISTINCT FROM OLD.submitted_at THEN
    RAISE EXCEPTION 'guard: a signed statement never changes';
  END IF;
  IF OLD.known_from IS NOT NULL AND (NEW.known_from IS DISTINCT FROM OLD.known_from OR NEW.reviewed_by IS DISTINCT FROM OLD.reviewed_by OR NEW.reviewed_at IS DISTINCT FROM OLD.reviewed_at) THEN
    RAISE EXCEPTION 'guard: an accepted statement never changes';
  END IF;
  IF (OLD.known_to IS NOT NULL AND (NEW.known_to IS DISTINCT FROM OLD.known_to OR NEW.state <> OLD.state)) OR (NEW.known_to IS NOT NULL AND OLD.known_from IS NULL) THEN
    RAISE EXCEPTION 'guard: a statement ceases to be held once, and only after it was accepted';
  END IF;
  IF NEW.state <> OLD.state AND NOT ((OLD.state = 'submitted' AND NEW.state IN ('accepted', 'returned')) OR (OLD.state = 'accepted' AND NEW.state = 'withdrawn')) THEN
    RAISE EXCEPTION 'guard: this state cannot follow that one';
  END IF;
  IF (NEW.known_from IS NOT NULL) <> (NEW.state IN ('accepted', 'withdrawn')) OR (NEW.state = 'withdrawn' AND NEW.known_to IS NULL) THEN
    RAISE EXCEPTION 'guard: an accepted statement is known from its acceptance, a withdrawn one no more';
  END IF;
  IF NEW.state = 'accepted' AND (NEW.reviewed_by IS NULL OR NEW.reviewed_by IN (NEW.submitted_by, NEW.person_id)) THEN
    RAISE EXCEPTION 'guard: nobody accepts what they submitted';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER qualification_moves_on BEFORE UPDATE ON qualification FOR EACH ROW EXECUTE FUNCTION guard_qualification_moves_on();
--;
CREATE OR REPLACE FUNCTION guard_qualification_no_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: evidence is never rewritten';
  RETURN OLD;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER qualification_no_delete BEFORE DELETE ON qualification FOR EACH ROW EXECUTE FUNCTION guard_qualification_no_delete();
--;
CREATE UNIQUE INDEX IF NOT EXISTS qualification_held_once ON qualification (programme_id, person_id) WHERE known_from IS NOT NULL AND known_to IS NULL;
--;
CREATE OR REPLACE FUNCTION guard_affiliation_keeps_its_words() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NEW.id IS DISTINCT FROM OLD.id OR NEW.person_id IS DISTINCT FROM OLD.person_id OR NEW.facility_id IS DISTINCT FROM OLD.facility_id OR NEW.department IS DISTINCT FROM OLD.department OR NEW.title IS DISTINCT FROM OLD.title OR NEW.first_day IS DISTINCT FROM OLD.first_day OR NEW.last_day IS DISTINCT FROM OLD.last_day OR NEW.entered_by IS DISTINCT FROM OLD.entered_by OR NEW.known_from IS DISTINCT FROM OLD.known_from THEN
    RAISE EXCEPTION 'guard: evidence is never rewritten';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER affiliation_keeps_its_words BEFORE UPDATE ON affiliation FOR EACH ROW EXECUTE FUNCTION guard_affiliation_keeps_its_words();
--;
CREATE OR REPLACE FUNCTION guard_contact_keeps_its_words() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NEW.id IS DISTINCT FROM OLD.id OR NEW.number IS DISTINCT FROM OLD.number OR NEW.programme_id IS DISTINCT FROM OLD.programme_id OR NEW.facility_id IS DISTINCT FROM OLD.facility_id OR NEW.kind IS DISTINCT FROM OLD.kind OR NEW.mode IS DISTINCT FROM OLD.mode OR NEW.presenter IS DISTINCT FROM OLD.presenter OR NEW.presenter_name IS DISTINCT FROM OLD.presenter_name OR NEW.product IS DISTINCT FROM OLD.product OR NEW.safety_measures IS DISTINCT FROM OLD.safety_measures OR NEW.starts_at IS DISTINCT FROM OLD.starts_at OR NEW.ends_at IS DISTINCT FROM OLD.ends_at OR NEW.materials IS DISTINCT FROM OLD.materials OR NEW.summary IS DISTINCT FROM OLD.summary OR NEW.entered_by IS DISTINCT FROM OLD.entered_by OR NEW.known_from IS DISTINCT FROM OLD.known_from THEN
    RAISE EXCEPTION 'guard: evidence is never rewritten';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER contact_keeps_its_words BEFORE UPDATE ON contact FOR EACH ROW EXECUTE FUNCTION guard_contact_keeps_its_words();
--;
CREATE OR REPLACE FUNCTION guard_contact_attendee_with_its_contact() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM contact c WHERE c.id = NEW.contact_id AND c.known_from > (SELECT seq FROM audit_head)) THEN
    RAISE EXCEPTION 'guard: evidence is never rewritten';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER contact_attendee_with_its_contact BEFORE INSERT ON contact_attendee FOR EACH ROW EXECUTE FUNCTION guard_contact_attendee_with_its_contact();
--;
CREATE OR REPLACE FUNCTION guard_contact_attendee_no_update() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: evidence is never rewritten';
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER contact_attendee_no_update BEFORE UPDATE ON contact_attendee FOR EACH ROW EXECUTE FUNCTION guard_contact_attendee_no_update();
--;
CREATE OR REPLACE FUNCTION guard_contact_attendee_no_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: evidence is never rewritten';
  RETURN OLD;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER contact_attendee_no_delete BEFORE DELETE ON contact_attendee FOR EACH ROW EXECUTE FUNCTION guard_contact_attendee_no_delete();
--;
CREATE OR REPLACE FUNCTION guard_readiness_keeps_its_words() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NEW.id IS DISTINCT FROM OLD.id OR NEW.programme_id IS DISTINCT FROM OLD.programme_id OR NEW.facility_id IS DISTINCT FROM OLD.facility_id OR NEW.attestation_id IS DISTINCT FROM OLD.attestation_id OR NEW.first_day IS DISTINCT FROM OLD.first_day OR NEW.last_day IS DISTINCT FROM OLD.last_day OR NEW.accepted_on IS DISTINCT FROM OLD.accepted_on OR NEW.intensive_care IS DISTINCT FROM OLD.intensive_care OR NEW.icu_stated_on IS DISTINCT FROM OLD.icu_stated_on OR NEW.admission_24h IS DISTINCT FROM OLD.admission_24h OR NEW.inpatient_beds IS DISTINCT FROM OLD.inpatient_beds OR NEW.tocilizumab_ready IS DISTINCT FROM OLD.tocilizumab_ready OR NEW.test_results_available IS DISTINCT FROM OLD.test_results_available OR NEW.crs_guidance_version IS DISTINCT FROM OLD.crs_guidance_version OR NEW.entered_by IS DISTINCT FROM OLD.entered_by OR NEW.accepted_by IS DISTINCT FROM OLD.accepted_by OR NEW.known_from IS DISTINCT FROM OLD.known_from THEN
    RAISE EXCEPTION 'guard: evidence is never rewritten';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER readiness_keeps_its_words BEFORE UPDATE ON readiness FOR EACH ROW EXECUTE FUNCTION guard_readiness_keeps_its_words();
--;
CREATE OR REPLACE FUNCTION guard_partnership_keeps_its_words() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NEW.id IS DISTINCT FROM OLD.id OR NEW.programme_id IS DISTINCT FROM OLD.programme_id OR NEW.facility_id IS DISTINCT FROM OLD.facility_id OR NEW.partner_id IS DISTINCT FROM OLD.partner_id OR NEW.attestation_id IS DISTINCT FROM OLD.attestation_id OR NEW.agreement_first_day IS DISTINCT FROM OLD.agreement_first_day OR NEW.agreement_last_day IS DISTINCT FROM OLD.agreement_last_day OR NEW.states_icu IS DISTINCT FROM OLD.states_icu OR NEW.states_admission_24h IS DISTINCT FROM OLD.states_admission_24h OR NEW.states_tocilizumab IS DISTINCT FROM OLD.states_tocilizumab OR NEW.entered_by IS DISTINCT FROM OLD.entered_by OR NEW.accepted_by IS DISTINCT FROM OLD.accepted_by OR NEW.known_from IS DISTINCT FROM OLD.known_from THEN
    RAISE EXCEPTION 'guard: evidence is never rewritten';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER partnership_keeps_its_words BEFORE UPDATE ON partnership FOR EACH ROW EXECUTE FUNCTION guard_partnership_keeps_its_words();
--;
CREATE OR REPLACE FUNCTION guard_change_report_keeps_its_words() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NEW.id IS DISTINCT FROM OLD.id OR NEW.number IS DISTINCT FROM OLD.number OR NEW.programme_id IS DISTINCT FROM OLD.programme_id OR NEW.facility_id IS DISTINCT FROM OLD.facility_id OR NEW.limb IS DISTINCT FROM OLD.limb OR NEW.from_day IS DISTINCT FROM OLD.from_day OR NEW.reason IS DISTINCT FROM OLD.reason OR NEW.entered_by IS DISTINCT FROM OLD.entered_by OR NEW.known_from IS DISTINCT FROM OLD.known_from THEN
    RAISE EXCEPTION 'guard: evidence is never rewritten';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER change_report_keeps_its_words BEFORE UPDATE ON change_report FOR EACH ROW EXECUTE FUNCTION guard_change_report_keeps_its_words();
--;
CREATE OR REPLACE FUNCTION guard_release_order_no_update() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: releases never change';
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER release_order_no_update BEFORE UPDATE ON release_order FOR EACH ROW EXECUTE FUNCTION guard_release_order_no_update();
--;
CREATE OR REPLACE FUNCTION guard_release_order_no_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: releases never change';
  RETURN OLD;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER release_order_no_delete BEFORE DELETE ON release_order FOR EACH ROW EXECUTE FUNCTION guard_release_order_no_delete();
--;
CREATE OR REPLACE FUNCTION guard_shipment_lot_no_update() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: shipments never change';
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER shipment_lot_no_update BEFORE UPDATE ON shipment_lot FOR EACH ROW EXECUTE FUNCTION guard_shipment_lot_no_update();
--;
CREATE OR REPLACE FUNCTION guard_shipment_lot_no_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: shipments never change';
  RETURN OLD;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER shipment_lot_no_delete BEFORE DELETE ON shipment_lot FOR EACH ROW EXECUTE FUNCTION guard_shipment_lot_no_delete();
--;
CREATE OR REPLACE FUNCTION guard_receipt_no_update() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: receipts never change';
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER receipt_no_update BEFORE UPDATE ON receipt FOR EACH ROW EXECUTE FUNCTION guard_receipt_no_update();
--;
CREATE OR REPLACE FUNCTION guard_receipt_no_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: receipts never change';
  RETURN OLD;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER receipt_no_delete BEFORE DELETE ON receipt FOR EACH ROW EXECUTE FUNCTION guard_receipt_no_delete();
--;
CREATE OR REPLACE FUNCTION guard_receipt_line_no_update() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: receipts never change';
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER receipt_line_no_update BEFORE UPDATE ON receipt_line FOR EACH ROW EXECUTE FUNCTION guard_receipt_line_no_update();
--;
CREATE OR REPLACE FUNCTION guard_receipt_line_no_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: receipts never change';
  RETURN OLD;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER receipt_line_no_delete BEFORE DELETE ON receipt_line FOR EACH ROW EXECUTE FUNCTION guard_receipt_line_no_delete();
--;
CREATE OR REPLACE FUNCTION guard_shipment_lot_with_its_shipment() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM shipment s JOIN delivery d ON d.id = s.delivery_id WHERE s.id = NEW.shipment_id AND d.state = 'released') THEN
    RAISE EXCEPTION 'guard: shipments never change';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER shipment_lot_with_its_shipment BEFORE INSERT ON shipment_lot FOR EACH ROW EXECUTE FUNCTION guard_shipment_lot_with_its_shipment();
--;
CREATE OR REPLACE FUNCTION guard_receipt_line_with_its_receipt() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM receipt r JOIN delivery d ON d.id = r.delivery_id WHERE r.id = NEW.receipt_id AND d.state = 'shipped') THEN
    RAISE EXCEPTION 'guard: receipts never change';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER receipt_line_with_its_receipt BEFORE INSERT ON receipt_line FOR EACH ROW EXECUTE FUNCTION guard_receipt_line_with_its_receipt();
--;
CREATE OR REPLACE FUNCTION guard_case_record_only_ends() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF OLD.known_to IS NOT NULL OR NEW.known_to IS NULL THEN
    RAISE EXCEPTION 'guard: a case record is never rewritten';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER case_record_only_ends BEFORE UPDATE ON case_record FOR EACH ROW EXECUTE FUNCTION guard_case_record_only_ends();
--;
CREATE OR REPLACE FUNCTION guard_case_record_keeps_its_words() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NEW.id IS DISTINCT FROM OLD.id OR NEW.case_id IS DISTINCT FROM OLD.case_id OR NEW.position IS DISTINCT FROM OLD.position OR NEW.programme_id IS DISTINCT FROM OLD.programme_id OR NEW.facility_id IS DISTINCT FROM OLD.facility_id OR NEW.kind IS DISTINCT FROM OLD.kind OR NEW.format IS DISTINCT FROM OLD.format OR NEW.body IS DISTINCT FROM OLD.body OR NEW.occurred_at IS DISTINCT FROM OLD.occurred_at OR NEW.mg IS DISTINCT FROM OLD.mg OR NEW.elsewhere IS DISTINCT FROM OLD.elsewhere OR NEW.confirmed IS DISTINCT FROM OLD.confirmed OR NEW.physician_id IS DISTINCT FROM OLD.physician_id OR NEW.entered_by IS DISTINCT FROM OLD.entered_by OR NEW.replaces IS DISTINCT FROM OLD.replaces OR NEW.known_from IS DISTINCT FROM OLD.known_from OR NEW.change_id IS DISTINCT FROM OLD.change_id THEN
    RAISE EXCEPTION 'guard: a case record is never rewritten';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER case_record_keeps_its_words BEFORE UPDATE ON case_record FOR EACH ROW EXECUTE FUNCTION guard_case_record_keeps_its_words();
--;
CREATE OR REPLACE FUNCTION guard_case_record_no_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: a case record is never rewritten';
  RETURN OLD;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER case_record_no_delete BEFORE DELETE ON case_record FOR EACH ROW EXECUTE FUNCTION guard_case_record_no_delete();
--;
CREATE OR REPLACE FUNCTION guard_case_record_of_its_case() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM case_file c WHERE c.id = NEW.case_id AND c.facility_id = NEW.facility_id AND c.programme_id = NEW.programme_id) THEN
    RAISE EXCEPTION 'guard: a case record belongs to the facility of its case';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM audit a WHERE a.change_id = NEW.change_id AND a.subject_id = NEW.case_id) THEN
    RAISE EXCEPTION 'guard: a case record needs an audit row of the same change';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER case_record_of_its_case BEFORE INSERT ON case_record FOR EACH ROW EXECUTE FUNCTION guard_case_record_of_its_case();
--;
CREATE OR REPLACE FUNCTION guard_case_file_moves_on() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NEW.id IS DISTINCT FROM OLD.id OR NEW.number IS DISTINCT FROM OLD.number OR NEW.programme_id IS DISTINCT FROM OLD.programme_id OR NEW.facility_id IS DISTINCT FROM OLD.facility_id OR NEW.course IS DISTINCT FROM OLD.course OR NEW.parent_id IS DISTINCT FROM OLD.parent_id OR NEW.opened_by IS DISTINCT FROM OLD.opened_by OR NEW.opened_at IS DISTINCT FROM OLD.opened_at OR NEW.known_from IS DISTINCT FROM OLD.known_from THEN
    RAISE EXCEPTION 'guard: a case keeps its number, facility and course';
  END IF;
  IF NEW.state <> OLD.state AND OLD.state <> 'open' THEN
    RAISE EXCEPTION 'guard: a case that ended does not begin again';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM audit a WHERE a.change_id = NEW.change_id AND a.subject_id = NEW.id) THEN
    RAISE EXCEPTION 'guard: a change of a case needs an audit row of the same change';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER case_file_moves_on BEFORE UPDATE ON case_file FOR EACH ROW EXECUTE FUNCTION guard_case_file_moves_on();
--;
CREATE OR REPLACE FUNCTION guard_case_file_no_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: cases are never deleted';
  RETURN OLD;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER case_file_no_delete BEFORE DELETE ON case_file FOR EACH ROW EXECUTE FUNCTION guard_case_file_no_delete();
--;
CREATE OR REPLACE FUNCTION guard_safety_task_acknowledged_once() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NEW.id IS DISTINCT FROM OLD.id OR NEW.number IS DISTINCT FROM OLD.number OR NEW.programme_id IS DISTINCT FROM OLD.programme_id OR NEW.facility_id IS DISTINCT FROM OLD.facility_id OR NEW.case_id IS DISTINCT FROM OLD.case_id OR NEW.case_number IS DISTINCT FROM OLD.case_number OR NEW.record_id IS DISTINCT FROM OLD.record_id OR NEW.reaction IS DISTINCT FROM OLD.reaction OR NEW.grade IS DISTINCT FROM OLD.grade OR NEW.aware_at IS DISTINCT FROM OLD.aware_at OR NEW.reported_by IS DISTINCT FROM OLD.reported_by OR NEW.reported_at IS DISTINCT FROM OLD.reported_at OR NEW.known_from IS DISTINCT FROM OLD.known_from THEN
    RAISE EXCEPTION 'guard: a safety task never changes';
  END IF;
  IF OLD.acknowledged_at IS NOT NULL OR NEW.acknowledged_at IS NULL OR NEW.acknowledged_by IS NULL THEN
    RAISE EXCEPTION 'guard: a safety task is acknowledged once';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER safety_task_acknowledged_once BEFORE UPDATE ON safety_task FOR EACH ROW EXECUTE FUNCTION guard_safety_task_acknowledged_once();
--;
CREATE OR REPLACE FUNCTION guard_safety_task_starts_open() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NEW.acknowledged_at IS NOT NULL OR NEW.acknowledged_by IS NOT NULL THEN
    RAISE EXCEPTION 'guard: a safety task starts open';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER safety_task_starts_open BEFORE INSERT ON safety_task FOR EACH ROW EXECUTE FUNCTION guard_safety_task_starts_open();
--;
CREATE OR REPLACE FUNCTION guard_safety_task_no_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: a safety task never changes';
  RETURN OLD;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER safety_task_no_delete BEFORE DELETE ON safety_task FOR EACH ROW EXECUTE FUNCTION guard_safety_task_no_delete();
--;
CREATE OR REPLACE FUNCTION guard_case_transfer_once() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NEW.id IS DISTINCT FROM OLD.id OR NEW.case_id IS DISTINCT FROM OLD.case_id OR NEW.programme_id IS DISTINCT FROM OLD.programme_id OR NEW.facility_id IS DISTINCT FROM OLD.facility_id OR NEW.code_hash IS DISTINCT FROM OLD.code_hash OR NEW.offered_by IS DISTINCT FROM OLD.offered_by OR NEW.offered_at IS DISTINCT FROM OLD.offered_at OR NEW.expires_at IS DISTINCT FROM OLD.expires_at OR NEW.known_from IS DISTINCT FROM OLD.known_from THEN
    RAISE EXCEPTION 'guard: a transfer code keeps its words';
  END IF;
  IF OLD.state <> 'offered' OR (NEW.state = 'accepted') <> (NEW.child_id IS NOT NULL) THEN
    RAISE EXCEPTION 'guard: a transfer code is used once';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER case_transfer_once BEFORE UPDATE ON case_transfer FOR EACH ROW EXECUTE FUNCTION guard_case_transfer_once();
--;
CREATE OR REPLACE FUNCTION guard_case_transfer_no_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: a transfer code keeps its words';
  RETURN OLD;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER case_transfer_no_delete BEFORE DELETE ON case_transfer FOR EACH ROW EXECUTE FUNCTION guard_case_transfer_no_delete();
--;
CREATE UNIQUE INDEX IF NOT EXISTS case_eligibility_held_once ON case_record (case_id) WHERE kind = 'eligibility' AND known_to IS NULL;
--;
-- The cases an order names stay as they were named; what they are judged to be moves on until the goods leave.
CREATE OR REPLACE FUNCTION guard_delivery_case_with_its_order() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM delivery d WHERE d.id = NEW.delivery_id AND d.state = 'ordered' AND d.version = 1 AND d.change_id = NEW.change_id) THEN
    RAISE EXCEPTION 'guard: an order is never rewritten';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM case_file c JOIN delivery d ON d.facility_id = c.facility_id AND d.programme_id = c.programme_id
                      WHERE c.id = NEW.case_id AND c.number = NEW.number AND d.id = NEW.delivery_id) THEN
    RAISE EXCEPTION 'guard: an order names cases of its own facility';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM audit a WHERE a.seq = NEW.known_from AND a.change_id = NEW.change_id AND a.subject_id = NEW.delivery_id) THEN
    RAISE EXCEPTION 'guard: a judged case needs an audit row of the same change';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER delivery_case_with_its_order BEFORE INSERT ON delivery_case FOR EACH ROW EXECUTE FUNCTION guard_delivery_case_with_its_order();
--;
CREATE OR REPLACE FUNCTION guard_delivery_case_is_judged_again() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NEW.delivery_id IS DISTINCT FROM OLD.delivery_id OR NEW.case_id IS DISTINCT FROM OLD.case_id OR NEW.number IS DISTINCT FROM OLD.number
      OR NEW.position IS DISTINCT FROM OLD.position OR NEW.doses IS DISTINCT FROM OLD.doses THEN
    RAISE EXCEPTION 'guard: an order is never rewritten';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM delivery d WHERE d.id = NEW.delivery_id AND d.state IN ('ordered', 'held', 'approved', 'released')) THEN
    RAISE EXCEPTION 'guard: what was shipped is judged no more';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM audit a WHERE a.seq = NEW.known_from AND a.change_id = NEW.change_id AND a.subject_id = NEW.delivery_id) THEN
    RAISE EXCEPTION 'guard: a judged case needs an audit row of the same change';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER delivery_case_is_judged_again BEFORE UPDATE ON delivery_case FOR EACH ROW EXECUTE FUNCTION guard_delivery_case_is_judged_again();
--;
CREATE OR REPLACE FUNCTION guard_delivery_case_no_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: an order is never rewritten';
  RETURN OLD;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER delivery_case_no_delete BEFORE DELETE ON delivery_case FOR EACH ROW EXECUTE FUNCTION guard_delivery_case_no_delete();
--;
CREATE OR REPLACE FUNCTION guard_duty_only_ends() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF OLD.known_to IS NOT NULL OR NEW.known_to IS NULL THEN
    RAISE EXCEPTION 'guard: a duty ends and is never rewritten';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER duty_only_ends BEFORE UPDATE ON duty FOR EACH ROW EXECUTE FUNCTION guard_duty_only_ends();
--;
CREATE OR REPLACE FUNCTION guard_duty_keeps_its_words() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NEW.id IS DISTINCT FROM OLD.id OR NEW.programme_id IS DISTINCT FROM OLD.programme_id OR NEW.facility_id IS DISTINCT FROM OLD.facility_id OR NEW.account_id IS DISTINCT FROM OLD.account_id OR NEW.first_day IS DISTINCT FROM OLD.first_day OR NEW.last_day IS DISTINCT FROM OLD.last_day OR NEW.known_from IS DISTINCT FROM OLD.known_from THEN
    RAISE EXCEPTION 'guard: a duty ends and is never rewritten';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER duty_keeps_its_words BEFORE UPDATE ON duty FOR EACH ROW EXECUTE FUNCTION guard_duty_keeps_its_words();
--;
CREATE OR REPLACE FUNCTION guard_duty_no_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: a duty ends and is never rewritten';
  RETURN OLD;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER duty_no_delete BEFORE DELETE ON duty FOR EACH ROW EXECUTE FUNCTION guard_duty_no_delete();
--;
CREATE OR REPLACE FUNCTION guard_deputy_only_ends() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF OLD.known_to IS NOT NULL OR NEW.known_to IS NULL THEN
    RAISE EXCEPTION 'guard: a deputy ends and is never rewritten';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER deputy_only_ends BEFORE UPDATE ON deputy FOR EACH ROW EXECUTE FUNCTION guard_deputy_only_ends();
--;
CREATE OR REPLACE FUNCTION guard_deputy_keeps_its_words() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NEW.id IS DISTINCT FROM OLD.id OR NEW.account_id IS DISTINCT FROM OLD.account_id OR NEW.deputy_id IS DISTINCT FROM OLD.deputy_id OR NEW.first_day IS DISTINCT FROM OLD.first_day OR NEW.last_day IS DISTINCT FROM OLD.last_day OR NEW.known_from IS DISTINCT FROM OLD.known_from THEN
    RAISE EXCEPTION 'guard: a deputy ends and is never rewritten';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER deputy_keeps_its_words BEFORE UPDATE ON deputy FOR EACH ROW EXECUTE FUNCTION guard_deputy_keeps_its_words();
--;
CREATE OR REPLACE FUNCTION guard_deputy_no_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: a deputy ends and is never rewritten';
  RETURN OLD;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER deputy_no_delete BEFORE DELETE ON deputy FOR EACH ROW EXECUTE FUNCTION guard_deputy_no_delete();
--;
CREATE OR REPLACE FUNCTION guard_day_off_only_ends() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF OLD.known_to IS NOT NULL OR NEW.known_to IS NULL THEN
    RAISE EXCEPTION 'guard: a day off ends and is never rewritten';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER day_off_only_ends BEFORE UPDATE ON day_off FOR EACH ROW EXECUTE FUNCTION guard_day_off_only_ends();
--;
CREATE OR REPLACE FUNCTION guard_day_off_keeps_its_words() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NEW.id IS DISTINCT FROM OLD.id OR NEW.day IS DISTINCT FROM OLD.day OR NEW.kind IS DISTINCT FROM OLD.kind OR NEW.name IS DISTINCT FROM OLD.name OR NEW.known_from IS DISTINCT FROM OLD.known_from THEN
    RAISE EXCEPTION 'guard: a day off ends and is never rewritten';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER day_off_keeps_its_words BEFORE UPDATE ON day_off FOR EACH ROW EXECUTE FUNCTION guard_day_off_keeps_its_words();
--;
CREATE OR REPLACE FUNCTION guard_day_off_no_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: a day off ends and is never rewritten';
  RETURN OLD;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER day_off_no_delete BEFORE DELETE ON day_off FOR EACH ROW EXECUTE FUNCTION guard_day_off_no_delete();
--;
CREATE OR REPLACE FUNCTION guard_mailbox_stays_with_its_account() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NEW.account_id IS DISTINCT FROM OLD.account_id THEN
    RAISE EXCEPTION 'guard: a mailbox is changed and never removed';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER mailbox_stays_with_its_account BEFORE UPDATE ON mailbox FOR EACH ROW EXECUTE FUNCTION guard_mailbox_stays_with_its_account();
--;
CREATE OR REPLACE FUNCTION guard_mailbox_no_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: a mailbox is changed and never removed';
  RETURN OLD;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER mailbox_no_delete BEFORE DELETE ON mailbox FOR EACH ROW EXECUTE FUNCTION guard_mailbox_no_delete();
--;
CREATE OR REPLACE FUNCTION guard_letter_keeps_its_words() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NEW.id IS DISTINCT FROM OLD.id OR NEW.programme_id IS DISTINCT FROM OLD.programme_id OR NEW.kind IS DISTINCT FROM OLD.kind OR NEW.subject IS DISTINCT FROM OLD.subject OR NEW.due_on IS DISTINCT FROM OLD.due_on OR NEW.stage IS DISTINCT FROM OLD.stage OR NEW.account_id IS DISTINCT FROM OLD.account_id OR NEW.copy IS DISTINCT FROM OLD.copy OR NEW.facility_id IS DISTINCT FROM OLD.facility_id OR NEW.body IS DISTINCT FROM OLD.body OR NEW.queued_at IS DISTINCT FROM OLD.queued_at THEN
    RAISE EXCEPTION 'guard: a letter keeps its words and its reader';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER letter_keeps_its_words BEFORE UPDATE ON letter FOR EACH ROW EXECUTE FUNCTION guard_letter_keeps_its_words();
--;
CREATE OR REPLACE FUNCTION guard_letter_sent_is_sent() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF OLD.state = 'sent' AND NEW.state NOT IN ('sent', 'bounced', 'printed') THEN
    RAISE EXCEPTION 'guard: a letter that was sent only comes back or is printed';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER letter_sent_is_sent BEFORE UPDATE ON letter FOR EACH ROW EXECUTE FUNCTION guard_letter_sent_is_sent();
--;
CREATE OR REPLACE FUNCTION guard_letter_no_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: letters are never deleted';
  RETURN OLD;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER letter_no_delete BEFORE DELETE ON letter FOR EACH ROW EXECUTE FUNCTION guard_letter_no_delete();
--;
CREATE OR REPLACE FUNCTION guard_letter_try_no_update() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: attempts to send never change';
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER letter_try_no_update BEFORE UPDATE ON letter_try FOR EACH ROW EXECUTE FUNCTION guard_letter_try_no_update();
--;
CREATE OR REPLACE FUNCTION guard_letter_try_no_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: attempts to send never change';
  RETURN OLD;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER letter_try_no_delete BEFORE DELETE ON letter_try FOR EACH ROW EXECUTE FUNCTION guard_letter_try_no_delete();
--;
-- Booked meetings, who comes, and what is added to a record.
CREATE OR REPLACE FUNCTION guard_booking_starts_booked() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NEW.state <> 'booked' OR NEW.version <> 1 OR NEW.contact_id IS NOT NULL THEN
    RAISE EXCEPTION 'guard: a booking starts as booked';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM audit a WHERE a.seq = NEW.known_from AND a.change_id = NEW.change_id AND a.subject_id = NEW.id) THEN
    RAISE EXCEPTION 'guard: a booking needs an audit row of the same change';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER booking_starts_booked BEFORE INSERT ON booking FOR EACH ROW EXECUTE FUNCTION guard_booking_starts_booked();
--;
CREATE OR REPLACE FUNCTION guard_booking_keeps_its_number() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NEW.id <> OLD.id OR NEW.number <> OLD.number OR NEW.programme_id <> OLD.programme_id OR NEW.facility_id <> OLD.facility_id OR NEW.representative_id <> OLD.representative_id OR NEW.booked_by <> OLD.booked_by OR NEW.booked_at <> OLD.booked_at THEN
    RAISE EXCEPTION 'guard: a booking keeps its number, place and author';
  END IF;
  IF OLD.state = 'cancelled' THEN
    RAISE EXCEPTION 'guard: a cancelled booking never changes';
  END IF;
  IF NEW.version < OLD.version OR NEW.version > OLD.version + 1 THEN
    RAISE EXCEPTION 'guard: a booking counts its changes';
  END IF;
  IF (NEW.state = 'held') <> (NEW.contact_id IS NOT NULL) THEN
    RAISE EXCEPTION 'guard: a held booking names the record of its meeting';
  END IF;
  IF NEW.contact_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM contact c WHERE c.id = NEW.contact_id AND c.facility_id = NEW.facility_id AND c.kind = 'meeting') THEN
    RAISE EXCEPTION 'guard: a booking and its record are of one facility';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM audit a WHERE a.seq = NEW.known_from AND a.change_id = NEW.change_id AND a.subject_id = NEW.id) THEN
    RAISE EXCEPTION 'guard: a booking needs an audit row of the same change';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER booking_keeps_its_number BEFORE UPDATE ON booking FOR EACH ROW EXECUTE FUNCTION guard_booking_keeps_its_number();
--;
CREATE OR REPLACE FUNCTION guard_booking_no_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: a booking is cancelled, never removed';
  RETURN OLD;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER booking_no_delete BEFORE DELETE ON booking FOR EACH ROW EXECUTE FUNCTION guard_booking_no_delete();
--;
CREATE OR REPLACE FUNCTION guard_booking_physician_with_its_booking() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM booking b WHERE b.id = NEW.booking_id AND b.state = 'booked') OR NOT EXISTS (SELECT 1 FROM audit a WHERE a.seq = (SELECT max(seq) FROM audit) AND a.subject_id = NEW.booking_id) THEN
    RAISE EXCEPTION 'guard: who comes changes with the booking only';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER booking_physician_with_its_booking BEFORE INSERT ON booking_physician FOR EACH ROW EXECUTE FUNCTION guard_booking_physician_with_its_booking();
--;
CREATE OR REPLACE FUNCTION guard_booking_physician_no_update() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: who comes changes with the booking only';
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER booking_physician_no_update BEFORE UPDATE ON booking_physician FOR EACH ROW EXECUTE FUNCTION guard_booking_physician_no_update();
--;
CREATE OR REPLACE FUNCTION guard_booking_physician_leaves_with_its_booking() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM booking b WHERE b.id = OLD.booking_id AND b.state = 'booked') OR NOT EXISTS (SELECT 1 FROM audit a WHERE a.seq = (SELECT max(seq) FROM audit) AND a.subject_id = OLD.booking_id) THEN
    RAISE EXCEPTION 'guard: who comes changes with the booking only';
  END IF;
  RETURN OLD;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER booking_physician_leaves_with_its_booking BEFORE DELETE ON booking_physician FOR EACH ROW EXECUTE FUNCTION guard_booking_physician_leaves_with_its_booking();
--;
CREATE OR REPLACE FUNCTION guard_addendum_with_its_audit() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NEW.words = '' OR NOT EXISTS (SELECT 1 FROM audit a WHERE a.seq = NEW.known_from AND a.change_id = NEW.change_id AND a.subject_id = NEW.contact_id AND a.person_id = NEW.entered_by AND a.person_name = NEW.entered_name) THEN
    RAISE EXCEPTION 'guard: an addendum is signed by whoever adds it';
  END IF;
  IF EXISTS (SELECT 1 FROM contact c WHERE c.id = NEW.contact_id AND c.known_to IS NOT NULL) THEN
    RAISE EXCEPTION 'guard: a corrected record takes no addendum';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER addendum_with_its_audit BEFORE INSERT ON contact_addendum FOR EACH ROW EXECUTE FUNCTION guard_addendum_with_its_audit();
--;
CREATE OR REPLACE FUNCTION guard_addendum_no_update() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: an addendum never changes';
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER addendum_no_update BEFORE UPDATE ON contact_addendum FOR EACH ROW EXECUTE FUNCTION guard_addendum_no_update();
--;
CREATE OR REPLACE FUNCTION guard_addendum_no_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: an addendum never changes';
  RETURN OLD;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER addendum_no_delete BEFORE DELETE ON contact_addendum FOR EACH ROW EXECUTE FUNCTION guard_addendum_no_delete();
--;
CREATE INDEX IF NOT EXISTS booking_by_representative ON booking (representative_id, state, starts_at);
--;
CREATE INDEX IF NOT EXISTS booking_by_contact ON booking (contact_id);
--;
-- A list that was signed at once stays as it was signed: nothing joins it later, or by another's hand.
CREATE OR REPLACE FUNCTION guard_signature_joins_no_list() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NEW.batch IS NOT NULL AND EXISTS (SELECT 1 FROM signature s WHERE s.batch = NEW.batch AND (s.change_id <> NEW.change_id OR s.person_id <> NEW.person_id)) THEN
    RAISE EXCEPTION 'guard: the signatures of a list are of one person and change';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER signature_joins_no_list BEFORE INSERT ON signature FOR EACH ROW EXECUTE FUNCTION guard_signature_joins_no_list();
--;
CREATE OR REPLACE FUNCTION guard_audit_subtree_no_update() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: a kept subtree of the log never changes';
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER audit_subtree_no_update BEFORE UPDATE ON audit_subtree FOR EACH ROW EXECUTE FUNCTION guard_audit_subtree_no_update();
--;
CREATE OR REPLACE FUNCTION guard_audit_subtree_no_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: a kept subtree of the log never changes';
  RETURN OLD;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER audit_subtree_no_delete BEFORE DELETE ON audit_subtree FOR EACH ROW EXECUTE FUNCTION guard_audit_subtree_no_delete();
--;
CREATE OR REPLACE FUNCTION guard_checkpoint_no_update() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: a checkpoint never changes';
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER checkpoint_no_update BEFORE UPDATE ON checkpoint FOR EACH ROW EXECUTE FUNCTION guard_checkpoint_no_update();
--;
CREATE OR REPLACE FUNCTION guard_checkpoint_no_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: a checkpoint never changes';
  RETURN OLD;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER checkpoint_no_delete BEFORE DELETE ON checkpoint FOR EACH ROW EXECUTE FUNCTION guard_checkpoint_no_delete();
--;
CREATE OR REPLACE FUNCTION guard_checkpoint_mail_stays() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF OLD.sent_at IS NOT NULL OR NEW.day <> OLD.day OR NEW.id <> OLD.id OR NEW.size <> OLD.size OR NEW.key <> OLD.key THEN
    RAISE EXCEPTION 'guard: what was mailed outside stays as it was mailed';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER checkpoint_mail_stays BEFORE UPDATE ON checkpoint_mail FOR EACH ROW EXECUTE FUNCTION guard_checkpoint_mail_stays();
--;
CREATE OR REPLACE FUNCTION guard_checkpoint_mail_no_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: what was mailed outside stays as it was mailed';
  RETURN OLD;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER checkpoint_mail_no_delete BEFORE DELETE ON checkpoint_mail FOR EACH ROW EXECUTE FUNCTION guard_checkpoint_mail_no_delete();
--;
-- House policy bent and changed by two, and deviations that are closed.
CREATE OR REPLACE FUNCTION guard_exception_request_starts_asked() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM gate_rule g WHERE g.rule = NEW.rule AND g.source = 'house') OR EXISTS (SELECT 1 FROM gate_rule g WHERE g.rule = NEW.rule AND g.source <> 'house') THEN
    RAISE EXCEPTION 'guard: nobody sets a clause of the notice aside';
  END IF;
  IF NEW.state <> 'asked' OR NEW.reason = '' OR NEW.decided_by IS NOT NULL OR NEW.decided_at IS NOT NULL OR NEW.decision_reason IS NOT NULL THEN
    RAISE EXCEPTION 'guard: an exception starts as asked';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM signature s WHERE s.id = NEW.asked_signature AND s.person_id = NEW.asked_by AND s.record_kind = 'exception' AND s.record_id = NEW.id AND s.meaning = 'exception' AND s.role = 'safety_officer' AND s.change_id = NEW.change_id) THEN
    RAISE EXCEPTION 'guard: an exception is asked for with the signature of a safety officer';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM audit a WHERE a.seq = NEW.known_from AND a.change_id = NEW.change_id AND a.subject_id = NEW.id) THEN
    RAISE EXCEPTION 'guard: an exception needs an audit row of the same change';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER exception_request_starts_asked BEFORE INSERT ON exception_request FOR EACH ROW EXECUTE FUNCTION guard_exception_request_starts_asked();
--;
CREATE OR REPLACE FUNCTION guard_exception_request_moves_on() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NEW.id IS DISTINCT FROM OLD.id OR NEW.number IS DISTINCT FROM OLD.number OR NEW.programme_id IS DISTINCT FROM OLD.programme_id OR NEW.facility_id IS DISTINCT FROM OLD.facility_id OR NEW.rule IS DISTINCT FROM OLD.rule OR NEW.first_day IS DISTINCT FROM OLD.first_day OR NEW.last_day IS DISTINCT FROM OLD.last_day OR NEW.reason IS DISTINCT FROM OLD.reason OR NEW.asked_by IS DISTINCT FROM OLD.asked_by OR NEW.asked_at IS DISTINCT FROM OLD.asked_at OR NEW.asked_signature IS DISTINCT FROM OLD.asked_signature OR NEW.known_from IS DISTINCT FROM OLD.known_from THEN
    RAISE EXCEPTION 'guard: what was asked for never changes';
  END IF;
  IF OLD.state <> 'asked' OR NEW.state NOT IN ('confirmed', 'declined', 'withdrawn') OR NEW.decided_by IS NULL OR NEW.decided_at IS NULL THEN
    RAISE EXCEPTION 'guard: an exception is decided once';
  END IF;
  IF NEW.state = 'confirmed' AND NEW.decided_by = NEW.asked_by THEN
    RAISE EXCEPTION 'guard: the two signatures are of two persons';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM audit a WHERE a.change_id = NEW.change_id AND a.subject_id = NEW.id AND a.seq > NEW.known_from) THEN
    RAISE EXCEPTION 'guard: an exception needs an audit row of the same change';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER exception_request_moves_on BEFORE UPDATE ON exception_request FOR EACH ROW EXECUTE FUNCTION guard_exception_request_moves_on();
--;
CREATE OR REPLACE FUNCTION guard_exception_request_no_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: what was asked for never changes';
  RETURN OLD;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER exception_request_no_delete BEFORE DELETE ON exception_request FOR EACH ROW EXECUTE FUNCTION guard_exception_request_no_delete();
--;
CREATE OR REPLACE FUNCTION guard_house_exception_needs_both() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM gate_rule g WHERE g.rule = NEW.rule AND g.source = 'house') OR EXISTS (SELECT 1 FROM gate_rule g WHERE g.rule = NEW.rule AND g.source <> 'house') THEN
    RAISE EXCEPTION 'guard: nobody sets a clause of the notice aside';
  END IF;
  IF NEW.asked_by = NEW.confirmed_by THEN
    RAISE EXCEPTION 'guard: the two signatures are of two persons';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM exception_request r WHERE r.id = NEW.id AND r.state = 'confirmed' AND r.number = NEW.number AND r.programme_id = NEW.programme_id AND r.facility_id = NEW.facility_id AND r.rule = NEW.rule AND r.first_day = NEW.first_day AND r.last_day = NEW.last_day AND r.asked_by = NEW.asked_by AND r.asked_signature = NEW.asked_signature AND r.decided_by = NEW.confirmed_by AND r.change_id = NEW.change_id) THEN
    RAISE EXCEPTION 'guard: an exception is what was asked for and confirmed';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM signature s WHERE s.id = NEW.asked_signature AND s.person_id = NEW.asked_by AND s.record_kind = 'exception' AND s.record_id = NEW.id AND s.meaning = 'exception' AND s.role = 'safety_officer') OR NOT EXISTS (SELECT 1 FROM signature s WHERE s.id = NEW.confirmed_signature AND s.person_id = NEW.confirmed_by AND s.record_kind = 'exception' AND s.record_id = NEW.id AND s.meaning = 'exception' AND s.role = 'distribution_approver' AND s.change_id = NEW.change_id) THEN
    RAISE EXCEPTION 'guard: an exception carries the signatures of a safety officer and an approver';
  END IF;
  IF NEW.known_to IS NOT NULL OR NEW.ended_by IS NOT NULL OR NEW.ended_at IS NOT NULL OR NEW.end_reason IS NOT NULL THEN
    RAISE EXCEPTION 'guard: an exception begins without an end';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM audit a WHERE a.seq = NEW.known_from AND a.change_id = NEW.change_id AND a.subject_id = NEW.id) THEN
    RAISE EXCEPTION 'guard: an exception needs an audit row of the same change';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER house_exception_needs_both BEFORE INSERT ON house_exception FOR EACH ROW EXECUTE FUNCTION guard_house_exception_needs_both();
--;
CREATE OR REPLACE FUNCTION guard_house_exception_only_ends() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NEW.id IS DISTINCT FROM OLD.id OR NEW.number IS DISTINCT FROM OLD.number OR NEW.programme_id IS DISTINCT FROM OLD.programme_id OR NEW.facility_id IS DISTINCT FROM OLD.facility_id OR NEW.rule IS DISTINCT FROM OLD.rule OR NEW.first_day IS DISTINCT FROM OLD.first_day OR NEW.last_day IS DISTINCT FROM OLD.last_day OR NEW.asked_by IS DISTINCT FROM OLD.asked_by OR NEW.asked_signature IS DISTINCT FROM OLD.asked_signature OR NEW.confirmed_by IS DISTINCT FROM OLD.confirmed_by OR NEW.confirmed_signature IS DISTINCT FROM OLD.confirmed_signature OR NEW.change_id IS DISTINCT FROM OLD.change_id OR NEW.known_from IS DISTINCT FROM OLD.known_from THEN
    RAISE EXCEPTION 'guard: an exception never changes';
  END IF;
  IF OLD.known_to IS NOT NULL OR NEW.known_to IS NULL OR NEW.ended_by IS NULL OR NEW.ended_at IS NULL OR NEW.end_reason IS NULL OR NEW.end_reason = '' THEN
    RAISE EXCEPTION 'guard: an exception ends once, with a reason';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM audit a WHERE a.seq = NEW.known_to AND a.subject_id = NEW.id) THEN
    RAISE EXCEPTION 'guard: the end of an exception needs an audit row';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER house_exception_only_ends BEFORE UPDATE ON house_exception FOR EACH ROW EXECUTE FUNCTION guard_house_exception_only_ends();
--;
CREATE OR REPLACE FUNCTION guard_house_exception_no_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: an exception never changes';
  RETURN OLD;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER house_exception_no_delete BEFORE DELETE ON house_exception FOR EACH ROW EXECUTE FUNCTION guard_house_exception_no_delete();
--;
CREATE OR REPLACE FUNCTION guard_approval_rests_on_exceptions() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF EXISTS (SELECT 1 FROM finding f JOIN verdict v ON v.id = f.verdict_id WHERE f.verdict_id = NEW.verdict_id AND f.code = 'HOUSE_EXCEPTION' AND (f.source <> 'house' OR f.outcome <> 'consider' OR NOT EXISTS (SELECT 1 FROM house_exception e WHERE e.programme_id = v.programme_id AND e.facility_id = v.facility_id AND e.rule = f.rule AND e.first_day <= f.day AND e.last_day >= f.day AND e.known_to IS NULL))) THEN
    RAISE EXCEPTION 'guard: an exception that an answer rests on is in force, of the same facility, rule and day';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER approval_rests_on_exceptions BEFORE INSERT ON approval FOR EACH ROW EXECUTE FUNCTION guard_approval_rests_on_exceptions();
--;
CREATE OR REPLACE FUNCTION guard_shipment_rests_on_exceptions() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF EXISTS (SELECT 1 FROM finding f JOIN verdict v ON v.id = f.verdict_id WHERE f.verdict_id = NEW.verdict_id AND f.code = 'HOUSE_EXCEPTION' AND (f.source <> 'house' OR f.outcome <> 'consider' OR NOT EXISTS (SELECT 1 FROM house_exception e WHERE e.programme_id = v.programme_id AND e.facility_id = v.facility_id AND e.rule = f.rule AND e.first_day <= f.day AND e.last_day >= f.day AND e.known_to IS NULL))) THEN
    RAISE EXCEPTION 'guard: an exception that an answer rests on is in force, of the same facility, rule and day';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER shipment_rests_on_exceptions BEFORE INSERT ON shipment FOR EACH ROW EXECUTE FUNCTION guard_shipment_rests_on_exceptions();
--;
CREATE OR REPLACE FUNCTION guard_policy_proposal_starts_drawn() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NEW.state <> 'drawn' OR NEW.proposed_at IS NOT NULL OR NEW.proposed_signature IS NOT NULL OR NEW.proposed_preview IS NOT NULL OR NEW.decided_by IS NOT NULL OR NEW.decided_signature IS NOT NULL THEN
    RAISE EXCEPTION 'guard: a change of the house policy starts as drawn up';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM audit a WHERE a.seq = NEW.known_from AND a.change_id = NEW.change_id AND a.subject_id = NEW.id) THEN
    RAISE EXCEPTION 'guard: a change of the house policy needs an audit row of the same change';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER policy_proposal_starts_drawn BEFORE INSERT ON policy_proposal FOR EACH ROW EXECUTE FUNCTION guard_policy_proposal_starts_drawn();
--;
CREATE OR REPLACE FUNCTION guard_policy_proposal_moves_on() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NEW.id IS DISTINCT FROM OLD.id OR NEW.number IS DISTINCT FROM OLD.number OR NEW.programme_id IS DISTINCT FROM OLD.programme_id OR NEW.body IS DISTINCT FROM OLD.body OR NEW.reason IS DISTINCT FROM OLD.reason OR NEW.drawn_by IS DISTINCT FROM OLD.drawn_by OR NEW.drawn_at IS DISTINCT FROM OLD.drawn_at OR NEW.known_from IS DISTINCT FROM OLD.known_from OR (OLD.proposed_signature IS NOT NULL AND (NEW.proposed_signature IS DISTINCT FROM OLD.proposed_signature OR NEW.proposed_at IS DISTINCT FROM OLD.proposed_at OR NEW.proposed_preview IS DISTINCT FROM OLD.proposed_preview)) THEN
    RAISE EXCEPTION 'guard: a proposed policy never changes';
  END IF;
  IF NOT ((OLD.state = 'drawn' AND NEW.state IN ('proposed', 'withdrawn')) OR (OLD.state = 'proposed' AND NEW.state IN ('confirmed', 'declined', 'withdrawn'))) THEN
    RAISE EXCEPTION 'guard: this state cannot follow that one';
  END IF;
  IF NEW.state = 'proposed' AND (NEW.proposed_preview IS NULL OR NOT EXISTS (SELECT 1 FROM signature s WHERE s.id = NEW.proposed_signature AND s.person_id = NEW.drawn_by AND s.record_kind = 'policy_proposal' AND s.record_id = NEW.id AND s.meaning = 'policy_change' AND s.role = 'safety_officer' AND s.change_id = NEW.change_id)) THEN
    RAISE EXCEPTION 'guard: a policy is proposed with the signature of who drew it up';
  END IF;
  IF NEW.state = 'confirmed' AND (NEW.decided_preview IS NULL OR NEW.decided_by = NEW.drawn_by OR NOT EXISTS (SELECT 1 FROM signature s WHERE s.id = NEW.decided_signature AND s.person_id = NEW.decided_by AND s.record_kind = 'policy_proposal' AND s.record_id = NEW.id AND s.meaning = 'policy_change' AND s.role = 'safety_officer' AND s.change_id = NEW.change_id)) THEN
    RAISE EXCEPTION 'guard: a policy is confirmed with the signature of another safety officer';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM audit a WHERE a.change_id = NEW.change_id AND a.subject_id = NEW.id AND a.seq > NEW.known_from) THEN
    RAISE EXCEPTION 'guard: a change of the house policy needs an audit row of the same change';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER policy_proposal_moves_on BEFORE UPDATE ON policy_proposal FOR EACH ROW EXECUTE FUNCTION guard_policy_proposal_moves_on();
--;
CREATE OR REPLACE FUNCTION guard_policy_proposal_no_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: a proposed policy never changes';
  RETURN OLD;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER policy_proposal_no_delete BEFORE DELETE ON policy_proposal FOR EACH ROW EXECUTE FUNCTION guard_policy_proposal_no_delete();
--;
CREATE OR REPLACE FUNCTION guard_policy_version_needs_two() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NEW.version <> 1 AND (NEW.proposed_by = NEW.confirmed_by OR NOT EXISTS (SELECT 1 FROM policy_proposal p WHERE p.programme_id = NEW.programme_id AND p.state = 'confirmed' AND p.body = NEW.body AND p.drawn_by = NEW.proposed_by AND p.decided_by = NEW.confirmed_by)) THEN
    RAISE EXCEPTION 'guard: a version of the house policy is proposed by one and confirmed by another';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER policy_version_needs_two BEFORE INSERT ON policy_version FOR EACH ROW EXECUTE FUNCTION guard_policy_version_needs_two();
--;
CREATE OR REPLACE FUNCTION guard_policy_version_no_update() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: a version of the house policy never changes';
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER policy_version_no_update BEFORE UPDATE ON policy_version FOR EACH ROW EXECUTE FUNCTION guard_policy_version_no_update();
--;
CREATE OR REPLACE FUNCTION guard_policy_version_no_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: a version of the house policy never changes';
  RETURN OLD;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER policy_version_no_delete BEFORE DELETE ON policy_version FOR EACH ROW EXECUTE FUNCTION guard_policy_version_no_delete();
--;
CREATE OR REPLACE FUNCTION guard_deviation_no_update() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: a deviation never changes';
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER deviation_no_update BEFORE UPDATE ON deviation FOR EACH ROW EXECUTE FUNCTION guard_deviation_no_update();
--;
CREATE OR REPLACE FUNCTION guard_deviation_no_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: a deviation never changes';
  RETURN OLD;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER deviation_no_delete BEFORE DELETE ON deviation FOR EACH ROW EXECUTE FUNCTION guard_deviation_no_delete();
--;
CREATE OR REPLACE FUNCTION guard_deviation_closure_is_signed() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NEW.cause = '' OR NEW.action = '' OR NEW.assessment = '' THEN
    RAISE EXCEPTION 'guard: a deviation is closed with cause, action and assessment';
  END IF;
  IF EXISTS (SELECT 1 FROM deviation d JOIN shipment s ON s.delivery_id = d.delivery_id WHERE d.id = NEW.deviation_id AND s.person_id = NEW.closed_by) OR EXISTS (SELECT 1 FROM deviation d JOIN receipt r ON r.delivery_id = d.delivery_id WHERE d.id = NEW.deviation_id AND r.person_id = NEW.closed_by) THEN
    RAISE EXCEPTION 'guard: who shipped or received the delivery does not close its deviation';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM signature s WHERE s.id = NEW.signature_id AND s.person_id = NEW.closed_by AND s.record_kind = 'deviation' AND s.record_id = NEW.deviation_id AND s.meaning = 'deviation_closure' AND s.role = 'safety_officer' AND s.change_id = NEW.change_id) THEN
    RAISE EXCEPTION 'guard: a deviation is closed with the signature of a safety officer';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM audit a WHERE a.seq = NEW.known_from AND a.change_id = NEW.change_id AND a.subject_id = NEW.deviation_id) THEN
    RAISE EXCEPTION 'guard: a deviation is closed with an audit row of the same change';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER deviation_closure_is_signed BEFORE INSERT ON deviation_closure FOR EACH ROW EXECUTE FUNCTION guard_deviation_closure_is_signed();
--;
CREATE OR REPLACE FUNCTION guard_deviation_closure_no_update() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: a closed deviation never changes';
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER deviation_closure_no_update BEFORE UPDATE ON deviation_closure FOR EACH ROW EXECUTE FUNCTION guard_deviation_closure_no_update();
--;
CREATE OR REPLACE FUNCTION guard_deviation_closure_no_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: a closed deviation never changes';
  RETURN OLD;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER deviation_closure_no_delete BEFORE DELETE ON deviation_closure FOR EACH ROW EXECUTE FUNCTION guard_deviation_closure_no_delete();
--;
CREATE OR REPLACE FUNCTION guard_factor_only_ends() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NEW.id <> OLD.id OR NEW.account_id <> OLD.account_id OR NEW.kind <> OLD.kind OR NEW.secret <> OLD.secret OR NEW.since <> OLD.since OR NEW.known_from <> OLD.known_from OR NEW.last_step < OLD.last_step OR OLD.known_to IS NOT NULL THEN
    RAISE EXCEPTION 'guard: a second factor only ends, and takes no time step twice';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER factor_only_ends BEFORE UPDATE ON factor FOR EACH ROW EXECUTE FUNCTION guard_factor_only_ends();
--;
CREATE OR REPLACE FUNCTION guard_factor_no_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: a second factor only ends, and takes no time step twice';
  RETURN OLD;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER factor_no_delete BEFORE DELETE ON factor FOR EACH ROW EXECUTE FUNCTION guard_factor_no_delete();
--;
CREATE OR REPLACE FUNCTION guard_factor_code_used_once() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NEW.factor_id <> OLD.factor_id OR NEW.kind <> OLD.kind OR NEW.position <> OLD.position OR NEW.digest <> OLD.digest OR OLD.used_at IS NOT NULL THEN
    RAISE EXCEPTION 'guard: a code is used once';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER factor_code_used_once BEFORE UPDATE ON factor_code FOR EACH ROW EXECUTE FUNCTION guard_factor_code_used_once();
--;
CREATE OR REPLACE FUNCTION guard_factor_code_card_stays() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF OLD.kind = 'card' THEN
    RAISE EXCEPTION 'guard: a code of a card stays';
  END IF;
  RETURN OLD;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER factor_code_card_stays BEFORE DELETE ON factor_code FOR EACH ROW EXECUTE FUNCTION guard_factor_code_card_stays();
--;
CREATE OR REPLACE FUNCTION guard_factor_loss_asked_by_another() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NEW.state <> 'asked' OR EXISTS (SELECT 1 FROM account a WHERE a.id = NEW.account_id AND a.person_id = NEW.asked_by) OR NOT EXISTS (SELECT 1 FROM audit u WHERE u.seq = NEW.known_from AND u.subject_id = NEW.account_id AND u.person_id = NEW.asked_by) THEN
    RAISE EXCEPTION 'guard: a lost factor is another''s';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER factor_loss_asked_by_another BEFORE INSERT ON factor_loss FOR EACH ROW EXECUTE FUNCTION guard_factor_loss_asked_by_another();
--;
CREATE OR REPLACE FUNCTION guard_factor_loss_two_persons() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NEW.state = 'confirmed' AND (NEW.ended_by = OLD.asked_by OR EXISTS (SELECT 1 FROM account a WHERE a.id = OLD.account_id AND a.person_id = NEW.ended_by) OR NOT EXISTS (SELECT 1 FROM audit u WHERE u.seq = NEW.known_to AND u.subject_id = OLD.account_id AND u.person_id = NEW.ended_by)) THEN
    RAISE EXCEPTION 'guard: a lost factor is set aside by two';
  END IF;
  IF OLD.known_to IS NOT NULL OR NEW.id <> OLD.id OR NEW.account_id <> OLD.account_id OR NEW.reason <> OLD.reason OR NEW.identified <> OLD.identified OR NEW.asked_by <> OLD.asked_by OR NEW.asked_name <> OLD.asked_name OR NEW.asked_at <> OLD.asked_at OR NEW.known_from <> OLD.known_from THEN
    RAISE EXCEPTION 'guard: a request about a lost factor only ends';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER factor_loss_two_persons BEFORE UPDATE ON factor_loss FOR EACH ROW EXECUTE FUNCTION guard_factor_loss_two_persons();
--;
CREATE OR REPLACE FUNCTION guard_factor_loss_no_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: a request about a lost factor only ends';
  RETURN OLD;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER factor_loss_no_delete BEFORE DELETE ON factor_loss FOR EACH ROW EXECUTE FUNCTION guard_factor_loss_no_delete();
--;
CREATE OR REPLACE FUNCTION guard_entry_code_with_its_audit() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NEW.used_at IS NOT NULL OR NEW.revoked_at IS NOT NULL OR NOT EXISTS (SELECT 1 FROM audit a WHERE a.seq = NEW.known_from AND a.subject_id = NEW.account_id AND a.verb IN ('invitation_issued', 'reset_issued')) THEN
    RAISE EXCEPTION 'guard: a code is issued with its audit row';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER entry_code_with_its_audit BEFORE INSERT ON entry_code FOR EACH ROW EXECUTE FUNCTION guard_entry_code_with_its_audit();
--;
CREATE OR REPLACE FUNCTION guard_entry_code_ends_once() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF OLD.used_at IS NOT NULL OR OLD.revoked_at IS NOT NULL OR NEW.id IS DISTINCT FROM OLD.id OR NEW.account_id IS DISTINCT FROM OLD.account_id OR NEW.purpose IS DISTINCT FROM OLD.purpose OR NEW.way IS DISTINCT FROM OLD.way OR NEW.digest IS DISTINCT FROM OLD.digest OR NEW.issued_at IS DISTINCT FROM OLD.issued_at OR NEW.ends_at IS DISTINCT FROM OLD.ends_at OR NEW.known_from IS DISTINCT FROM OLD.known_from THEN
    RAISE EXCEPTION 'guard: a code ends once and is never rewritten';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER entry_code_ends_once BEFORE UPDATE ON entry_code FOR EACH ROW EXECUTE FUNCTION guard_entry_code_ends_once();
--;
CREATE OR REPLACE FUNCTION guard_entry_code_no_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: a code ends once and is never rewritten';
  RETURN OLD;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER entry_code_no_delete BEFORE DELETE ON entry_code FOR EACH ROW EXECUTE FUNCTION guard_entry_code_no_delete();
--;
CREATE OR REPLACE FUNCTION guard_training_once() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NEW.trained_on IS DISTINCT FROM OLD.trained_on AND (OLD.trained_on IS NOT NULL OR NOT EXISTS (SELECT 1 FROM audit a WHERE a.seq = (SELECT max(seq) FROM audit) AND a.subject_id = NEW.account_id AND a.verb = 'training_recorded')) THEN
    RAISE EXCEPTION 'guard: a training is recorded once, with its audit row';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER training_once BEFORE UPDATE ON membership FOR EACH ROW EXECUTE FUNCTION guard_training_once();
--;
CREATE OR REPLACE FUNCTION guard_account_review_with_its_audit() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM audit a WHERE a.seq = NEW.known_from AND a.change_id = NEW.change_id AND a.subject_id = NEW.id AND a.person_id = NEW.reviewed_by AND a.person_name = NEW.reviewed_name) THEN
    RAISE EXCEPTION 'guard: a review is recorded by whoever made it';
  END IF;
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER account_review_with_its_audit BEFORE INSERT ON account_review FOR EACH ROW EXECUTE FUNCTION guard_account_review_with_its_audit();
--;
CREATE OR REPLACE FUNCTION guard_account_review_no_update() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: a review never changes';
  RETURN NEW;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER account_review_no_update BEFORE UPDATE ON account_review FOR EACH ROW EXECUTE FUNCTION guard_account_review_no_update();
--;
CREATE OR REPLACE FUNCTION guard_account_review_no_delete() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  RAISE EXCEPTION 'guard: a review never changes';
  RETURN OLD;
END;
$guard$;
--;
CREATE OR REPLACE TRIGGER account_review_no_delete BEFORE DELETE ON account_review FOR EACH ROW EXECUTE FUNCTION guard_account_review_no_delete();
