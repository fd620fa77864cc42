### 症例と投与の確認

case-state-open = 治療中
case-state-closed = 終了
case-state-continued = 他施設で継続
case-kind-administration = 投与
case-kind-reaction = 副作用
case-kind-count = 血球数
case-kind-response = 効果判定
case-kind-eligibility = 適格性と同意

cases-course = 何回目の治療かを 1 から 99 までの数で入力してください。
cases-in-the-future = まだ先の時刻です。いまは { $now }です。起きたことだけを記録してください。
cases-too-early = 2010 年より前の日付です。年を確かめてください。
cases-out-of-order = 始まりより前の時刻です。順序を確かめてください。
cases-dose-missing = 予定した投与量（mg）を 0 より大きい数で入力してください。
cases-given-exceeds = 投与した量が予定した量を超えています。量を確かめてください。
cases-grade = Grade は 1 から 5 までで入力してください。
cases-count-missing = 血小板数か好中球数の、少なくとも一方を入力してください。
cases-too-many = 項目が多すぎます。{ $most } 件以内にしてください。
cases-physician-missing = 投与時の責任医師を選んでください（W-1a）。
cases-physician-not-in-post = 選んだ医師は { $day }にこの施設に在籍していません。日付か医師を確かめてください。
cases-eligibility-changes = 適格性と同意は、新しく記録するのではなく、いまの内容を変えてください。
cases-full = 1 症例に記録できるのは { $most } 件までです。
cases-kind-kept = 記録の種類は変えられません。いったん取り消してから、正しい種類で記録してください。
cases-reason-missing = 訂正の理由を入力してください。
cases-unconfirmed = 前の施設から引き継いだ記録のうち { $count } 件が未確認です。一つずつ確認してから、投与の確認をしてください。
cases-not-open = この症例は治療中ではありません。
cases-aware-before-onset = 発現より前の時刻です。知った日時を確かめてください。
cases-reported-already = この副作用はすでに { $number } として報告しています。
cases-code-unknown = このコードは使えません。すでに使われたか、取り消されたか、打ちまちがいです。前の施設に確かめてください。
cases-code-expired = このコードの期限が切れています。前の施設に新しいコードを求めてください。
cases-code-own = このコードは自施設の症例のものです。引き継ぐ側の施設で入力してください。
cases-no-standing = この施設はいま納入の要件を満たしていないため、引き継げません。施設のページで足りない要件を確かめてください。

audit-case_opened = 症例 { $number } を登録しました。
audit-case_recorded = 症例 { $number } に記録 { $record } を加えました。
audit-case_corrected = 症例 { $number } の記録 { $record } を改めました。
audit-case_closed = 症例 { $number } を終了しました。
audit-dosing_check_kept = 症例 { $number } の投与の確認を残しました。
audit-case_transfer_offered = 症例 { $number } を引き継ぐためのコードを発行しました。
audit-case_transfer_withdrawn = 症例 { $number } を引き継ぐためのコードを取り消しました。
audit-case_continued = 症例 { $number } は他施設に引き継がれました。
audit-reaction_reported = 症例 { $case } について安全性課題 { $number } を報告しました。
audit-safety_task_acknowledged = 安全性課題 { $number }（症例 { $case }）を受け付けました。
