### What is wrong with what was entered on a delivery

delivery-nothing-ordered = Order at least one vial of one product.
delivery-wholesaler-missing = Enter the wholesaler and its branch.
delivery-acknowledge = Consider what is to be considered, and state the reason.
delivery-reason-missing = Enter the reason.
delivery-ships-in-the-past = The day of shipment, { $day }, has passed.
delivery-arrives-before-shipment = The day of arrival, { $day }, lies before the shipment.
delivery-takes-too-long = Arrival must follow shipment within { $days } days.
delivery-release-ends-early = The release must be good through the day of arrival, { $day }, or longer.
delivery-after-release = The release is good through { $day }; it must arrive by then.
delivery-lot-expired = Lot { $lot } expires on { $day }. Choose another.
delivery-lots-differ-from-order = Shipped would be { $shipped }, ordered is { $ordered }. Make them agree.
delivery-received-out-of-order = The receipt must lie between the shipment, { $from }, and { $to }.
policy-in-the-past = The first day of a house policy must lie in the future.
