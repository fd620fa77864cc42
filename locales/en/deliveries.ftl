deliveries-title = Deliveries
deliveries-filter = Filter by state
deliveries-all = All
deliveries-none = There are no such deliveries.
delivery-one = Delivery
delivery-facility = Facility
delivery-state = State
delivery-product = Product
delivery-lot = Lot
delivery-lot-expires = Expiry
delivery-lot-second = second lot (if any)
delivery-lots = Lots to be shipped
delivery-lots-received = Vials received
delivery-lot-at-shipment = recorded at shipment
delivery-storage = Storage
delivery-can-do = What you can do
delivery-item = Item
delivery-now = Now
delivery-history = History
delivery-house-policy = House policy
delivery-vials = { $count ->
    [one] { $count } vial
   *[other] { $count } vials
}
delivery-deviations = Deviations
delivery-remarks = Remarks
delivery-back = Go back without a change
delivery-quantity = Quantity
delivery-arrives = Expected arrival
delivery-arrives-day = Expected arrival (delivery day)
delivery-ships = Planned shipment
delivery-was-ordered = Ordered { $day }
delivery-to = Delivered to
delivery-channel = Channel
delivery-order = Order
delivery-lines = Items
delivery-release = Release
delivery-release-until = until
delivery-release-stopped = stopped by the hold
delivery-release-csv = Download the release as CSV
delivery-receipt = Receipt
delivery-received-at = Received at
delivery-receipt-condition = Condition
delivery-receipt-temperature = Temperature on the way
delivery-condition-intact = intact
delivery-condition-damaged = damaged
delivery-when-approved = When approved
delivery-changed = What has changed since the approval
delivery-day-by-day = Verdict day by day
delivery-verdict = Delivery verdict
delivery-verdict-sheet = Delivery verdict
delivery-does-not-pass = This cannot be delivered now
delivery-does-not-pass-on = It cannot be delivered to arrive on { $day }
delivery-passes-until = An arrival through { $day } is stopped neither by the notice nor by house policy.
delivery-passes-again = The requirements are met now
delivery-needs-new-approval = Only a new approval ends the hold.
delivery-nothing-for-you = There is nothing your role can do with this delivery now.
delivery-no-exception = The notice allows no exception. Once its requirements are met, the approver finds “Approve the delivery” here.
delivery-to-consider = To be considered
channel-direct = Direct
channel-wholesaler = Wholesaler

delivery-state-ordered = Waiting for approval
delivery-state-approved = Approved
delivery-state-released = Released
delivery-state-held = On hold
delivery-state-shipped = Shipped
delivery-state-received = Received
delivery-state-refused = Refused
delivery-state-cancelled = Cancelled

delivery-do-approval = Approve the delivery
delivery-do-refusal = Refuse the delivery
delivery-do-cancellation = Cancel the order
delivery-do-hold = Put on hold
delivery-do-schedule = Change the days
delivery-do-release = Release the delivery
delivery-do-shipment = Record the shipment
delivery-do-receipt = Record the receipt

delivery-intro-approval = Your approval is recorded with your signature. The evidence of that moment is judged again for every day from shipment to arrival.
delivery-intro-refusal = A refused delivery cannot be taken up again. The facility sees the reason too.
delivery-intro-cancellation = A cancelled order cannot be taken up again.
delivery-intro-hold = A hold stops the release; the delivery cannot be shipped until it is approved again.
delivery-intro-schedule = An approved delivery that does not pass on the new days goes on hold.
delivery-intro-release = The release is for this facility, this quantity and up to this day only.
delivery-intro-shipment = This is recorded as shipped today. Before that, every day from today to the arrival is judged again.
delivery-intro-receipt = Record what arrived as it is. Differences and temperatures out of range are kept as deviations.

delivery-ordered = The order has been taken.
delivery-approved = The delivery is approved.
delivery-refused = The delivery is refused.
delivery-cancelled = The order is cancelled.
delivery-held = The delivery is on hold.
delivery-rescheduled = The days are changed.
delivery-released = The delivery is released.
delivery-shipped = The shipment is recorded.
delivery-received = The receipt is recorded.
delivery-gate-refused = The requirements are not met, so nothing went on. The verdict below says why.

delivery-new = Order a delivery
delivery-new-intro = An order for { $facility }. It is taken even while requirements are not met, and not approved until they are.
delivery-order-it = Place the order
delivery-arrives-hint = A delivery (納入) is the day the goods arrive. Every day up to it is judged.
delivery-last-day = Last day of the release
delivery-last-day-hint = After this day the release cannot be used.
delivery-temperature-hint = Where a logger recorded it. Anything outside 2–8 °C is a deviation.

label-quantity-1mg = Lunsumio intravenous 1 mg (vials)
label-quantity-30mg = Lunsumio intravenous 30 mg (vials)
label-ships-on = Planned shipment
label-arrives-on = Expected arrival (delivery day)
label-channel = Channel
label-wholesaler = Name of the wholesaler
label-branch = Branch of the wholesaler
label-received-at = Received at
label-intact = Is everything intact?
label-lowest = Lowest temperature (°C)
label-highest = Highest temperature (°C)
label-remarks = Remarks
label-lines = Items
label-lots = Lots
label-lot-0 = Lot of item 1
label-lot-1 = Second lot of item 1
label-lot-2 = Lot of item 2
label-lot-3 = Second lot of item 2
label-expires-0 = Expiry of item 1
label-expires-1 = Expiry of the second lot of item 1
label-expires-2 = Expiry of item 2
label-expires-3 = Expiry of the second lot of item 2
label-quantity-0 = Quantity of item 1
label-quantity-1 = Quantity of the second lot of item 1
label-quantity-2 = Quantity of item 2
label-quantity-3 = Quantity of the second lot of item 2

delivery-nothing-ordered = No item is entered. Enter at least one vial.
delivery-wholesaler-missing = The channel is a wholesaler: enter the wholesaler's name.
delivery-ships-in-the-past = The shipment on { $day } lies in the past. Enter today or a later day.
delivery-arrives-before-shipment = The arrival on { $day } lies before the shipment. Enter the day of the shipment or a later one.
delivery-takes-too-long = There are more than { $days } days between shipment and arrival. Enter { $days } days or fewer, so that each can be judged.
delivery-acknowledge = Something is to be considered. Enter the reason for going on.
delivery-reason-missing = Enter the reason.
delivery-release-ends-early = The last day lies before the expected arrival on { $day }. Enter that day or a later one.
delivery-after-release = The arrival lies after the last day of the release, { $day }.
delivery-lot-expired = Lot { $lot } expires on { $day }, before the arrival.
delivery-lots-differ-from-order = What is shipped ({ $shipped }) is not what was ordered ({ $ordered }).
delivery-received-out-of-order = Enter an instant between the shipment, { $from }, and now, { $to }.
receipt-both-temperatures = Enter both temperatures, the lower one first.
forms-not-a-decimal = { $typed } is no number between { $least } and { $most }.

delivery-deviation-lapse-on-the-way = The requirements were not met on the day of arrival
delivery-deviation-quantity-differs = The quantity received is not the quantity shipped
delivery-deviation-damaged = Something was damaged
delivery-deviation-cold-chain-broken = The temperature left 2–8 °C on the way
delivery-deviation-arrived-on-another-day = It arrived on another day than expected

policy-in-the-past = The first day lies in the past. Enter today or a later day.

lots-title = Follow a lot
lots-intro = Every facility that received this lot, for a recall or a hold on its use.
lots-find = Find the consignees
lots-none = Nothing of lot { $lot } was shipped.
lots-caption = Consignees of lot { $lot }
lots-shipped = Shipped
label-lot = Lot number
delivery-release-beyond-gate = The requirements are not met on { $day }: let the release end before that day.

# Approving several orders at once.
approvals-title = Approve several
approvals-lead = These orders meet every requirement now. Those that you choose are approved by one signature. Orders that do not pass, orders that you placed or whose evidence went through your hands, and deliveries on hold are not listed here.
approvals-offered = Orders that can be approved
approvals-none = There is no order to be approved here at the moment.
approvals-days = Shipment → arrival
approvals-nothing-to-consider = nothing to consider
approvals-look = See the verdict
approvals-alone = Approve with a reason
approvals-signing = When you sign, each chosen order is judged again on the evidence of that moment, and those that pass are approved. Your signature covers all that you chose, and each record says of which list it is part.
approvals-do = Approve what is chosen
approvals-listed = The list that was signed, as it is now
approvals-moved-title = Nothing was approved
approvals-moved = The state or the schedule of a chosen order changed after the list was opened. The list below is as things are now. Check it and choose again.
approvals-none-chosen = Choose at least one order to approve.
approvals-too-many = At most { $most } orders can be approved at once.
approvals-asks-a-reason = { $number } now has something to be considered. Approve it with a reason on its own page. The other orders were not approved either.
approvals-done = { $approved ->
    [one] { $approved } delivery was approved.
   *[other] { $approved } deliveries were approved.
}
approvals-done-in-part = { $approved ->
    [one] { $approved } delivery was approved.
   *[other] { $approved } deliveries were approved.
} Not approved, because the requirements are not met: { $refused }. The verdict of each says why.
label-chosen = Orders to approve
