package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"
)

// result is the outcome of all seeds together.
type result struct {
	scores    []*score
	control   *score
	all, gone tally
	servers   agreement
	restarts  agreement
	campaigns int
	cost      map[string]cost
}

func newResult() *result {
	return &result{
		scores: []*score{
			{name: stalled, severity: "warning", threshold: 2 * hour},
			{name: stalled, severity: "critical", threshold: 6 * hour},
		},
		control: &score{name: control, severity: "warning", threshold: 2 * hour},
		cost:    map[string]cost{},
	}
}

// add takes in what the servers saw of one seed. The first has the control.
func (r *result) add(records []*record) {
	r.control.judge(records[0])
	for _, x := range records {
		for _, s := range r.scores {
			s.judge(x)
		}
		r.all.all(x)
		r.gone.gone(x)
		r.spent(x)
	}
	if len(records) > 1 {
		r.servers.add(records[0], records[1])
	}
	r.campaigns += len(records[0].campaigns)
}

func (r *result) spent(x *record) {
	for name, c := range x.cost {
		sum := r.cost[name]
		r.cost[name] = cost{sum.evaluations + c.evaluations, sum.took + c.took}
	}
}

// print writes the tables.
func (r *result) print(w io.Writer) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "rule\tstalls\tfalse\tmissed\tprecision\trecall\tmean delay, h\trepeated\tbegun outside\tinexcusable\tper evaluation")
	for _, s := range r.scores {
		s.row(t, r.cost[stallGroup])
	}
	r.control.row(t, r.cost["naive"])
	_ = t.Flush() // the tables go where errors would
	fmt.Fprintf(w, "\n%d campaigns\n", r.campaigns)
	fmt.Fprintf(w, "%s: %s\n%s: %s\n", allStalled, r.all, vanished, r.gone)
	fmt.Fprintf(w, "two servers agree in %.4f %% of %d samples\n", 100*r.servers.share(), r.servers.samples)
	fmt.Fprintf(w, "a server with restarts agrees in %.4f %% of %d samples\n", 100*r.restarts.share(), r.restarts.samples)
}

func (t tally) String() string {
	return fmt.Sprintf("%d right, %d wrong, %d missed, %d begun outside business time", t.right, t.wrong, t.missed, t.outside)
}

func (s *score) row(w io.Writer, c cost) {
	fmt.Fprintf(w, "%s %s\t%d\t%d\t%d\t%.2f %%\t%.2f %%\t%.3f\t%d\t%d\t%d\t%s\n", s.name, s.severity, s.stalls,
		s.wrong, len(s.missedStalls), 100*s.precision(), 100*s.recall(), s.meanDelay(), s.repeated, len(s.outside), s.inexcusable, c.each())
}

func (c cost) each() time.Duration {
	return (c.took / time.Duration(max(1, c.evaluations))).Round(10 * time.Microsecond)
}

// explain lists all that the rules under test did wrong.
func (r *result) explain(w io.Writer) {
	for _, s := range r.scores {
		for _, m := range s.missedStalls {
			fmt.Fprintf(w, "missed %s: campaign %s, %s, %d records, due %s, ended %s, visible %d minutes\n",
				s.severity, m.campaign, m.kind, m.records, stamp(m.due), stamp(m.ended), m.visible)
		}
		for _, a := range s.wrongAlarms {
			fmt.Fprintf(w, "false %s: campaign %s at %s\n", s.severity, a.campaign, stamp(a.began))
		}
		for _, a := range s.outside {
			fmt.Fprintf(w, "begun outside business time %s: campaign %s at %s\n", s.severity, a.campaign, stamp(a.began))
		}
	}
}

func stamp(unix int64) string { return at(unix).Format("2006-01-02 15:04") }

// failures names every part of the bar that is not held.
func (r *result) failures() []string {
	var f []string
	expect := func(ok bool, format string, args ...any) {
		if !ok {
			f = append(f, fmt.Sprintf(format, args...))
		}
	}
	for _, s := range r.scores {
		expect(s.precision() >= 0.98, "%s: precision %.4f", s.severity, s.precision())
		expect(s.recall() >= 0.98, "%s: recall %.4f", s.severity, s.recall())
		expect(s.inexcusable == 0, "%s: %d false alarms without excuse", s.severity, s.inexcusable)
		expect(len(s.outside) == 0, "%s: %d alarms begun outside business time", s.severity, len(s.outside))
		expect(s.meanDelay() <= s.threshold/hour+0.1, "%s: mean delay %.3f h", s.severity, s.meanDelay())
	}
	expect(r.servers.share() >= 0.999, "servers agree in %.5f", r.servers.share())
	expect(r.restarts.share() == 1, "restarts change verdicts: %.6f", r.restarts.share())
	expect(r.control.precision() < 0.98 && r.control.recall() < 0.98, "the control passes: the year is too easy")
	return f
}
