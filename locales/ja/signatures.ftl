# 署名：意味と、署名のときに尋ねること。
signing-hint = パスワードの入力が署名になります。氏名、日時、意味が記録に残ります。
signed-attestation = 答えは体制のとおりである（提出）
signed-statement = 三つの点について述べた（医師本人）
signed-acceptance = 確かめて受理した
signed-approval = 納入を承認した
signed-refusal = 納入を認めなかった
signed-withdrawal = 取り下げた
signed-policy-change = 社内基準の変更に同意した
signed-exception = 社内基準の例外を認めた
signed-deviation-closure = 逸脱を調べ、終結した
signed-together = { $count } 件の一覧の 1 件として署名（一覧の SHA-256: { $batch }）
signed-together-broken = 一覧の 1 件として署名されましたが、いまの記録が一覧の SHA-256 と一致しません（{ $batch }、現在 { $count } 件）

# 記録に付された署名。
signed-title = 署名
signed-none = まだ署名がありません。
signed-fits = 署名したときの記録のままです
signed-former = 前の版への署名です（その版は監査記録に残っています）
signed-broken = 署名のあとで記録が変わっています
signed-broken-title = 署名のあとで記録が変わっています。
signed-broken-note = この記録は、署名したときの内容と一致しません。安全管理部門に知らせ、監査記録（kanmon audit verify）を確かめてください。
signed-by-password = （パスワード）
signed-by-both = （パスワードと二つ目の確認）
