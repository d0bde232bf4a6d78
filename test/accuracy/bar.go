package main

import "fmt"

// line is one of the bar: what has to hold, and what came of it.
type line struct {
	what, bar, got string
	held           bool
	exact          bool // no matter of chance
}

func atLeast(what string, bar, got float64) line {
	return line{what: what, bar: fmt.Sprintf("≥ %v %%", bar), got: fmt.Sprintf("%.1f %%", got), held: got >= bar}
}

func atMost(what string, bar, got float64, unit string) line {
	return line{what: what, bar: fmt.Sprint("≤ ", bar, unit), got: fmt.Sprintf("%.2f%s", got, unit), held: got <= bar}
}

func none(what string, got int) line {
	return line{what: what, bar: "0", got: fmt.Sprint(got), held: got == 0, exact: true}
}

// bar returns every line of it.
func (r *result) bar() []line {
	pool := &r.scores[pools]
	lines := []line{
		atLeast("system: outages of two hours told", 95, r.outages.share()),
		atLeast("system: precision, everybody away apart", 95, share(r.system.outage, r.system.outage+r.system.wrong)),
		atMost("system: median delay", 1.3, quantile(r.told, 0.5)/60, " h"),
		atLeast("pools: precision", 63, pool.precision()),
		atLeast("pools: stalls told", 48, pool.all().share()),
		atMost("pools: false per 1,000 hours", 1.8, pool.rate(sum(pool.wrong[:])), ""),
	}
	look := &r.scores[looks]
	lines = append(lines,
		atLeast("looks: precision", 86, look.precision()),
		atLeast("looks: precision without waiting", 90, look.precision(waiting)),
		atLeast("looks: stalls told", 66, look.all().share()),
		atLeast("looks: the same, agents not elsewhere", 87, look.there.share()),
		atMost("looks: false per 1,000 hours", 0.6, look.rate(sum(look.wrong[:])), ""),
		atMost("looks: delay, 95th percentile", 3.5, look.delay(), " h"),
		none("looks: again within one idle time", look.repeats),
		atLeast("looks: cause named right", 95, look.named.share()),
		atMost("looks: requests an hour, twenty campaigns", 70, 60*float64(r.requests)/float64(max(1, r.minutes)), ""))
	for i, list := range r.finishes {
		late, inside := 0, 0
		for _, f := range list {
			late += count(f.late())
			inside += count(f.inside())
		}
		at := fmt.Sprintf("at %d %%", 25*(i+1))
		got := share(inside, len(list))
		lines = append(lines,
			atMost("deadline a tenth later, wrong alarms "+at, 10, share(late, len(list)), " %"),
			line{what: "finish inside the range " + at, bar: "80 ± 5 %", got: fmt.Sprintf("%.1f %%", got), held: 75 <= got && got <= 85})
	}
	outside, overstay := 0, 0
	for who := range r.scores {
		outside += r.scores[who].outside
		overstay += r.scores[who].overstay
	}
	return append(lines, none("alarms begun outside business hours", outside), none("alarms that outlast progress", overstay))
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
