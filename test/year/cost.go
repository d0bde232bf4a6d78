package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"sort"
	"syscall"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/storage"

	"thulium_exporter/internal/business"
)

const (
	// costLimit is the share of one core that all rules may take.
	costLimit = 0.01
	// startsAt is the minute of the first day from which on campaigns are
	// watched, so that the cost is measured in business hours.
	startsAt = 10 * 60
	// warmUp fills the day that the stall rules look back.
	warmUp = 24*60 + 30
	// measured is how long the cost is measured after that.
	measured = 60
	// history is what the rules of the pace look back.
	history = 7 * 24 * 60
)

// measure evaluates all rules with many campaigns, in business time and with
// full histories, and compares the processor time with the limit.
func (o options) measure(w io.Writer) ([]string, error) {
	base, err := o.plan()
	if err != nil {
		return nil, err
	}
	base.from += startsAt * minute
	base.slots, base.groups = o.campaigns, nil
	costs, err := base.costs()
	if err != nil {
		return nil, err
	}
	total := printCosts(w, costs)
	fmt.Fprintf(w, "all rules with %d campaigns: %.2f %% of a core\n", o.campaigns, 100*total)
	if total > costLimit {
		return []string{fmt.Sprintf("cost %.2f %% of a core", 100*total)}, nil
	}
	return nil, nil
}

// costs is the processor time of each rule group once all histories are full.
func (p plan) costs() (map[string]cost, error) {
	cal, err := business.New(business.Spec{})
	if err != nil {
		return nil, fmt.Errorf("calendar: %w", err)
	}
	dir, err := os.MkdirTemp("", "cost")
	if err != nil {
		return nil, fmt.Errorf("make directory: %w", err)
	}
	defer os.RemoveAll(dir)
	s, err := newServer(dir, false, nil, p.files...)
	if err != nil {
		return nil, err
	}
	defer s.close()
	s.target.named, s.now = true, cpuTime
	return p.spend(s, newWorld(p.seed, cal, p.from, p.slots))
}

func (p plan) spend(s *server, w *world) (map[string]cost, error) {
	if err := s.remember(w); err != nil {
		return nil, err
	}
	for m := range warmUp + measured {
		if m == warmUp {
			clear(s.cost)
		}
		w.step()
		if err := s.target.scrape(w, p.scrape); err != nil {
			return nil, err
		}
		if _, err := s.evaluate(w.now - minute + p.evaluate); err != nil {
			return nil, err
		}
	}
	return s.cost, nil
}

// remember writes a week of the recorded series that the pace is made of.
func (s *server) remember(w *world) error {
	for m := w.now - history*minute; m < w.now; m += 2 * minute {
		app := s.db.AppenderV2(context.Background())
		seconds := w.business(m) + calendarBase
		if err := recordWeek(app, m*1000, seconds, len(w.slot)); err != nil {
			return err
		}
		if err := app.Commit(); err != nil {
			return fmt.Errorf("commit history: %w", err)
		}
	}
	return nil
}

func recordWeek(app storage.AppenderV2, millis int64, seconds float64, campaigns int) error {
	l := labels.FromStrings("__name__", "job_system:thulium_business_seconds:max", "job", "thulium", "system", "acme")
	if _, err := app.Append(0, l, 0, millis, seconds, nil, nil, storage.AOptions{}); err != nil {
		return fmt.Errorf("append history: %w", err)
	}
	for i := range campaigns {
		for _, name := range []string{"job_system_id:thulium_campaign_done_records:max", "job_system_id:thulium_campaign_listed_business_seconds:last"} {
			l := labels.FromStrings("__name__", name, "id", fmt.Sprintf("%05d", i+1), "job", "thulium", "system", "acme")
			if _, err := app.Append(0, l, 0, millis, seconds/3600, nil, nil, storage.AOptions{}); err != nil {
				return fmt.Errorf("append history: %w", err)
			}
		}
	}
	return nil
}

// printCosts writes a line per group and returns the share of a core they
// take together.
func printCosts(w io.Writer, costs map[string]cost) float64 {
	names := make([]string, 0, len(costs))
	for name := range costs {
		names = append(names, name)
	}
	sort.Strings(names)
	total := 0.0
	for _, name := range names {
		c := costs[name]
		share := c.took.Minutes() / measured
		fmt.Fprintf(w, "%s: %d evaluations of %s, %.2f %% of a core\n", name, c.evaluations, c.each(), 100*share)
		total += share
	}
	return total
}

// cpuTime is the processor time of this process, which a busy machine does
// not change much.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
