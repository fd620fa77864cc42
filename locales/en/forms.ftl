### Fields of forms, and what is wrong with them

forms-error = Error:{ " " }
forms-must = required
forms-yes = Yes
forms-no = No
forms-year = Year
forms-month = Month
forms-day = Day
forms-time = Time
forms-please-choose = Please choose
forms-summary = Please check your answers ({ $count })
forms-required = Enter “{ $field }”.
forms-choose = Choose “{ $field }”.
forms-control-character = “{ $field }” contains a control character such as a line break or NUL. Remove it.
forms-too-long = “{ $field }” has { $found } characters. Use at most { $most }.
forms-date-required = Enter year, month and day of “{ $field }”.
forms-date-part-missing = “{ $field }” lacks its { $part }.
forms-date-part-not-a-number = The { $part } “{ $typed }” of “{ $field }” is not a number.
forms-year-out-of-range = The year “{ $typed }” of “{ $field }” must lie between { $least } and { $most }.
forms-month-out-of-range = The month “{ $typed }” of “{ $field }” must lie between 1 and 12.
forms-date-impossible = “{ $field }”: the date { $typed } is not in the calendar. That month ends on day { $last }.
forms-time-required = Enter the time of “{ $field }”, for example 9:30.
forms-time-impossible = The time “{ $typed }” of “{ $field }” cannot be read. Enter it like 9:30.
forms-not-a-number = “{ $typed }” in “{ $field }” is not a whole number. Enter one from { $least } to { $most }.
forms-number-out-of-range = “{ $typed }” in “{ $field }” is out of range. Enter a number from { $least } to { $most }.
label-reason = Reason
