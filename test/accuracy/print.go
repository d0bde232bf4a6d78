package main

import (
	"fmt"
	"io"
	"math"
	"text/tabwriter"
)

// print writes the tables.
func (r *result) print(out io.Writer) {
	fmt.Fprintf(out, "%d centres, %d days, %.0f watched campaign hours\n\n", r.seeds, r.days, r.scores[neither].hours)
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "\tbar\t\t")
	for _, l := range r.bar() {
		verdict := "held"
		if !l.held {
			verdict = "NOT HELD"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", l.what, l.bar, l.got, verdict)
	}
	fmt.Fprintf(t, "\nsystem alarms\toutage %d\teverybody away %d\tfalse %d\n", r.system.outage, r.system.everybody, r.system.wrong)
	r.watchers(t)
	r.table(t, "false alarms per 1,000 hours", int(reasons), func(s *score, row int) (string, string) {
		return reason(row).String(), fmt.Sprintf("%.3f", s.rate(s.because[row]))
	})
	r.table(t, "precision by steps an hour", int(speeds), func(s *score, row int) (string, string) {
		return speed(row).String(), fmt.Sprintf("%.1f %% of %d", share(s.alarms[row]-s.wrong[row], s.alarms[row]), s.alarms[row])
	})
	r.table(t, "stalls told by steps an hour", int(speeds), func(s *score, row int) (string, string) {
		return speed(row).String(), fmt.Sprintf("%.1f %% of %d", s.told[row].share(), s.told[row].stalls)
	})
	r.table(t, "stalls told by reason", int(reasons), func(s *score, row int) (string, string) {
		return reason(row).String(), fmt.Sprintf("%.1f %% of %d", s.by[row].share(), s.by[row].stalls)
	})
	r.ranges(t)
	_ = t.Flush()
}

func (r *result) watchers(t io.Writer) {
	rows := []struct {
		what string
		of   func(*score) string
	}{
		{"alarms", func(s *score) string { return fmt.Sprint(sum(s.alarms[:])) }},
		{"precision", func(s *score) string { return fmt.Sprintf("%.1f %%", s.precision()) }},
		{"without waiting", func(s *score) string { return fmt.Sprintf("%.1f %%", s.precision(waiting)) }},
		{"told of stalls of 2 h 15 min", func(s *score) string { return fmt.Sprintf("%.1f %%", s.all().share()) }},
		{"agents not elsewhere", func(s *score) string { return fmt.Sprintf("%.1f %%", s.there.share()) }},
		{"by the campaign's own alarm", func(s *score) string { return fmt.Sprintf("%.1f %%", s.own.share()) }},
		{"right per 1,000 hours", func(s *score) string { return fmt.Sprintf("%.2f", s.rate(s.right())) }},
		{"false per 1,000 hours", func(s *score) string { return fmt.Sprintf("%.2f", s.rate(sum(s.wrong[:]))) }},
		{"delay, 95th percentile", func(s *score) string { return fmt.Sprintf("%.2f h", s.delay()) }},
		{"again within one idle time", func(s *score) string { return fmt.Sprint(s.repeats) }},
	}
	r.table(t, "stall alarms", len(rows), func(s *score, row int) (string, string) { return rows[row].what, rows[row].of(s) })
}

// table writes one with a column a watcher.
func (r *result) table(t io.Writer, title string, rows int, cell func(*score, int) (name, text string)) {
	fmt.Fprintf(t, "\n%s\tneither\tpools\tlooks\n", title)
	for row := range rows {
		for who := range r.scores {
			name, text := cell(&r.scores[who], row)
			if who == neither {
				fmt.Fprintf(t, "%s", name)
			}
			fmt.Fprintf(t, "\t%s", text)
		}
		fmt.Fprintln(t)
	}
}

func (r *result) ranges(t io.Writer) {
	fmt.Fprintln(t, "\nexpected finish\tcampaigns\tmedian error\t80th percentile\ttoo early\tbefore the range\tafter it")
	for i, list := range r.finishes {
		var off []float64
		var early, before, after int
		for _, f := range list {
			off = append(off, math.Abs(f.off()))
			early += count(f.off() > 0)
			before += count(f.took < f.earliest)
			after += count(f.took > f.latest)
		}
		n := len(list)
		fmt.Fprintf(t, "at %d %%\t%d\t%.0f %%\t%.0f %%\t%.0f %%\t%.0f %%\t%.0f %%\n", 25*(i+1), n,
			quantile(off, 0.5), quantile(off, 0.8), share(early, n), share(before, n), share(after, n))
	}
}
