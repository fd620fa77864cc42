### 入力欄と、入力の誤り

forms-error = エラー：
forms-must = ※必須
forms-yes = はい
forms-no = いいえ
forms-year = 年
forms-month = 月
forms-day = 日
forms-time = 時刻
forms-please-choose = 選んでください
forms-summary = 入力を確かめてください（{ $count } 件）
forms-required = 「{ $field }」を入力してください。
forms-choose = 「{ $field }」を選んでください。
forms-control-character = 「{ $field }」に、改行や NUL などの使えない制御文字が含まれています。取り除いてください。
forms-too-long = 「{ $field }」は { $found } 文字あります。{ $most } 文字以内にしてください。
forms-date-required = 「{ $field }」の年・月・日を入力してください。
forms-date-part-missing = 「{ $field }」の{ $part }が入力されていません。
forms-date-part-not-a-number = 「{ $field }」の{ $part }「{ $typed }」は数字ではありません。
forms-year-out-of-range = 「{ $field }」の年「{ $typed }」は、{ $least } から { $most } までの西暦で入力してください。
forms-month-out-of-range = 「{ $field }」の月「{ $typed }」は、1 から 12 までで入力してください。
forms-date-impossible = 「{ $field }」の日付「{ $typed }」は暦にありません。{ $month } 月は { $last } 日までです。
forms-time-required = 「{ $field }」の時刻を 9:30 のように入力してください。
forms-time-impossible = 「{ $field }」の時刻「{ $typed }」は読み取れません。9:30 のように入力してください。
forms-not-a-number = 「{ $field }」の「{ $typed }」は整数ではありません。{ $least } から { $most } までで入力してください。
forms-number-out-of-range = 「{ $field }」の「{ $typed }」は範囲の外です。{ $least } から { $most } までで入力してください。
label-reason = 理由
