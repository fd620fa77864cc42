# Signatures: what they mean, and what is asked for when somebody signs.
signing-hint = Entering your password is your signature. Your name, the time and the meaning stay on the record.
signed-attestation = the answers are as things stand (submitted)
signed-statement = stated the three points (the physician)
signed-acceptance = checked and accepted
signed-approval = approved the delivery
signed-refusal = refused the delivery
signed-withdrawal = withdrew it
signed-policy-change = agreed to the change of the house policy
signed-exception = granted an exception from the house policy
signed-deviation-closure = looked into the deviation and closed it
signed-together = signed as one of { $count } in a list (SHA-256 of the list: { $batch })
signed-together-broken = signed as one of a list, but the records no longer fit the SHA-256 of the list ({ $batch }, now { $count })

# The signatures on a record.
signed-title = Signatures
signed-none = Nobody has signed yet.
signed-fits = The record is as it was signed
signed-former = Signed an earlier version (the log keeps it)
signed-broken = The record has changed since it was signed
signed-broken-title = The record has changed since it was signed.
signed-broken-note = What stands here is not what was signed. Tell the safety department, and check the log with `kanmon audit verify`.
signed-by-password = (password)
signed-by-both = (password and second factor)
