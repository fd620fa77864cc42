### 症例を挙げる注文

reason-no-case-named = 注文は症例を挙げていません。
reason-named-cases-eligible = 挙げられた症例 { $count } 件の記録は、適応の条件を満たします。
reason-named-case-open = 記録が条件を満たしていない症例があります：{ $cases }。
remedy-named-case-open = 施設が症例の記録を確かめて答えるか、注文から外す。
reason-case-vials-fit = 注文数は、挙げられた症例の投与に要る数と同じです（1 mg × { $vials_1mg }、30 mg × { $vials_30mg }）。
reason-case-vials-differ = 注文は 1 mg × { $vials_1mg }、30 mg × { $vials_30mg }、症例の投与に要るのは 1 mg × { $due_1mg }、30 mg × { $due_30mg } です（{ $arithmetic }）。
remedy-case-vials-differ = 数量を確かめ、違いの理由を承認のときに書く。
rule-named_cases = 挙げられた症例
rule-case_vials = 症例に要るバイアル数
