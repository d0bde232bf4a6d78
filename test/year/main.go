// Command year proves the stall alerts: it lives through a simulated year of a
// contact centre and evaluates deploy/prometheus/thulium.rules.yml in the rule
// engine of Prometheus at every minute of it.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"thulium_exporter/internal/business"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// options are the flags.
type options struct {
	seeds     string
	from      string
	days      int
	rules     string
	control   string
	campaigns int
	nights    int64
	servers   int
}

func run(args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stderr)
	if err != nil {
		return 2
	}
	// The simulation is most of all garbage, and small.
	debug.SetGCPercent(800)
	prove := o.prove
	if o.campaigns > 0 {
		prove = o.measure
	}
	failures, err := prove(stdout)
	if err != nil {
		fmt.Fprintln(stderr, "year:", err)
		return 1
	}
	for _, f := range failures {
		fmt.Fprintln(stderr, "bar not held:", f)
	}
	return min(1, len(failures))
}

func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	f := flag.NewFlagSet("year", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&o.seeds, "seeds", "1,2,3", "seeds of the simulated contact centres")
	f.StringVar(&o.from, "from", "2026-01-01", "first day")
	f.IntVar(&o.days, "days", 365, "length of the simulation")
	f.StringVar(&o.rules, "rules", "../../deploy/prometheus/thulium.rules.yml", "rules to prove")
	f.StringVar(&o.control, "control", "naive.yml", "rules that have to fail")
	f.Int64Var(&o.nights, "nights", 4, "minutes between looks while the centre is closed, but for the minutes around an outage; 1 sees all of them and takes two thirds longer")
	f.IntVar(&o.servers, "servers", 2, "servers that watch each centre: one that has outages and, with 2, another to compare it with")
	f.IntVar(&o.campaigns, "cost", 0, "measure the cost of all rules with so many campaigns instead")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	if o.servers != 1 && o.servers != 2 {
		fmt.Fprintln(stderr, "year: -servers takes 1 or 2")
		return o, flag.ErrHelp
	}
	return o, nil
}

// prove lives through the year of every seed.
func (o options) prove(w io.Writer) ([]string, error) {
	base, err := o.plan()
	if err != nil {
		return nil, err
	}
	r := newResult()
	for _, text := range strings.Split(o.seeds, ",") {
		seed, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("seed: %w", err)
		}
		if err := r.live(base.watchers(seed, o.control)[:o.servers]); err != nil {
			return nil, err
		}
		fmt.Fprintf(w, "after seed %d:\n", seed)
		r.print(w)
		r.explain(w)
	}
	if err := r.restart(base); err != nil {
		return nil, err
	}
	r.print(w)
	r.explain(w)
	return r.failures(), nil
}

// plan is what all servers have in common.
func (o options) plan() (plan, error) {
	from, err := time.Parse(time.DateOnly, o.from)
	if err != nil {
		return plan{}, fmt.Errorf("first day: %w", err)
	}
	return plan{
		seed: 1, from: from.Unix(), minutes: o.days * 24 * 60, slots: slots, nights: o.nights, files: []string{o.rules},
		groups: []string{stallGroup, "naive"}, scrape: 7, evaluate: 21,
	}, nil
}

// watchers are a server that has outages and also evaluates the control, and
// one with other offsets that has none.
func (p plan) watchers(seed uint64, control string) []plan {
	p.seed = seed
	prone, steady := p, p
	prone.files = append([]string{control}, p.files...)
	prone.scrape, prone.evaluate, prone.prone = 38, 55, true
	return []plan{prone, steady}
}

// live adds what the servers of a centre see.
func (r *result) live(plans []plan) error {
	records, err := together(plans)
	if err != nil {
		return err
	}
	r.add(records)
	return nil
}

// restart compares a server that restarts all the time with one that never
// does.
func (r *result) restart(p plan) error {
	p.minutes, p.nights = min(p.minutes, 3*7*24*60), 1
	again := p
	again.restarts = true
	records, err := together([]plan{p, again})
	if err != nil {
		return err
	}
	r.restarts.add(records[0], records[1])
	return nil
}

// together runs plans side by side.
func together(plans []plan) ([]*record, error) {
	cal, err := business.New(business.Spec{})
	if err != nil {
		return nil, fmt.Errorf("calendar: %w", err)
	}
	records := make([]*record, len(plans))
	var g errgroup.Group
	for i, p := range plans {
		g.Go(func() (err error) {
			records[i], err = p.live(cal)
			return err
		})
	}
	return records, g.Wait()
}
