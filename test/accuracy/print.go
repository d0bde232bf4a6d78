package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"
)

// print writes the tables.
func (r *result) print(out io.Writer) {
	fmt.Fprintf(out, "%d seeds of %d days, %d responses of about %d campaigns\n\n", r.seeds, r.days, r.updates, slots)
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "\tbar\t\t")
	for _, l := range r.bar() {
		verdict := "held"
		if !l.held {
			verdict = "NOT HELD"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", l.what, l.bar, l.got, verdict)
	}
	fmt.Fprintln(t)
	r.watchers(t)
	r.finishes(t)
	r.rows(t)
	_ = t.Flush()
}

func (r *result) watchers(t io.Writer) {
	fmt.Fprintln(t, "\talarms\tfalse\trepeated\tprecision\tstalls\tmissed\trecall\tmean delay\toutside hours\toutlasting")
	for who, name := range [watchers]string{
		"tracker with a state file", "tracker without", "changes(percent[2h]) == 0", "done as two business hours ago",
	} {
		s := &r.tallies[who]
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%.2f %%\t%d\t%d\t%.2f %%\t%.3f h\t%d\t%d\n", name, s.alarms, s.wrong, s.repeated,
			s.precision(), s.stalls, s.missed, s.recall(), s.delay(), s.outside, s.overstay)
	}
	fmt.Fprintln(t)
}

func (r *result) finishes(t io.Writer) {
	fmt.Fprintln(t, "expected finish\tcampaigns\tmedian error\t80th percentile\tmean, too early")
	for _, tail := range []bool{false, true} {
		for quarter, percent := range quarters() {
			n, median, p80, mean := r.errors(func(f finish) bool { return f.tail == tail && f.quarter == quarter })
			fmt.Fprintf(t, "at %v %%, %s\t%d\t%.1f %%\t%.1f %%\t%+.1f %%\n", percent,
				map[bool]string{false: "even pace", true: "gradual tail"}[tail], n, median, p80, mean)
		}
	}
	fmt.Fprintln(t)
}

// rows writes what alarms and misses had to do with.
func (r *result) rows(t io.Writer) {
	s := &r.tallies[withState]
	fmt.Fprintln(t, "behaviour (rows overlap)\thappened\talarms\tfalse\tshare of the false\tstalls\tmissed\tshare of the missed")
	for what := range causes {
		row := s.around[what]
		fmt.Fprintf(t, "%s\t%s\t%d\t%d\t%.0f %%\t%d\t%d\t%.0f %%\n", what, often(row.happened), row.alarms, row.wrong,
			share(row.wrong, max(1, s.wrong)), row.stalls, row.missed, share(row.missed, max(1, s.missed)))
	}
}

// often is a number of events; kinds of campaigns have none.
func often(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

// explain lists the false alarms.
func (r *result) explain(out io.Writer) {
	for _, a := range r.tallies[withState].falsehoods {
		fmt.Fprintf(out, "%s: %+v, %.1f steps an hour, threshold %.2f h", at(a.began).Format(time.DateTime), a.entry, a.visible, a.threshold/3600)
		if a.stall != nil {
			fmt.Fprintf(out, ", %s of %.2f h", a.stall.why, a.stall.seconds/3600)
		}
		for what, so := range a.around {
			if so {
				fmt.Fprintf(out, "; %s", cause(what))
			}
		}
		fmt.Fprintln(out)
	}
}
