package main

// cause is what the generator lets happen, and the kinds of campaigns: the rows
// of the table.
type cause int

const (
	slow cause = iota // fewer than 4.4 visible steps an hour
	medium
	lively // eight or more
	evening
	trickle
	callback
	waited
	tailed

	inDay // kinds of stalls
	long
	eveningStall
	adding
	shrinking
	halt

	shortBreak // none of these is a stall
	training
	topUp
	removal
	archive
	bulk
	pause
	reuse
	rename
	partial
	apiOutage
	exporterOutage
	calendarEdit

	causes
)

func (c cause) String() string {
	return [causes]string{
		"slow: below 4.4 visible steps an hour", "4.4 to 8 steps an hour", "8 steps an hour and more",
		"business hours of its own", "records are added all its life", "callback, stall_alert: false",
		"waited for its order", "in its gradual tail",
		"stall within a day", "stall of days", "stall over the evening", "stall while records are added",
		"stall while records are taken out", "nobody dials at all",
		"break under two hours", "training of everybody, under two hours", "records added", "records taken out",
		"done records archived", "records closed in bulk", "paused and back", "ID used again", "renamed",
		"partial or empty responses", "API outage", "exporter outage", "calendar edited",
	}[c]
}

// isStall reports whether nobody calls for long because of it.
func (c cause) isStall() bool { return c >= inDay && c <= halt }
