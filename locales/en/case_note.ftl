### The pages of cases

case-note = The physician decides. This is not an instruction to administer. It checks the notice alone; for all other precautions see the electronic package insert.
