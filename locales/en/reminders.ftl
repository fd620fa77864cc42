### Days off

audit-day_off_added = Listed { $day } as a day off ({ $name }).
audit-day_off_removed = Took { $day } ({ $name }) from the days off: “{ $reason }”.
audit-holidays_imported = Brought a list of holidays in ({ $created } new, { $updated } renamed).
days-off-name-missing = Enter what the day is called
days-off-reason-missing = Enter why the day is taken from the list
days-off-listed-already = { $day } is listed already
