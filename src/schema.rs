//! The tables as diesel sees them; kept beside `migrations/`, which is the truth.

diesel::table! {
    audit_head (id) {
        id -> Integer,
        seq -> BigInt,
        at -> Timestamp,
        frontier -> Text,
    }
}

diesel::table! {
    checkpoint (size) {
        size -> BigInt,
        note -> Text,
        at -> Timestamp,
    }
}

diesel::table! {
    audit_subtree (height, position) {
        height -> Integer,
        position -> BigInt,
        root -> Text,
    }
}

diesel::table! {
    witness (id) {
        id -> Integer,
        failing_since -> Nullable<Timestamp>,
        trouble -> Nullable<Text>,
        answer -> Text,
    }
}

diesel::table! {
    checkpoint_mail (day) {
        day -> Date,
        id -> Text,
        size -> BigInt,
        key -> Text,
        attempts -> Integer,
        held_until -> Nullable<Timestamp>,
        sent_at -> Nullable<Timestamp>,
        sent_to -> Nullable<Text>,
        answer -> Text,
    }
}

diesel::table! {
    audit (seq) {
        seq -> BigInt,
        id -> Text,
        change_id -> Text,
        at -> Timestamp,
        person_id -> Nullable<Text>,
        person_name -> Text,
        role -> Text,
        verb -> Text,
        subject_kind -> Text,
        subject_id -> Text,
        programme_id -> Nullable<Text>,
        facility_id -> Nullable<Text>,
        detail_digest -> Text,
        leaf -> Text,
    }
}

diesel::table! {
    audit_detail (seq) {
        seq -> BigInt,
        salt -> Text,
        detail -> Text,
    }
}

diesel::table! {
    counter (name) {
        name -> Text,
        value -> BigInt,
    }
}

diesel::table! {
    gate_rule (edition, rule) {
        edition -> Text,
        rule -> Text,
        source -> Text,
    }
}

diesel::table! {
    verdict (id) {
        id -> Text,
        number -> BigInt,
        kind -> Text,
        purpose -> Text,
        programme_id -> Text,
        facility_id -> Text,
        subject_id -> Text,
        first_day -> Date,
        last_day -> Date,
        days -> Integer,
        not_before -> Timestamp,
        known_seq -> BigInt,
        at -> Timestamp,
        change_id -> Text,
        edition -> Text,
        policy_version -> Integer,
        rules_version -> Integer,
        facts_format -> Integer,
        facts -> Text,
        outcome -> Text,
        digest -> Text,
    }
}

diesel::table! {
    finding (verdict_id, position) {
        verdict_id -> Text,
        position -> Integer,
        day -> Date,
        rule -> Text,
        source -> Text,
        outcome -> Text,
        code -> Text,
        body -> Text,
        until -> Nullable<Date>,
    }
}

diesel::table! {
    signature (id) {
        id -> Text,
        person_id -> Text,
        person_name -> Text,
        account_id -> Text,
        role -> Text,
        meaning -> Text,
        record_kind -> Text,
        record_id -> Text,
        digest -> Text,
        at -> Timestamp,
        change_id -> Text,
        known_from -> BigInt,
        method -> Text,
        batch -> Nullable<Text>,
    }
}

diesel::table! {
    person (id) {
        id -> Text,
        name -> Text,
        name_key -> Text,
        known_from -> BigInt,
    }
}

diesel::table! {
    account (id) {
        id -> Text,
        person_id -> Text,
        login -> Text,
        password_hash -> Text,
        language -> Text,
        active -> Bool,
        known_from -> BigInt,
        awaited -> Bool,
        signed_in_at -> Nullable<Timestamp>,
        purpose_version -> Nullable<Text>,
        purpose_accepted_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    membership (id) {
        id -> Text,
        account_id -> Text,
        role -> Text,
        facility_id -> Nullable<Text>,
        first_day -> Date,
        last_day -> Nullable<Date>,
        known_from -> BigInt,
        trained_on -> Nullable<Date>,
        trained_by -> Nullable<Text>,
        training_material -> Nullable<Text>,
    }
}

diesel::table! {
    sign_in_failure (login_digest) {
        login_digest -> Text,
        failures -> Integer,
        waits_until -> Nullable<Timestamp>,
        at -> Timestamp,
    }
}

diesel::table! {
    entry_code (id) {
        id -> Text,
        account_id -> Text,
        purpose -> Text,
        way -> Text,
        digest -> Text,
        issued_at -> Timestamp,
        ends_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
        revoked_at -> Nullable<Timestamp>,
        known_from -> BigInt,
    }
}

diesel::table! {
    account_review (id) {
        id -> Text,
        reviewed_on -> Date,
        reviewed_by -> Text,
        reviewed_name -> Text,
        accounts -> BigInt,
        remark -> Text,
        known_from -> BigInt,
        change_id -> Text,
    }
}

diesel::table! {
    session (key_hash) {
        key_hash -> Text,
        id -> Text,
        account_id -> Nullable<Text>,
        signed_in -> Bool,
        state -> Text,
        born -> Timestamp,
        last_used -> Timestamp,
        expires_at -> Timestamp,
        agent -> Text,
        address -> Text,
    }
}

diesel::table! {
    factor (id) {
        id -> Text,
        account_id -> Text,
        kind -> Text,
        secret -> Text,
        last_step -> BigInt,
        since -> Timestamp,
        known_from -> BigInt,
        known_to -> Nullable<BigInt>,
    }
}

diesel::table! {
    factor_code (factor_id, kind, position) {
        factor_id -> Text,
        kind -> Text,
        position -> Integer,
        digest -> Text,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    factor_loss (id) {
        id -> Text,
        account_id -> Text,
        reason -> Text,
        identified -> Text,
        asked_by -> Text,
        asked_name -> Text,
        asked_at -> Timestamp,
        known_from -> BigInt,
        state -> Text,
        ended_by -> Nullable<Text>,
        known_to -> Nullable<BigInt>,
    }
}

diesel::table! {
    programme (id) {
        id -> Text,
        code -> Text,
        name_ja -> Text,
        name_en -> Text,
        manufacturer -> Text,
        demo -> Bool,
        known_from -> BigInt,
    }
}

diesel::table! {
    policy_version (id) {
        id -> Text,
        programme_id -> Text,
        version -> Integer,
        first_day -> Date,
        body -> Text,
        proposed_by -> Text,
        confirmed_by -> Text,
        known_from -> BigInt,
    }
}

diesel::table! {
    facility (id) {
        id -> Text,
        name -> Text,
        name_key -> Text,
        postal_code -> Text,
        address -> Text,
        prefecture -> Integer,
        in_list -> Bool,
        known_from -> BigInt,
    }
}

diesel::table! {
    facility_history (id) {
        id -> Text,
        facility_id -> Text,
        name -> Text,
        postal_code -> Text,
        address -> Text,
        known_from -> BigInt,
        known_to -> BigInt,
    }
}

diesel::table! {
    facility_code (id) {
        id -> Text,
        facility_id -> Text,
        system -> Text,
        code -> Text,
        points_table -> Text,
        first_day -> Nullable<Date>,
        last_day -> Nullable<Date>,
        known_from -> BigInt,
        known_to -> Nullable<BigInt>,
    }
}

diesel::table! {
    facility_gram (gram, name_key, facility_id) {
        gram -> Text,
        name_key -> Text,
        facility_id -> Text,
    }
}

diesel::table! {
    gram_count (gram) {
        gram -> Text,
        facilities -> BigInt,
    }
}

diesel::table! {
    standing (programme_id, facility_id) {
        programme_id -> Text,
        facility_id -> Text,
        verdict_id -> Text,
        outcome -> Text,
        judged_on -> Date,
        until -> Nullable<Date>,
        permitted_until -> Nullable<Date>,
        digest -> Text,
        change_id -> Text,
    }
}

diesel::table! {
    attestation (id) {
        id -> Text,
        number -> BigInt,
        programme_id -> Text,
        facility_id -> Text,
        state -> Text,
        version -> Integer,
        answers -> Text,
        started_by -> Text,
        started_at -> Timestamp,
        submitted_by -> Nullable<Text>,
        submitted_at -> Nullable<Timestamp>,
        reviewed_by -> Nullable<Text>,
        reviewed_at -> Nullable<Timestamp>,
        return_step -> Nullable<Text>,
        return_reason -> Nullable<Text>,
    }
}

diesel::table! {
    readiness (id) {
        id -> Text,
        programme_id -> Text,
        facility_id -> Text,
        attestation_id -> Text,
        first_day -> Date,
        last_day -> Nullable<Date>,
        accepted_on -> Date,
        intensive_care -> Nullable<Text>,
        icu_stated_on -> Nullable<Date>,
        admission_24h -> Nullable<Bool>,
        inpatient_beds -> Nullable<Bool>,
        tocilizumab_ready -> Nullable<Bool>,
        test_results_available -> Nullable<Bool>,
        crs_guidance_version -> Nullable<Text>,
        entered_by -> Text,
        accepted_by -> Text,
        known_from -> BigInt,
        known_to -> Nullable<BigInt>,
    }
}

diesel::table! {
    partnership (id) {
        id -> Text,
        programme_id -> Text,
        facility_id -> Text,
        partner_id -> Text,
        attestation_id -> Text,
        agreement_first_day -> Nullable<Date>,
        agreement_last_day -> Nullable<Date>,
        states_icu -> Nullable<Bool>,
        states_admission_24h -> Nullable<Bool>,
        states_tocilizumab -> Nullable<Bool>,
        entered_by -> Text,
        accepted_by -> Text,
        known_from -> BigInt,
        known_to -> Nullable<BigInt>,
    }
}

diesel::table! {
    change_report (id) {
        id -> Text,
        number -> BigInt,
        programme_id -> Text,
        facility_id -> Text,
        limb -> Text,
        from_day -> Date,
        reason -> Text,
        entered_by -> Text,
        known_from -> BigInt,
        known_to -> Nullable<BigInt>,
    }
}

diesel::table! {
    affiliation (id) {
        id -> Text,
        person_id -> Text,
        facility_id -> Text,
        department -> Text,
        title -> Text,
        first_day -> Date,
        last_day -> Nullable<Date>,
        entered_by -> Text,
        known_from -> BigInt,
        known_to -> Nullable<BigInt>,
    }
}

diesel::table! {
    qualification (id) {
        id -> Text,
        number -> BigInt,
        programme_id -> Text,
        person_id -> Text,
        facility_id -> Text,
        state -> Text,
        version -> Integer,
        experience -> Nullable<Bool>,
        meetings -> Nullable<Bool>,
        cooperation -> Nullable<Bool>,
        statement -> Text,
        first_day -> Date,
        last_day -> Nullable<Date>,
        submitted_by -> Text,
        submitted_at -> Timestamp,
        reviewed_by -> Nullable<Text>,
        reviewed_at -> Nullable<Timestamp>,
        return_reason -> Nullable<Text>,
        known_from -> Nullable<BigInt>,
        known_to -> Nullable<BigInt>,
    }
}

diesel::table! {
    contact (id) {
        id -> Text,
        number -> BigInt,
        programme_id -> Text,
        facility_id -> Text,
        kind -> Text,
        mode -> Text,
        presenter -> Text,
        presenter_name -> Text,
        product -> Nullable<Bool>,
        safety_measures -> Nullable<Bool>,
        starts_at -> Timestamp,
        ends_at -> Timestamp,
        materials -> Text,
        summary -> Text,
        entered_by -> Text,
        known_from -> BigInt,
        known_to -> Nullable<BigInt>,
    }
}

diesel::table! {
    contact_attendee (contact_id, position) {
        contact_id -> Text,
        position -> Integer,
        person_id -> Nullable<Text>,
        name -> Text,
    }
}

diesel::table! {
    case_file (id) {
        id -> Text,
        number -> Text,
        programme_id -> Text,
        facility_id -> Text,
        state -> Text,
        version -> Integer,
        course -> Integer,
        parent_id -> Nullable<Text>,
        opened_by -> Text,
        opened_at -> Timestamp,
        known_from -> BigInt,
        change_id -> Text,
    }
}

diesel::table! {
    case_record (id) {
        id -> Text,
        case_id -> Text,
        position -> Integer,
        programme_id -> Text,
        facility_id -> Text,
        kind -> Text,
        format -> Integer,
        body -> Text,
        occurred_at -> Nullable<Timestamp>,
        mg -> Nullable<Text>,
        elsewhere -> Bool,
        confirmed -> Bool,
        physician_id -> Nullable<Text>,
        entered_by -> Text,
        replaces -> Nullable<Text>,
        known_from -> BigInt,
        known_to -> Nullable<BigInt>,
        end_reason -> Nullable<Text>,
        change_id -> Text,
    }
}

diesel::table! {
    safety_task (id) {
        id -> Text,
        number -> BigInt,
        programme_id -> Text,
        facility_id -> Text,
        case_id -> Text,
        case_number -> Text,
        record_id -> Text,
        reaction -> Text,
        grade -> Nullable<Integer>,
        aware_at -> Timestamp,
        reported_by -> Text,
        reported_at -> Timestamp,
        acknowledged_by -> Nullable<Text>,
        acknowledged_at -> Nullable<Timestamp>,
        known_from -> BigInt,
        change_id -> Text,
    }
}

diesel::table! {
    case_transfer (id) {
        id -> Text,
        case_id -> Text,
        programme_id -> Text,
        facility_id -> Text,
        code_hash -> Text,
        state -> Text,
        offered_by -> Text,
        offered_at -> Timestamp,
        expires_at -> Timestamp,
        child_id -> Nullable<Text>,
        known_from -> BigInt,
        change_id -> Text,
    }
}

diesel::table! {
    delivery (id) {
        id -> Text,
        number -> BigInt,
        programme_id -> Text,
        facility_id -> Text,
        channel -> Text,
        wholesaler -> Text,
        branch -> Text,
        state -> Text,
        version -> Integer,
        ships_on -> Date,
        arrives_on -> Date,
        ordered_by -> Text,
        ordered_at -> Timestamp,
        verdict_id -> Text,
        approval_id -> Nullable<Text>,
        release_id -> Nullable<Text>,
        held_at -> Nullable<Timestamp>,
        change_id -> Text,
    }
}

diesel::table! {
    delivery_line (delivery_id, position) {
        delivery_id -> Text,
        position -> Integer,
        product -> Text,
        quantity -> Integer,
    }
}

diesel::table! {
    delivery_case (delivery_id, case_id) {
        delivery_id -> Text,
        case_id -> Text,
        number -> Text,
        position -> Integer,
        doses -> Integer,
        due_1mg -> Nullable<Integer>,
        due_30mg -> Nullable<Integer>,
        open_clauses -> Text,
        known_from -> BigInt,
        change_id -> Text,
    }
}

diesel::table! {
    approval (id) {
        id -> Text,
        delivery_id -> Text,
        verdict_id -> Text,
        person_id -> Text,
        acknowledged -> Text,
        reason -> Text,
        ships_on -> Date,
        arrives_on -> Date,
        at -> Timestamp,
        signature_id -> Text,
        change_id -> Text,
    }
}

diesel::table! {
    release_order (id) {
        id -> Text,
        number -> BigInt,
        delivery_id -> Text,
        approval_id -> Text,
        last_day -> Date,
        person_id -> Text,
        at -> Timestamp,
        change_id -> Text,
    }
}

diesel::table! {
    shipment (id) {
        id -> Text,
        delivery_id -> Text,
        verdict_id -> Text,
        release_id -> Text,
        shipped_on -> Date,
        arrives_on -> Date,
        person_id -> Text,
        at -> Timestamp,
        change_id -> Text,
    }
}

diesel::table! {
    shipment_lot (shipment_id, position) {
        shipment_id -> Text,
        position -> Integer,
        product -> Text,
        lot -> Text,
        expires_on -> Date,
        quantity -> Integer,
    }
}

diesel::table! {
    receipt (id) {
        id -> Text,
        delivery_id -> Text,
        verdict_id -> Text,
        received_at -> Timestamp,
        condition -> Text,
        lowest_celsius -> Nullable<Double>,
        highest_celsius -> Nullable<Double>,
        remarks -> Text,
        person_id -> Text,
        at -> Timestamp,
        change_id -> Text,
    }
}

diesel::table! {
    receipt_line (receipt_id, position) {
        receipt_id -> Text,
        position -> Integer,
        product -> Text,
        lot -> Text,
        quantity -> Integer,
    }
}

diesel::table! {
    deviation (id) {
        id -> Text,
        number -> BigInt,
        programme_id -> Text,
        facility_id -> Text,
        delivery_id -> Text,
        kind -> Text,
        verdict_id -> Text,
        at -> Timestamp,
        known_from -> BigInt,
    }
}

diesel::table! {
    mailbox (account_id) {
        account_id -> Text,
        address -> Text,
        habit -> Text,
        known_from -> BigInt,
    }
}

diesel::table! {
    duty (id) {
        id -> Text,
        programme_id -> Text,
        facility_id -> Text,
        account_id -> Text,
        first_day -> Date,
        last_day -> Nullable<Date>,
        known_from -> BigInt,
        known_to -> Nullable<BigInt>,
    }
}

diesel::table! {
    deputy (id) {
        id -> Text,
        account_id -> Text,
        deputy_id -> Text,
        first_day -> Date,
        last_day -> Nullable<Date>,
        known_from -> BigInt,
        known_to -> Nullable<BigInt>,
    }
}

diesel::table! {
    day_off (id) {
        id -> Text,
        day -> Date,
        kind -> Text,
        name -> Text,
        known_from -> BigInt,
        known_to -> Nullable<BigInt>,
    }
}

diesel::table! {
    booking (id) {
        id -> Text,
        number -> BigInt,
        programme_id -> Text,
        facility_id -> Text,
        state -> Text,
        version -> Integer,
        starts_at -> Timestamp,
        ends_at -> Timestamp,
        mode -> Text,
        venue -> Text,
        representative_id -> Text,
        booked_by -> Text,
        booked_at -> Timestamp,
        contact_id -> Nullable<Text>,
        known_from -> BigInt,
        change_id -> Text,
    }
}

diesel::table! {
    booking_physician (booking_id, position) {
        booking_id -> Text,
        position -> Integer,
        person_id -> Text,
    }
}

diesel::table! {
    contact_addendum (contact_id, position) {
        contact_id -> Text,
        position -> Integer,
        words -> Text,
        entered_by -> Text,
        entered_name -> Text,
        entered_at -> Timestamp,
        known_from -> BigInt,
        change_id -> Text,
    }
}

diesel::table! {
    letter (id) {
        id -> Text,
        programme_id -> Text,
        kind -> Text,
        subject -> Text,
        due_on -> Date,
        stage -> Integer,
        account_id -> Text,
        copy -> Integer,
        facility_id -> Nullable<Text>,
        body -> Text,
        state -> Text,
        digest_id -> Nullable<Text>,
        queued_at -> Timestamp,
        not_before -> Timestamp,
        attempts -> Integer,
        fence -> BigInt,
        lease_until -> Nullable<Timestamp>,
        sent_to -> Nullable<Text>,
        ended_at -> Nullable<Timestamp>,
        answer -> Text,
    }
}

diesel::table! {
    letter_try (letter_id, number) {
        letter_id -> Text,
        number -> Integer,
        at -> Timestamp,
        outcome -> Text,
        answer -> Text,
    }
}

diesel::table! {
    post_line (id) {
        id -> Integer,
        down_since -> Nullable<Timestamp>,
        tries -> Integer,
        next_try -> Nullable<Timestamp>,
        answer -> Text,
    }
}

diesel::table! {
    exception_request (id) {
        id -> Text,
        number -> BigInt,
        programme_id -> Text,
        facility_id -> Text,
        rule -> Text,
        first_day -> Date,
        last_day -> Date,
        reason -> Text,
        state -> Text,
        asked_by -> Text,
        asked_at -> Timestamp,
        asked_signature -> Text,
        decided_by -> Nullable<Text>,
        decided_at -> Nullable<Timestamp>,
        decision_reason -> Nullable<Text>,
        known_from -> BigInt,
        change_id -> Text,
    }
}

diesel::table! {
    house_exception (id) {
        id -> Text,
        number -> BigInt,
        programme_id -> Text,
        facility_id -> Text,
        rule -> Text,
        first_day -> Date,
        last_day -> Date,
        asked_by -> Text,
        asked_signature -> Text,
        confirmed_by -> Text,
        confirmed_signature -> Text,
        change_id -> Text,
        known_from -> BigInt,
        known_to -> Nullable<BigInt>,
        ended_by -> Nullable<Text>,
        ended_at -> Nullable<Timestamp>,
        end_reason -> Nullable<Text>,
    }
}

diesel::table! {
    policy_proposal (id) {
        id -> Text,
        number -> BigInt,
        programme_id -> Text,
        body -> Text,
        reason -> Text,
        state -> Text,
        drawn_by -> Text,
        drawn_at -> Timestamp,
        proposed_at -> Nullable<Timestamp>,
        proposed_signature -> Nullable<Text>,
        proposed_preview -> Nullable<Text>,
        decided_by -> Nullable<Text>,
        decided_at -> Nullable<Timestamp>,
        decision_reason -> Nullable<Text>,
        decided_signature -> Nullable<Text>,
        decided_preview -> Nullable<Text>,
        known_from -> BigInt,
        change_id -> Text,
    }
}

diesel::table! {
    deviation_closure (deviation_id) {
        deviation_id -> Text,
        cause -> Text,
        action -> Text,
        assessment -> Text,
        closed_by -> Text,
        closed_at -> Timestamp,
        signature_id -> Text,
        known_from -> BigInt,
        change_id -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    audit_head,
    checkpoint,
    audit_subtree,
    witness,
    checkpoint_mail,
    audit,
    audit_detail,
    counter,
    gate_rule,
    verdict,
    finding,
    signature,
    person,
    account,
    membership,
    sign_in_failure,
    entry_code,
    account_review,
    session,
    factor,
    factor_code,
    factor_loss,
    programme,
    policy_version,
    facility,
    facility_history,
    facility_code,
    facility_gram,
    gram_count,
    standing,
    attestation,
    readiness,
    partnership,
    change_report,
    affiliation,
    qualification,
    contact,
    contact_attendee,
    case_file,
    case_record,
    safety_task,
    case_transfer,
    delivery,
    delivery_line,
    delivery_case,
    approval,
    release_order,
    shipment,
    shipment_lot,
    receipt,
    receipt_line,
    deviation,
    mailbox,
    duty,
    deputy,
    day_off,
    booking,
    booking_physician,
    contact_addendum,
    letter,
    letter_try,
    post_line,
    exception_request,
    house_exception,
    policy_proposal,
    deviation_closure,
);
diesel::joinable!(contact_attendee -> contact (contact_id));
diesel::joinable!(standing -> facility (facility_id));
diesel::joinable!(delivery -> facility (facility_id));
diesel::joinable!(facility_code -> facility (facility_id));
diesel::joinable!(letter -> account (account_id));
diesel::joinable!(booking -> facility (facility_id));
diesel::allow_columns_to_appear_in_same_group_by_clause!(
    contact::facility_id,
    contact_attendee::person_id,
);
