### 休日

audit-day_off_added = { $day } を休日（{ $name }）に加えました。
audit-day_off_removed = { $day }（{ $name }）を休日から外しました：「{ $reason }」
audit-holidays_imported = 祝日の一覧を取り込みました（新規 { $created } 件、名称変更 { $updated } 件）。
days-off-name-missing = 休日の名称を入力してください
days-off-reason-missing = 休日から外す理由を入力してください
days-off-listed-already = { $day } はすでに休日です
