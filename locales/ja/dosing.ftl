### 投与の判定

## 投与の対象

reason-adult = 成人です。
reason-follicular-lymphoma = 診断は濾胞性リンパ腫です。
reason-relapsed-or-refractory = 再発または難治性です。
reason-prior-therapies-sufficient = 抗 CD20 モノクローナル抗体製剤を含む標準的な治療 { $count } 件が、無効または治療後に再発しています（少なくとも 2 件が必要）。
reason-fl-grade-within-1-3a = 組織学的 Grade は 1～3A の範囲内です。
reason-pathologist-confirmed = 十分な経験を有する病理医が診断しています。
reason-patient-informed = 患者またはその家族に、有効性と危険性を説明しています。
reason-consent-before-treatment = 治療開始の前に、患者またはその家族の同意を得ています。
reason-appropriateness-recorded = この患者への投与が適切との判断が記録されています。
reason-physician-in-charge-qualified = 担当医は、造血器悪性腫瘍の治療について十分な知識・経験を有しています。
reason-no-combination = 他の抗悪性腫瘍剤の併用はありません。
reason-combination-justified = 他の抗悪性腫瘍剤（{ $drugs }）を併用しています。併用の有効性及び安全性は確立していません。併用の理由は記録されています。
reason-not-adult = 成人ではありません。用法及び用量は成人についての定めです。
reason-not-follicular-lymphoma = 診断が濾胞性リンパ腫ではありません。効能又は効果は「再発又は難治性の濾胞性リンパ腫」です。
reason-not-relapsed-or-refractory = 再発・難治性のいずれでもないか、無効でも治療後の再発でもない前治療があります。
reason-fewer-than-2-standard-therapies = 標準的な治療は { $count } 件です。少なくとも 2 件が必要です。
reason-no-anti-cd20-mab = 標準的な治療の中に、抗 CD20 モノクローナル抗体製剤を含むものがありません。
reason-outcome-neither-ineffective-nor-relapse = 無効でも治療後の再発でもない理由（不耐など）で終えた前治療があります。これを数えるかは通知に定めがありません。
reason-what-counts-as-a-standard-therapy-not-stated = 標準的な治療に当たるかが通知に定められていない前治療（維持療法、放射線治療、移植など）があります。
reason-definition-of-anti-cd20-mab-product = 抗 CD20 の治療歴が二重特異性抗体だけです。「抗 CD20 モノクローナル抗体製剤」に当たるかは通知に定めがありません。
reason-fl-grade-outside-1-3a = 組織学的 Grade は 3B です。対象は Grade 1～3A です。
reason-fl-grade-not-specific = 組織学的 Grade の記載（A・B の別のない Grade 3、または Grade なし）からは、対象の Grade 1～3A か分かりません。
reason-pathologist-not-confirmed = 十分な経験を有する病理医による診断ではありません。
reason-consent-missing = 患者またはその家族の同意が記録されていません。
reason-consent-not-before-treatment = 同意を得たのが初回投与より前ではありません。
reason-appropriateness-not-recorded = この患者への投与が適切との判断が記録されていません。
reason-physician-not-qualified = 担当医が、造血器悪性腫瘍の治療について十分な知識・経験を有する医師ではありません。
reason-combination-not-established = 他の抗悪性腫瘍剤（{ $drugs }）が併用され、その理由が記録されていません。併用の有効性及び安全性は確立していません。
remedy-not-adult = 投与しない。記録に誤りがあれば訂正する。
remedy-not-follicular-lymphoma = 投与しない。診断の記録に誤りがあれば訂正する。
remedy-not-relapsed-or-refractory = 投与しない。病状や前治療の結果の記録に誤りがあれば訂正する。
remedy-fewer-than-2-standard-therapies = 投与しない。前治療の記録に漏れがあれば補う。
remedy-no-anti-cd20-mab = 投与しない。前治療の記録に漏れがあれば補う。
remedy-outcome-neither-ineffective-nor-relapse = この前治療を数えるかを判断し、理由とともに記録する。
remedy-what-counts-as-a-standard-therapy-not-stated = 標準的な治療に当たるかを判断し、理由とともに記録する。
remedy-definition-of-anti-cd20-mab-product = 抗 CD20 モノクローナル抗体製剤に当たるかを判断し、理由とともに記録する。
remedy-fl-grade-outside-1-3a = 投与しない。Grade の記録に誤りがあれば訂正する。
remedy-fl-grade-not-specific = 病理診断の Grade（3A か 3B か）を確かめて記録する。確かめるまで投与しない。
remedy-pathologist-not-confirmed = 十分な経験を有する病理医の診断を得て記録する。
remedy-consent-missing = 有効性と危険性を十分に説明し、同意を得て記録してから投与する。
remedy-consent-not-before-treatment = 同意と初回投与の日時を確かめる。記録の誤りでなければ投与を進めず、経緯を記録する。
remedy-appropriateness-not-recorded = 投与が適切かを判断し、記録する。
remedy-physician-not-qualified = 十分な知識・経験を有する医師のもとで投与する。
remedy-combination-not-established = 併用するかを判断し、理由とともに記録する。

## 用法及び用量

reason-dose-as-planned = { $cycle } サイクル目 { $day } 日目の用量は { $mg } mg です。
reason-course-planned = 投与は { $administrations } 回、合計 { $total_mg } mg の予定です。
reason-route-iv-infusion = 投与経路は点滴静注です。
reason-on-schedule = 前回投与から { $days } 日で、予定日より早くありません。
reason-first-administration = 本剤の最初の投与です。
reason-invalid-cycle = サイクル番号 { $cycle } は用法にありません。サイクルは 1 から数えます。
reason-no-dose-on-this-day = { $cycle } サイクル目 { $day } 日目に投与の定めはありません。
reason-dose-mismatch = 指示された用量は { $ordered } mg です。この投与の用量は { $expected_mg } mg です。
reason-route-not-iv-infusion = 投与経路が点滴静注ではありません。
reason-earlier-than-scheduled-day = 前回投与から { $days } 日です。用法では { $scheduled } 日後で、早めることについて通知に定めはありません。
reason-spacing-after-short-delay-not-stated = 前回投与から { $days } 日です（用法の間隔は { $scheduled } 日）。前回の遅れに合わせてこの投与も遅らせるかは、通知に定めがありません。
remedy-invalid-cycle = サイクル番号を確かめて訂正する。
remedy-no-dose-on-this-day = サイクルと日を確かめて訂正するか、用法が定める日に投与する。
remedy-dose-mismatch = 投与歴を確かめ、用量の指示を { $expected_mg } mg に訂正する。
remedy-route-not-iv-infusion = 投与経路を点滴静注に訂正する。
remedy-earlier-than-scheduled-day = 投与日を前回投与から { $scheduled } 日以後にする。
remedy-spacing-after-short-delay-not-stated = 投与日を判断し、理由とともに記録する。

## 8 サイクル終了時

reason-response-not-yet-asked = 8 サイクル終了時の効果判定の時期ではありません。
reason-continue-to-17 = 8 サイクル終了時に病勢安定または部分奏効が得られています。通知は計 17 サイクルまで投与を継続するとしています。
reason-beyond-total-17-cycles = { $cycle } サイクル目です。投与は計 17 サイクルまでです。
reason-course-completed-cr = 8 サイクル終了時に完全奏効が得られています。通知は投与を終了するとしています。
reason-pd-not-stated = 病勢進行です。投与を続けるかは通知に定めがありません。
reason-ne-not-stated = 効果は評価不能です。投与を続けるかは通知に定めがありません。
reason-response-missing = 8 サイクル終了時の効果判定が記録されていません。
reason-response-criteria-not-stated = 効果判定が一つの区分（完全奏効・部分奏効・病勢安定・病勢進行・評価不能）に定まっていません。通知に効果判定の基準はありません。
reason-retreatment-not-stated = 以前の治療コースを終えた後の再治療です。再治療は通知に定めがありません。
reason-assessment-not-at-end-of-cycle-8 = 効果判定が 8 サイクル終了時より前です。判定の時期にどこまで幅があってよいかは、通知に定めがありません。
remedy-beyond-total-17-cycles = 投与しない。サイクル番号の記録に誤りがあれば訂正する。
remedy-course-completed-cr = 投与を終了する。効果判定の記録に誤りがあれば訂正する。
remedy-pd-not-stated = 投与を続けるかを判断し、理由とともに記録する。
remedy-ne-not-stated = 投与を続けるかを判断し、理由とともに記録する。
remedy-response-missing = 8 サイクル終了時の効果を判定して記録する。
remedy-response-criteria-not-stated = 効果判定の区分を定め、根拠とともに記録する。
remedy-retreatment-not-stated = 再治療を行うかを判断し、理由とともに記録する。
remedy-assessment-not-at-end-of-cycle-8 = 8 サイクル終了時に判定し直すか、この判定を用いる理由を記録する。

## 投与延期後の再開

reason-previous-dose-in-table = 前回投与（{ $cycle } サイクル目 { $day } 日目 { $mg } mg）は、投与延期後の再開の表にあります。
reason-restart-by-row = 前回投与から { $days } 日です。投与延期後の再開の表では、{ $cycle } サイクル目 { $day } 日目として { $mg } mg で再開します。
reason-planned-dose-kept = 前回投与から { $days } 日で、投与延期後の再開の表の期間より短いです。予定されていた { $cycle } サイクル目 { $day } 日目の { $mg } mg です。
reason-invalid-dates = 投与日が前回投与日より前です（前回投与日から { $days } 日）。
reason-partial-dose-not-stated = 前回は { $mg } mg のうち { $given } mg だけが投与されました。この場合の再開時の投与方法は通知に定めがありません。
reason-previous-dose-matches-no-row = 前回投与（{ $cycle } サイクル目 { $day } 日目 { $mg } mg）は、投与延期後の再開の表のどの行にも当たりません。この場合は通知に定めがありません。
reason-delay-during-restep-not-stated = 1 mg からの再開の途中（{ $cycle } サイクル目 { $day } 日目）で、前回投与から { $days } 日です。この遅れの扱いは通知に定めがありません。
reason-restep-again-is-a-reading = 前回投与から { $days } 日です。1 mg からの再開の後に再び延期した場合について、表に明記はありません。表の行を当てはめると { $cycle } サイクル目 { $day } 日目として { $mg } mg ですが、これは解釈です。
remedy-invalid-dates = 前回投与日と投与日を確かめて訂正する。
remedy-partial-dose-not-stated = 再開時の用量と日を判断し、理由とともに記録する。
remedy-previous-dose-matches-no-row = 投与歴の記録に誤りがあれば訂正する。誤りでなければ、再開時の投与方法を判断し、理由とともに記録する。
remedy-delay-during-restep-not-stated = 再開時の用量と日を判断し、理由とともに記録する。
remedy-restep-again-is-a-reading = この解釈で再開するかを判断し、理由とともに記録する。

## 前投与

reason-steroid-in-time = 副腎皮質ホルモン剤は投与開始の { $minutes } 分前に前投与されています（60 分前が必要）。
reason-steroid-required = 投与の 60 分前に、副腎皮質ホルモン剤の前投与が必要です。
reason-steroid-not-required = この投与について、通知は副腎皮質ホルモン剤の前投与を求めていません。
reason-steroid-missing = 必要な副腎皮質ホルモン剤が前投与されていません。
reason-steroid-not-before-start = 副腎皮質ホルモン剤が投与開始より前に投与されていません（投与開始まで { $minutes } 分、負の値は開始後）。投与の 60 分前が必要です。
reason-steroid-less-than-60-min = 副腎皮質ホルモン剤の前投与は投与開始の { $minutes } 分前です。60 分前には { $wait } 分足りません。
reason-steroid-much-earlier-than-60-min = 副腎皮質ホルモン剤の前投与は投与開始の { $minutes } 分前で、通知の 60 分前より大幅に早い時刻です。どこまで早くてよいかは通知に定めがありません。
reason-crs-assessment-of-previous-dose-missing = 前回投与後にサイトカイン放出症候群があらわれたかが記録されていません。
reason-relief-in-time = 必要とした解熱鎮痛剤・抗ヒスタミン剤は、投与の 30～60 分前に前投与されています。
reason-relief-not-needed = 解熱鎮痛剤・抗ヒスタミン剤は不要との判断が記録されています。
reason-relief-as-needed = 解熱鎮痛剤や抗ヒスタミン剤は、必要に応じて、投与の 30～60 分前に前投与します。
reason-need-not-assessed = 解熱鎮痛剤・抗ヒスタミン剤の要否が記録されていません。
reason-relief-time-not-recorded = 必要とした{ $drug }の投与時刻が記録されていません。
reason-antipyretic-outside-30-60 = 解熱鎮痛剤の前投与から投与開始まで { $minutes } 分です。通知は投与の 30～60 分前としています。
reason-antihistamine-outside-30-60 = 抗ヒスタミン剤の前投与から投与開始まで { $minutes } 分です。通知は投与の 30～60 分前としています。
remedy-steroid-missing = 副腎皮質ホルモン剤を前投与し、60 分以上おいてから投与を開始する。
remedy-steroid-not-before-start = 副腎皮質ホルモン剤の前投与から 60 分以上おいて投与を開始する。時刻の記録に誤りがあれば訂正する。
remedy-steroid-less-than-60-min = 投与開始をあと { $wait } 分遅らせる。
remedy-steroid-much-earlier-than-60-min = この前投与でよいかを判断し、理由とともに記録する。
remedy-crs-assessment-of-previous-dose-missing = 前回投与後のサイトカイン放出症候群の有無を確かめて記録する。
remedy-need-not-assessed = 解熱鎮痛剤・抗ヒスタミン剤の要否を判断し、記録する。
remedy-relief-time-not-recorded = { $drug }の投与時刻を確かめて記録する。
remedy-antipyretic-outside-30-60 = 解熱鎮痛剤の前投与から 30～60 分後に投与を開始するか、そうしない理由を記録する。
remedy-antihistamine-outside-30-60 = 抗ヒスタミン剤の前投与から 30～60 分後に投与を開始するか、そうしない理由を記録する。

## 入院管理

reason-inpatient-from-start = 投与開始の時点で入院しています。
reason-admission-mandatory = 初回の 60 mg です。少なくとも投与開始後 48 時間は必ず入院管理とします。
reason-admission-to-be-considered = 1 サイクル目の投与です。投与後は患者の状態に応じて入院管理を検討します。
reason-admission-considered = 入院管理を検討した結果が記録されています。
reason-admission-not-mandated = この投与について、通知に入院管理を必須とする定めはありません。
reason-consideration-not-recorded = 入院管理を検討した結果が記録されていません。
reason-first-60mg-requires-inpatient = 初回の 60 mg が入院での投与になっていません。少なくとも投与開始後 48 時間は入院管理が必要です。
reason-not-inpatient-from-start = 入院が投与開始より後です。初回の 60 mg は、投与開始から入院管理が必要です。
reason-first-60mg-not-completed-not-stated = 以前の 60 mg は途中までの投与でした。次の 60 mg が「初回」に当たるかは通知に定めがありません。
reason-second-60mg-after-restep = 1 mg からの再開の後の 60 mg で、初回の 60 mg ではありません。この投与の入院管理は通知に定めがありません。
reason-restep-setting-not-stated = 1 mg からの再開の投与です。通知が投与後の入院管理の検討を求めるのは 1 サイクル目で、この投与については定めがありません。
reason-inpatient-after-g3-to-be-considered = 前回投与後のサイトカイン放出症候群は Grade 3 でした。次回の投与は入院にて行うことを検討します。
reason-before-48h = 初回の 60 mg の投与開始から 48 時間たっていません。48 時間になるのは { $earliest } です。
reason-hours-48-passed = 投与開始（{ $since }）から 48 時間が経過しています。
reason-not-48h-dose = 初回の 60 mg ではないため、投与開始後 48 時間の入院管理の定めは当てはまりません。
reason-ongoing-crs-at-48h = サイトカイン放出症候群が続いています。48 時間は入院管理の最低限の時間です。
reason-no-ongoing-crs = サイトカイン放出症候群は続いていません。
reason-instruction-missing = サイトカイン放出症候群が疑われる症状があらわれたら速やかに受診するように、患者を指導した記録がありません。
reason-instruction-given = サイトカイン放出症候群が疑われる症状があらわれたら速やかに受診するように、患者を指導しています。
reason-inpatient-at-other-facility = 入院管理の一部を他の施設で行っています。通知は入院する場所を定めていません。
reason-stayed-at-facility = 入院管理は一つの施設で行われています。
remedy-consideration-not-recorded = 患者の状態に応じて入院管理を検討し、結果を記録する。外来とするときは理由も記録する。
remedy-first-60mg-requires-inpatient = 入院で投与を開始し、少なくとも投与開始後 48 時間は入院管理とする。
remedy-not-inpatient-from-start = 入院してから投与を開始する。
remedy-first-60mg-not-completed-not-stated = 初回の 60 mg として入院管理とするかを判断し、理由とともに記録する。
remedy-second-60mg-after-restep = 入院管理とするかを判断し、理由とともに記録する。
remedy-restep-setting-not-stated = 入院管理とするかを判断し、理由とともに記録する。
remedy-inpatient-after-g3-to-be-considered = 入院にて行うことを検討し、結果を記録する。外来とするときは理由も記録する。
remedy-before-48h = 少なくとも { $earliest } まで入院管理とする。退院・外泊・外出はそれ以後とする。
remedy-ongoing-crs-at-48h = 入院管理を続けるかを判断し、理由とともに記録する。
remedy-instruction-missing = 速やかに医療機関を受診するように患者を指導し、記録する。
remedy-inpatient-at-other-facility = 入院管理が途切れていないことを両方の施設の記録で確かめ、記録する。

## 副作用

reason-no-reaction = 考慮が必要な{ $reaction }はありません。
reason-graded-by-astct = Grade は ASTCT コンセンサスに準じています。
reason-interrupt-and-treat = 投与中に{ $reaction } Grade { $grade } が発現しています。通知の基準では、投与を中断し、適切な処置を行います。
reason-treat-after-infusion = 投与終了後に{ $reaction } Grade { $grade } が発現しています。中断する投与はありませんが、次回の投与に条件があります。
reason-discontinue-permanently = { $reaction } Grade { $grade } は、通知の基準で本剤の投与を中止するもの（Grade 3 の再発または Grade 4）に当たります。
reason-permanently-discontinued = { $reaction }により、本剤の投与は中止となっています。
reason-scale-not-astct = Grade が ASTCT コンセンサスに準じたものではありません。
reason-recurrence-within-episode-not-stated = 一度軽快した後に、次の投与をしないまま再び Grade 3 になりました。これが「Grade 3（再発）」に当たるかは通知に定めがありません。
reason-icans-g1-not-stated = 免疫エフェクター細胞関連神経毒性症候群（ICANS）Grade 1 への対応は、通知に定めがありません。
reason-hlh-action-not-stated = 血球貪食性リンパ組織球症（HLH）は警告に記載がありますが、対応の基準は通知に定めがありません。
reason-event-not-in-notice = この副作用への対応は、通知に定めがありません。
reason-not-recovered = 症状が回復していません。
reason-not-recovered-to-g1 = Grade 1 まで回復していません。
reason-rate-too-high = 再開時の投与速度 { $proposed } が上限 { $limit } を超えています（上限も同じ単位）。
reason-no-resume-after-g3 = Grade 3 が発現したため、この回の投与は再開できません。
reason-no-second-resume = 投与再開後に症状が再発したため、この回の投与は再び再開できません。
reason-resumption-permitted = 通知の基準では、投与を再開することができます。
reason-less-than-72h = 回復してから 72 時間たっていません。72 時間になるのは { $earliest } です。
reason-recovery-not-confirmed = 回復した日時が確かでないため、回復してから 72 時間以上の経過を確認できません。
reason-recovered-72h = 回復してから 72 時間以上が経過しています。
reason-recovery-definition-ambiguous = Grade 1 の症状が残っています。これを「症状が回復」したとみなすかは通知に定めがありません。
reason-rate-not-restricted = この投与について、通知は投与速度の制限を設けていません。
reason-half-rate-planned = 投与速度は前回投与時の半分以下か、半分を超える理由が記録されています。
reason-half-rate-to-be-considered = 前回投与時の半分以下の投与速度とすることを検討します。
reason-rate-unit-not-stated = 前回と用量が異なります。「半分以下の投与速度」が mL/h と mg/h のどちらによるかは、通知に定めがありません。
reason-reference-rate-not-stated = 前回の投与には二つの投与速度があります。どちらの半分とするかは通知に定めがありません。最も厳しい読み方での上限は { $limit } です（前回の記録と同じ単位）。
reason-grade-three-within-7-days = Grade 3 の症状の継続は 7 日以内です。
reason-consider-discontinuation = Grade 3 の症状が 7 日を超えて継続したか、7 日以内であったことを確認できません。本剤の投与中止を検討します。
reason-continuation-decided = Grade 3 の症状が 7 日を超えて継続しましたが、投与を続ける判断が記録されています。
reason-platelets-sufficient = 血小板数は { $per_mm3 }/mm³ です（50,000/mm³ 以上）。
reason-platelets-below-50000 = 血小板数は { $per_mm3 }/mm³ です。50,000/mm³ 以上になるまで休薬します。
reason-neutrophils-sufficient = 好中球数は { $per_mm3 }/mm³ です（1,000/mm³ 以上）。
reason-neutrophils-below-1000 = 好中球数は { $per_mm3 }/mm³ です。1,000/mm³ 以上になるまで休薬します。
reason-unit-missing = 血球数の単位が記録されていません。
reason-baseline-cytopenia-not-stated = 初回投与の前から血球数が基準を下回っています。表は本剤による副作用の基準で、この場合は通知に定めがありません。
reason-transfusion-supported-count-not-stated = 血小板数は輸血後の値です。輸血後の値で判断してよいかは通知に定めがありません。
reason-growth-factor-supported-count-not-stated = 好中球数は G-CSF 製剤使用下の値です。この値で判断してよいかは通知に定めがありません。
remedy-interrupt-and-treat = 投与を中断し、適切な処置を行う。
remedy-treat-after-infusion = 適切な処置を行う。次回は、症状が回復してから 72 時間以上経過していることを確認し、投与する。
remedy-discontinue-permanently = 本剤の投与を中止する。
remedy-permanently-discontinued = 投与しない。
remedy-scale-not-astct = ASTCT コンセンサスに準じて Grade を判定し、記録する。
remedy-recurrence-within-episode-not-stated = 再発に当たるか、本剤の投与を中止するかを判断し、理由とともに記録する。
remedy-icans-g1-not-stated = 対応と投与の可否を判断し、理由とともに記録する。
remedy-hlh-action-not-stated = 投与を保留して対応を判断し、理由とともに記録する。
remedy-event-not-in-notice = 電子添文を確認し、対応と投与の可否を判断して、理由とともに記録する。
remedy-not-recovered = 症状が回復するまで投与しない。
remedy-not-recovered-to-g1 = Grade 1 まで回復し、回復から 72 時間以上経過したことを確認するまで投与を再開しない。
remedy-rate-too-high = 再開時の投与速度を { $limit } 以下にする。
remedy-no-resume-after-g3 = この回の投与を再開しない。
remedy-no-second-resume = 投与を中断し、この回の投与を再開しない。
remedy-less-than-72h = { $earliest } 以後に、回復から 72 時間以上経過していることを確認し、投与する。
remedy-recovery-not-confirmed = 回復した日時を確かめて記録する。日付しか分からないときは、その日の終わりから 72 時間を数える。
remedy-recovery-definition-ambiguous = 回復とみなして投与するかを判断し、理由とともに記録する。
remedy-half-rate-to-be-considered = 投与速度を検討し、半分を超えるときは理由を記録する。
remedy-rate-unit-not-stated = 投与速度を判断し、理由とともに記録する。
remedy-reference-rate-not-stated = 投与速度を判断し、理由とともに記録する。
remedy-consider-discontinuation = 本剤の投与中止を検討し、続けるときは理由とともに記録する。
remedy-platelets-below-50000 = 休薬し、50,000/mm³ 以上になったことを確認するまで投与しない。
remedy-neutrophils-below-1000 = 休薬し、1,000/mm³ 以上になったことを確認するまで投与しない。
remedy-unit-missing = 検査報告の単位を確かめて記録する。
remedy-baseline-cytopenia-not-stated = 投与の可否を判断し、理由とともに記録する。
remedy-transfusion-supported-count-not-stated = この値で投与するかを判断し、理由とともに記録する。
remedy-growth-factor-supported-count-not-stated = この値で投与するかを判断し、理由とともに記録する。

## バイアル

reason-vials-as-computed = 1 mg × { $vials_1mg }、30 mg × { $vials_30mg } で用量になります。
reason-unusual-vial-combination = 1 mg × { $vials_1mg }、30 mg × { $vials_30mg } です。用量にはなりますが、通常の組み合わせではありません。
reason-quantity-mismatch = 1 mg × { $vials_1mg }、30 mg × { $vials_30mg } では用量になりません。
remedy-unusual-vial-combination = バイアルを取りそろえ直すか、この組み合わせとする理由を記録する。
remedy-quantity-mismatch = 用量を確かめ、バイアルを取りそろえ直す。

## 医師の判断

reason-decided-by-physician = 医師の判断が記録されています（判断した事項：{ $was }）。

## 記録に求める項目

field-adult = 成人か
field-diagnosis = 診断
field-disease-status = 再発または難治性か
field-prior-therapies = 本剤より前の標準的な治療
field-prior-therapy-anti-cd20 = 前治療に抗 CD20 モノクローナル抗体製剤が含まれるか
field-prior-therapy-outcome = 前治療の結果
field-fl-grade = 濾胞性リンパ腫の組織学的 Grade
field-pathologist = 診断した病理医が十分な経験を有するか
field-patient-explanation = 患者またはその家族への有効性と危険性の説明
field-consent-time = 同意を得たのが初回投与より前か
field-appropriateness = この患者への投与が適切との判断
field-physician-in-charge = 担当医が十分な知識・経験を有するか
field-other-antineoplastics = 他の抗悪性腫瘍剤の併用
field-cycle = サイクル番号
field-course-day = サイクルの何日目か
field-dose-mg = 用量（mg）
field-route = 投与経路
field-previous-dose-day = 前回投与日
field-previous-dose-given = 前回、実際に投与した量
field-steroid-time = 副腎皮質ホルモン剤を前投与した時刻
field-setting = 入院・外来の別
field-infusion-start = 投与開始の日時
field-ongoing-crs = サイトカイン放出症候群が続いているか
field-instruction = 症状があらわれたときの受診についての患者指導
field-reaction-grade = 副作用とその Grade
field-grading-scale = Grade の判定基準
field-earlier-grade-three = 以前に同じ副作用で Grade 3 があったか
field-resumption-rate = 中断時と再開時の投与速度
field-current-grade = 現在の Grade
field-grade-three-duration = Grade 3 が続いた期間
field-platelets = 血小板数
field-neutrophils = 好中球数
field-vials-prepared = 準備したバイアルの数

## 言葉

owner-pharmacy = 薬剤師・看護師
topic-efficacy = 有効性
topic-risks = 危険性
reaction-crs = サイトカイン放出症候群（CRS）
reaction-icans = 免疫エフェクター細胞関連神経毒性症候群（ICANS）
reaction-hlh = 血球貪食性リンパ組織球症（HLH）
reaction-other = その他の副作用
drug-antipyretic = 解熱鎮痛剤
drug-antihistamine = 抗ヒスタミン剤
step = { $cycle } サイクル目 { $day } 日目

## 判定に添えるもの

advice-dose = この投与の用量
advice-following = その後の投与
advice-then-end-of-cycle8-response = その後は、8 サイクル終了時の効果判定によります。
advice-then-course-completed17 = 計 17 サイクルで投与は終了です。
advice-steroid-required-cycles-one-and-two = 投与の 60 分前に副腎皮質ホルモン剤を前投与します（1・2 サイクル目）。
advice-steroid-required-crs-after-previous-dose = 副腎皮質ホルモン剤を前投与します（前回投与後にサイトカイン放出症候群があらわれたか、その有無の記録がありません）。
advice-steroid-required-re-step-up = 投与の 60 分前に副腎皮質ホルモン剤を前投与します（投与延期後の再開 1、8、15 日目）。
advice-steroid-not-required = この投与について、通知は副腎皮質ホルモン剤の前投与を求めていません。禁じてもいません。
advice-admission-mandatory = 少なくとも投与開始後 { $hours } 時間は必ず入院管理とします。
advice-admission-consider = 患者の状態に応じて入院管理を検討します。
advice-admission-not-mandated = この投与について、通知に入院管理を必須とする定めはありません。
advice-admission-not-stated = この投与の入院管理は通知に定めがありません。医師が判断し、記録してください。
advice-action-treat = 適切な処置を行います。
advice-action-withhold = 血球数が基準に戻るまで休薬します。
advice-action-interrupt-and-treat = 投与を中断し、適切な処置を行います。
advice-action-discontinue-permanently = 本剤の投与を中止します。
advice-resumption-after-recovery = 症状が回復した場合は、中断時の { $percent } % 以下の投与速度で投与を再開することができます。
advice-resumption-after72h-at-grade-one = Grade 1 まで回復した場合は、回復から 72 時間以上経過していることを確認し、投与を再開することができます。
advice-resumption-not-permitted = この回の投与は再開しません。
advice-next-dose-72h = 次回は、症状が回復してから 72 時間以上経過していることを確認し、投与します。
advice-earliest = 最も早い日時
advice-vials = 1 mg × { $of_1mg }、30 mg × { $of_30mg }
advice-notice-steroid-drug-and-dose-not-stated = 副腎皮質ホルモン剤の薬剤名と用量は通知に定めがありません。電子添文を確認し、医師が判断してください。
advice-notice-antipyretic-antihistamine-as-needed = 解熱鎮痛剤や抗ヒスタミン剤は、必要に応じて、投与の 30～60 分前に前投与します。
advice-notice-cycle-number-is-a-reading = 投与延期後の再開の表のこの行は、サイクル番号を示していません。次のサイクルとするのは解釈です。

reason-no-grade-asked = この副作用の対応に Grade は要りません。
reason-count-not-asked = ここでは血球数を尋ねません。
reason-first-course = 本剤による最初の治療です。
reason-within-total-17-cycles = 計 17 サイクルまでの範囲内です。
reason-no-progression-recorded = 病勢進行の記録はありません。
reason-assessed-at-end-of-cycle-8 = 8 サイクル終了時の評価です。
