# 案内のお知らせ。件名に入る言葉（-subject）は 10 文字まで。
letter-meeting_due-subject = 面談の時期
letter-meeting_due-lead = { $place }の{ $name }医師との面談の期日は { $due } です（{ $days ->
    [0] 本日
   *[other] あと { $days } 日
}）。
letter-meeting_due-late = { $place }の{ $name }医師との面談は、期日の { $due } を { $days } 日過ぎています。
letter-meeting_due-do = 面談の予定を決めるか、済んだ面談を記録してください。
letter-reconfirmation-subject = 再確認の時期
letter-reconfirmation-lead = { $place }の「{ $name }」は { $due } までに再確認が必要です（{ $days ->
    [0] 本日
   *[other] あと { $days } 日
}）。
letter-reconfirmation-late = { $place }の「{ $name }」は、再確認の期日の { $due } を { $days } 日過ぎています。
letter-reconfirmation-do = 内容に変わりがないかを確かめ、再確認を記録してください。
letter-agreement_ending-subject = 連携協定の終了
letter-agreement_ending-lead = { $place }と{ $name }の連携協定は { $due } に終わります（{ $days ->
    [0] 本日
   *[other] あと { $days } 日
}）。
letter-agreement_ending-late = { $place }と{ $name }の連携協定は { $due } に終わり、{ $days } 日たちました。
letter-agreement_ending-do = 続ける場合は、新しい協定書または確認書を登録してください。
letter-post_ending-subject = 在籍の終了
letter-post_ending-lead = { $place }における{ $name }医師の在籍は { $due } に終わります（{ $days ->
    [0] 本日
   *[other] あと { $days } 日
}）。
letter-post_ending-late = { $place }における{ $name }医師の在籍は { $due } に終わり、{ $days } 日たちました。
letter-post_ending-do = 在籍が続く場合は、新しい期間を記録してください。
letter-evidence_returned-subject = 差し戻しの件
letter-evidence_returned-lead = { $place }の「{ $name }」は差し戻されています。{ $due } までに再提出してください（{ $days ->
    [0] 本日
   *[other] あと { $days } 日
}）。
letter-evidence_returned-late = { $place }の「{ $name }」は差し戻されたままで、再提出の期日の { $due } を { $days } 日過ぎています。
letter-evidence_returned-do = 差し戻しの理由を読み、直して再提出するか、取り下げてください。
letter-review_waiting-subject = 審査待ち
letter-review_waiting-lead = { $place }の「{ $name }」が審査を待っています。期日は { $due } です（{ $days ->
    [0] 本日
   *[other] あと { $days } 日
}）。
letter-review_waiting-late = { $place }の「{ $name }」は審査の期日の { $due } を { $days } 日過ぎています。
letter-review_waiting-do = 内容を確かめ、受理するか差し戻してください。
letter-order_waiting-subject = 承認待ちの注文
letter-order_waiting-lead = { $place }の注文（{ $name }）が承認を待っています。期日は { $due } です（{ $days ->
    [0] 本日
   *[other] あと { $days } 日
}）。
letter-order_waiting-late = { $place }の注文（{ $name }）は承認の期日の { $due } を { $days } 日過ぎています。
letter-order_waiting-do = 内容を確かめ、承認するか断るかを決めてください。
letter-delivery_held-subject = 納入の確認
letter-delivery_held-lead = { $place }への納入（{ $name }）の確認をお願いします。期日は { $due } です（{ $days ->
    [0] 本日
   *[other] あと { $days } 日
}）。
letter-delivery_held-late = { $place }への納入（{ $name }）は、確認の期日の { $due } を { $days } 日過ぎています。
letter-delivery_held-do = 保留になっています。次のページで、いまの状態を確かめてください。
letter-release_ending-subject = 納入指示の期限
letter-release_ending-lead = { $place }への納入指示（{ $name }）の最終日は { $due } です（{ $days ->
    [0] 本日
   *[other] あと { $days } 日
}）。まだ出荷されていません。
letter-release_ending-late = { $place }への納入指示（{ $name }）は { $due } に期限が切れ、{ $days } 日たちました。
letter-release_ending-do = 出荷の予定を確かめてください。
letter-lot_expiring-subject = 使用期限の接近
letter-lot_expiring-lead = { $place }にあるロット { $name } の使用期限は { $due } です（{ $days ->
    [0] 本日
   *[other] あと { $days } 日
}）。
letter-lot_expiring-late = { $place }にあるロット { $name } は、使用期限の { $due } を { $days } 日過ぎています。
letter-lot_expiring-do = 在庫を確かめてください。
letter-safety_task-subject = 安全性の報告
letter-safety_task-lead = { $place }からの報告（{ $name }）が確認を待っています。期日は { $due } です（{ $days ->
    [0] 本日
   *[other] あと { $days } 日
}）。
letter-safety_task-late = { $place }からの報告（{ $name }）は、確認の期日の { $due } を { $days } 日過ぎています。
letter-safety_task-do = 報告を開き、受け取ったことを記録してください。
letter-lapse_mid_course-subject = 治療中の要件失効
letter-lapse_mid_course-lead = { $place }は { $due } から納入の要件を満たしていませんが、治療中の症例が { $name } 件あります。
letter-lapse_mid_course-late = { $place }は { $due } から { $days } 日のあいだ納入の要件を満たしていません。治療中の症例が { $name } 件あります。
letter-lapse_mid_course-do = 施設に連絡し、治療が途切れないように、要件が整うまでの対応を決めてください。
letter-meeting_booked-subject = 面談の予定
letter-meeting_booked-lead = { $place }の面談の予定が決まりました。日時：{ $starts }。場所：{ $venue }。医師：{ $name }。担当：{ $with }。
letter-meeting_booked-do = 添付の予定は、お使いのカレンダーに取り込めます。
letter-meeting_changed-subject = 面談の変更
letter-meeting_changed-lead = { $place }の面談の予定が変わりました。新しい日時：{ $starts }。場所：{ $venue }。医師：{ $name }。担当：{ $with }。
letter-meeting_changed-do = 添付の予定を取り込むと、カレンダーの予定が置き換わります。
letter-meeting_cancelled-subject = 面談の取り消し
letter-meeting_cancelled-lead = { $place }の面談の予定は取り消されました。日時：{ $starts }。場所：{ $venue }。医師：{ $name }。担当：{ $with }。
letter-meeting_cancelled-do = 添付を取り込むと、カレンダーの予定が消えます。
letter-digest-subject = 本日のお知らせ
letter-digest-lead = お知らせが { $count } 件あります。
letter-digest-do = それぞれのページを開いて、対応してください。
letter-meeting-summary = 面談：{ $place }
letter-dear = { $name } 様
letter-open = Kanmon（関門）で開く
letter-why = このお知らせは、あなたが Kanmon（関門）で受け持つ仕事について自動で送られています。返信はどこにも届きません。
letter-why-safety = このお知らせは安全性に関わるため、受け取り方の設定にかかわらず自動で送られています。返信はどこにも届きません。
letter-choose = お知らせの受け取り方（すぐに、朝 8 時にまとめて、受け取らない）は、次のページで選べます。
address-empty = メールアドレスを入力してください。
address-too-long = メールアドレスは 254 文字までです。
address-full-width = 全角の文字が入っています。半角で入力してください。
address-several = メールアドレスを 1 つだけ入力してください。名前、空白、読点などは入れられません。
address-unprintable = 改行など、メールアドレスに使えない文字が入っています。
address-at = 「@」を 1 つはさんで、taro@example.com のように入力してください。
address-local = 「@」の前に使えるのは、半角の英数字と記号（. _ - + など）です。点は続けたり、はじめや終わりに置いたりできません。
address-domain = 「@」の後が、example.com のような名前になっていません。
letter-invitation-subject = ご招待
letter-invitation-lead = { $place }から、Kanmon（関門）へのご招待です。あなたのアカウントをご用意しました。ログイン名は { $name } です。{ $until } まで、一度だけお使いいただけます。
letter-invitation-do = 次のページで、ご自分のパスワードをお決めください。お心当たりのない場合は、開かずにこのお知らせを捨ててください。
letter-password_reset-subject = パスワード再設定
letter-password_reset-lead = { $place }の Kanmon（関門）で、ログイン名 { $name } のパスワードの再設定が求められました。{ $until } まで、一度だけお使いいただけます。
letter-password_reset-do = 次のページで、新しいパスワードをお決めください。お心当たりのない場合は、開かずにこのお知らせを捨ててください。いまのパスワードはそのままです。
letter-why-account = このお知らせは、あなたのアカウントについて、受け取り方の設定にかかわらず自動で送られています。返信はどこにも届きません。
