### 納入の入力の誤り

delivery-nothing-ordered = 製品を 1 つ以上、1 バイアルから注文してください。
delivery-wholesaler-missing = 特約店を通すときは、特約店と支店を入力してください。
delivery-acknowledge = 検討が必要な点を確かめ、理由を書いてください。
delivery-reason-missing = 理由を入力してください。
delivery-ships-in-the-past = 出荷日 { $day }は過ぎています。
delivery-arrives-before-shipment = 到着日 { $day }が出荷日より前です。
delivery-takes-too-long = 出荷から到着までは { $days } 日以内にしてください。
delivery-release-ends-early = 納入指示の期限は、到着予定日 { $day }以後にしてください。
delivery-after-release = 納入指示は { $day }までです。それまでに到着するようにしてください。
delivery-lot-expired = ロット { $lot } の使用期限は { $day }です。別のロットにしてください。
delivery-lots-differ-from-order = 出荷するのは { $shipped }、注文は { $ordered } です。数量を合わせてください。
delivery-received-out-of-order = 受領の日時は、出荷の { $from }から { $to }までの間にしてください。
policy-in-the-past = 社内基準の始まりの日は、明日以後にしてください。
