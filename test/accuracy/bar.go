package main

import "fmt"

// line is one of the bar: what has to hold, and what came of it.
type line struct {
	what, bar, got string
	held           bool
	exact          bool // no matter of chance
}

// bar returns every line of it.
func (r *result) bar() []line {
	t := &r.tallies[withState]
	untailed := func(f finish) bool { return !f.tail }
	_, median, p80, _ := r.errors(untailed)
	usual := share(r.usual, r.lively)
	percent := func(what string, least, got float64) line {
		return line{what, fmt.Sprintf("≥ %.1f %%", least), fmt.Sprintf("%.2f %%", got), got >= least, false}
	}
	none := func(what string, got int) line { return line{what, "0", fmt.Sprint(got), got == 0, true} }
	atMost := func(what, unit string, most, got float64) line {
		return line{what, fmt.Sprintf("≤ %v %s", most, unit), fmt.Sprintf("%.3f %s", got, unit), got <= most, false}
	}
	return []line{
		percent("precision, every alarm that begins", 98.5, t.precision()),
		percent("the same, campaigns with eight steps an hour", 99.7, t.livelyPrecision()),
		percent("recall, stalls visible for 15 minutes", 99.5, t.recall()),
		percent("configured threshold at eight steps an hour", 99, usual),
		none("alarms begun outside business hours", t.outside),
		none("alarms that outlast visible progress", t.overstay),
		atMost("mean delay of a threshold of 2 h", "h", 2.05, t.delay()),
		none("verdicts changed by restarts with a state file", r.differ),
		atMost("expected finish, median error", "%", 10, median),
		atMost("expected finish, 80th percentile", "%", 25, p80),
	}
}

// held reports whether all of the bar is.
func (r *result) held() bool {
	for _, l := range r.bar() {
		if !l.held {
			return false
		}
	}
	return true
}
