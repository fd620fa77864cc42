# 投与の規則の名前（判定の「要件」の欄、通知のページ、kanmon clauses）
rule-adult = 成人であること
rule-indication = 効能又は効果
rule-prior_therapies = 前治療の数と抗 CD20 抗体
rule-fl_grade = 濾胞性リンパ腫の Grade
rule-pathologist = 病理医による診断
rule-patient_explanation = 患者・家族への説明
rule-consent = 治療開始前の同意
rule-appropriateness = 投与が適切との判断
rule-physician_in_charge = 担当する医師の要件
rule-combination = 他の抗悪性腫瘍剤との併用
rule-retreatment = 再治療
rule-total_cycles = 計 17 サイクルまで
rule-end_of_cycle_8 = 8 サイクル終了時の効果判定
rule-progression = 病勢進行
rule-time_of_assessment = 効果判定の時期
rule-steroid = 副腎皮質ホルモン剤の前投与
rule-relief = 解熱鎮痛剤・抗ヒスタミン剤の前投与
rule-first_60mg_in_hospital = 初回 60 mg は入院で開始
rule-admission_considered = 入院管理の検討
rule-inpatient_after_grade_three = Grade 3 の後の入院の検討
rule-stay_of_48_hours = 投与開始後 48 時間の入院
rule-crs_at_leaving = 退院・帰宅時の CRS の有無
rule-place_of_stay = 入院している場所
rule-instruction = 症状が出たときの受診の指導
rule-previous_dose = 前回の投与
rule-schedule = 予定日より早くないこと
rule-restart = 延期後の再開時の用量
rule-place_in_course = サイクルと日
rule-ordered_dose = 指示された用量
rule-route = 投与経路
rule-vials = バイアルの組み合わせ
rule-course = 投与の計画全体
rule-grading_scale = Grade の基準（ASTCT）
rule-reaction = 副作用の発現時の対応
rule-resumption = 中断した投与の再開
rule-resumption_rate = 再開時の投与速度
rule-recovery_72_hours = 回復から 72 時間
rule-rate_after_reaction = 副作用の次の投与速度
rule-grade_three_duration = Grade 3 の続いた期間
rule-platelets = 血小板数
rule-neutrophils = 好中球数

# 投与する施設と当日の規則
rule-tocilizumab_at_site = 投与する施設のトシリズマブ
rule-responsible_physician = 当日の医師
rule-qualified_facility = 当日の施設の要件
rule-crs_guidance = CRS 管理ガイダンス
rule-observation = 投与中の観察

# 医師ひとりの要件
rule-haematological_experience = ※3-1 知識と経験
rule-regular_meetings = ※3-2 定期的な面談
rule-safety_cooperation = ※3-3 安全対策への協力
rule-in_post = 施設に在籍していること

# 規則のない項の理由
without-rule-addressed = 規則はありません。通知の周知を行政機関と関係団体に求める文で、納入や投与に求めるものがないためです。
without-rule-introduces = 規則はありません。続く各項を導く文で、求める内容は続く項の規則が判定します。
without-rule-holder-duty = 規則はありません。納入や投与とは別に、製造販売業者が果たす義務です。
without-rule-states-risk = 規則はありません。危険性を述べる文で、求められる対応は続く項の規則が判定します。

# 試験ベクターの種類
vector-kind-ae = 副作用
vector-kind-eligibility = 投与対象
vector-kind-gate = 納入と施設
vector-kind-hospitalisation = 入院
vector-kind-premedication = 前投与
vector-kind-regimen = 用法・用量
vector-kind-response = 効果判定
vector-kind-restart = 延期後の再開
vector-kind-vials = バイアル

# 通知の表
table-applies = 該当
table-reactions = 副作用が発現した場合の表（DN-2）
table-restart = 投与延期後の再開の表（DN-3）
table-merged = 免疫エフェクター細胞関連神経毒性症候群 Grade 3 の「発現時の対応」は、元の文書では空欄です。Grade 2 と結合した欄と読みました（AE-ICANS-G3-ab）。
table-reaction = 副作用
table-degree = 程度
table-onset = 発現時の対応
table-next = 次回の投与
table-crs = サイトカイン放出症候群
table-icans = 免疫エフェクター細胞関連神経毒性症候群
table-platelets = 血小板減少
table-neutrophils = 好中球減少
table-grade-1 = Grade 1
table-grade-2 = Grade 2
table-grade-3 = Grade 3
table-grade-3-again-or-4 = Grade3（再発） Grade 4
table-platelets-below = 50,000/mm³ 未満
table-neutrophils-below = 1,000/mm³ 未満
table-previous = 前回投与日・投与量
table-period = 前回投与日からの期間
table-method = 投与方法
table-cycle-1 = 1 サイクル目
table-day-1 = 1 日目 1 mg
table-day-8 = 8 日目 2 mg
table-day-15 = 15 日目 60 mg
table-cycle-2 = 2 サイクル目 60 mg
table-cycle-3 = 3 サイクル目以降 30 mg
table-two-weeks = 2 週間以上
table-two-to-six-weeks = 2 週間以上 6 週間未満
table-six-weeks = 6 週間以上
