### Orders that name cases

reason-no-case-named = The order names no case.
reason-named-cases-eligible = The files of the { $count } cases named satisfy the indication.
reason-named-case-open = The file of a case named leaves a clause open: { $cases }.
remedy-named-case-open = The facility checks the case's file and answers, or takes the case off the order.
reason-case-vials-fit = The order is what is due for the cases named (1 mg × { $vials_1mg }, 30 mg × { $vials_30mg }).
reason-case-vials-differ = Ordered are 1 mg × { $vials_1mg } and 30 mg × { $vials_30mg }; due for the cases are 1 mg × { $due_1mg } and 30 mg × { $due_30mg } ({ $arithmetic }).
remedy-case-vials-differ = Check the quantities, and write the reason for the difference when approving.
rule-named_cases = Cases named
rule-case_vials = Vials due for the cases
