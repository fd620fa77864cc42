### 記録の文

audit-account_created = { $person } さんのアカウント（{ $login }）を作りました。
audit-account_closed = { $person } さんのアカウントを停止しました。
audit-account_reopened = { $person } さんのアカウントを再開しました。
audit-password_changed = { $person } さんのパスワードを変えました。
audit-signed_in = サインインしました。
audit-membership_granted = { $person } さんに { $role }（{ $place }）の役割を { $first }から与えました。
audit-membership_ended = { $person } さんの { $role } の役割を { $last }で終えました。
audit-programme_begun = { $name } の管理を始めました。
audit-policy_adopted = 社内基準 第{ $version }版を定めました（{ $first_day }から）。
audit-standings_swept = 期日を過ぎた施設の判定を更新しました（{ $facilities } 施設）。
audit-facility_added = 施設「{ $name }」を加えました（{ $code }）。
audit-facilities_imported = 施設の一覧を取り込みました（新規 { $created } 件）。
audit-facility_changed = 施設の名称・所在地を更新しました（{ $before_name } → { $after_name }）。
audit-facility_code_completed = 医療機関コードの桁を補いました（{ $code }）。
audit-delivery_ordered = { $number } の注文を受けました。
audit-delivery_approved = { $number } を承認しました。出荷 { $ships_on }、到着 { $arrives_on }。
audit-delivery_refused = { $number } を拒否しました。理由「{ $reason }」。
audit-delivery_cancelled = { $number } を取り消しました。理由「{ $reason }」。
audit-delivery_rescheduled = { $number } の出荷を { $before_ships_on }から { $ships_on }へ、到着を { $before_arrives_on }から { $arrives_on }へ変えました。
audit-delivery_stopped = { $number } は判定を通らず、止まりました。
audit-delivery_held = { $number } を保留にしました。
audit-delivery_released = { $number } の納入指示 { $release } を出しました（{ $last_day }まで）。
audit-delivery_shipped = { $number } を { $shipped_on }に出荷しました。到着予定 { $arrives_on }、ロット { $lots }。
audit-delivery_received = { $number } を { $received_at }に受領しました。
audit-deviation_recorded = 逸脱 { $number } を記録しました。
audit-checkpoint_key_begun = 記録の検査点に署名する鍵を { $key } に改めました。
