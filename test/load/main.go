// Command load measures what many polled systems cost. It starts the exporter
// on many simulated systems, polls each once an interval, and prints what the
// exporter used. With -soak it runs a few systems through a storm of faults and
// floods instead, and fails if a scrape fails or anything grows. With -ratio it
// measures single scrapes. Everything stays on this machine and ends by itself.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"
	"path/filepath"
	"time"
)

// plan is what is measured.
type plan struct {
	binary    string
	systems   int
	campaigns int
	interval  time.Duration
	length    time.Duration
	scrapes   bool
	out       io.Writer
}

func main() {
	p := plan{out: os.Stdout}
	flag.StringVar(&p.binary, "binary", "./thulium_exporter", "the exporter to measure")
	flag.IntVar(&p.systems, "systems", 10_000, "number of systems")
	flag.IntVar(&p.campaigns, "campaigns", 50, "campaigns in each system")
	flag.DurationVar(&p.interval, "interval", time.Minute, "poll and scrape interval")
	flag.DurationVar(&p.length, "for", 3*time.Minute, "how long to measure, after two intervals of warming up")
	flag.BoolVar(&p.scrapes, "scrape", false, "scrape each system once an interval, too")
	s := soak{out: os.Stdout}
	flag.DurationVar(&s.length, "soak", 0, "how long the storm lasts; 0 measures the cost")
	flag.Uint64Var(&s.seed, "seed", 1, "decides the faults of the storm")
	ratios := flag.Bool("ratio", false, "measure single scrapes")
	other := flag.String("json-exporter", "", "with -ratio: a binary of json_exporter to compare with, measured in the same run")
	flag.Parse()
	s.binary = p.binary
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	run := p.run
	switch {
	case *ratios:
		run = (&ratio{binary: p.binary, other: *other, out: os.Stdout}).run
	case s.length > 0:
		run = s.run
	}
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

func (p *plan) run(ctx context.Context) error {
	thulium := newThulium(p.campaigns)
	server := httptest.NewServer(thulium)
	defer server.Close()
	dir, err := os.MkdirTemp("", "load")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	config := filepath.Join(dir, "systems.yml")
	if err := writeConfig(config, server.URL, p.systems, p.interval); err != nil {
		return err
	}
	exporter, err := start(ctx, p.binary, "--config.file="+config, "--state.file="+filepath.Join(dir, "state.json"))
	if err != nil {
		return err
	}
	defer exporter.stop()
	fmt.Fprintf(p.out, "%d systems of %d campaigns, each polled every %s; scraped as often: %t\n",
		p.systems, p.campaigns, p.interval, p.scrapes)
	fmt.Fprintf(p.out, "start to first response: %s\n", exporter.started.Round(time.Millisecond))

	ctx, cancel := context.WithTimeout(ctx, 2*p.interval+p.length)
	defer cancel()
	if p.scrapes {
		go scrape(ctx, exporter.url, p.systems, p.interval)
	}
	if !wait(ctx, 2*p.interval) {
		return ctx.Err()
	}
	reload, err := exporter.reload(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "reload without changes: %s\n", reload.Round(time.Millisecond))
	thulium.reset()
	before, err := exporter.usage()
	if err != nil {
		return err
	}
	wait(ctx, p.length)
	after, err := exporter.usage()
	if err != nil {
		return err
	}
	p.report(before, after, thulium)
	return nil
}

// wait waits and reports whether ctx is still not done.
func wait(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

// What polling 10,000 systems of 50 campaigns once a minute may cost, state file
// included: a share of one core in percent, and the MemoryMax of the systemd unit in
// megabytes.
const (
	maxShare    = 20
	maxResident = 512
)

func (p *plan) report(before, after usage, t *thulium) {
	seconds := after.at.Sub(before.at).Seconds()
	polls, gap := t.seen()
	share := 100 * (after.cpu - before.cpu) / seconds
	fmt.Fprintf(p.out, "CPU: %.1f %% of one core; polls: %.0f a second; worst lag of a poll: %s\n",
		share, float64(polls)/seconds, (gap - p.interval).Round(time.Millisecond))
	if !p.scrapes && p.systems == 10_000 && p.campaigns == 50 && p.interval == time.Minute {
		fmt.Fprintf(p.out, "at most %d %% of one core: %s; at most %d MB: %s\n",
			maxShare, verdict(share <= maxShare), maxResident, verdict(after.peak <= maxResident))
	}
	fmt.Fprintf(p.out, "%-10s %12s %12s\n", "", "before", "after")
	for _, row := range []struct {
		name          string
		before, after float64
	}{
		{"RSS, MB", before.rss, after.rss},
		{"peak, MB", before.peak, after.peak},
		{"heap, MB", before.heap, after.heap},
		{"stacks, MB", before.stacks, after.stacks},
		{"goroutines", before.goroutines, after.goroutines},
		{"open files", before.files, after.files},
	} {
		fmt.Fprintf(p.out, "%-10s %12.0f %12.0f\n", row.name, row.before, row.after)
	}
}

// scrape scrapes one system after the other, so that each is scraped once an
// interval.
func scrape(ctx context.Context, url string, systems int, interval time.Duration) {
	tick := time.NewTicker(interval / time.Duration(systems))
	defer tick.Stop()
	for i := 0; ; i = (i + 1) % systems {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		_, _ = get(ctx, http.MethodGet, url+"/probe?target="+systemName(i)) // its cost is what counts
	}
}
