package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"thulium_exporter/thulium/simulator"
)

// ratio measures what a scrape costs, and compares it with json_exporter if there
// is one. A figure recorded on another machine would say nothing.
type ratio struct {
	binary string
	other  string // the binary of json_exporter; "": do not compare
	out    io.Writer
}

const (
	ratioRounds = 3
	// shared is how long scrapes may share a response: rounds are further apart.
	shared = 1100 * time.Millisecond
	// fetchedTimes and polledTimes are the scrapes of a round. Each fetched one is
	// of another system, so that none shares a response.
	fetchedTimes = 20
	polledTimes  = 200
	// What an idle exporter and its binary may have, in megabytes.
	maxIdle   = 20
	maxBinary = 20
)

// scenario is one way to scrape.
type scenario struct {
	name    string
	systems string // of the exporter
	path    string
	times   int
	// cheaper is how many times cheaper than json_exporter it must be, by the
	// number of campaigns.
	cheaper map[int]float64
	// atMost is what it may cost in µs, by the number of campaigns.
	atMost map[int]float64
	flags  []string
}

// url returns what to scrape the i-th time of a round.
func (s scenario) url(i int) string { return strings.ReplaceAll(s.path, "%d", strconv.Itoa(i)) }

func scenarios() []scenario {
	return []scenario{
		{"/probe, fetched", manyFetched(), "/probe?target=fetched%d", fetchedTimes, map[int]float64{10: 2, 100: 6, 1_000: 12, 10_000: 12}, nil, nil},
		{"/probe, polled", bothWays, "/probe?target=polled", polledTimes, map[int]float64{10: 5, 100: 25, 1_000: 150, 10_000: 400}, nil, nil},
		{"/metrics, polled", onePolled, "/metrics", polledTimes, nil, map[int]float64{1_000: 1_000}, nil},
		{"/metrics, campaigns only", onePolled, "/metrics", polledTimes, nil, nil, []string{"--web.disable-exporter-metrics"}},
	}
}

func (r *ratio) run(ctx context.Context) error {
	fmt.Fprintf(r.out, "CPU time of one scrape with the headers of Prometheus, the lowest of %d rounds\n", ratioRounds)
	fmt.Fprintf(r.out, "%10s  %-25s %12s %16s %9s %9s\n", "campaigns", "scrape", "µs", "json_exporter, µs", "ratio", "to reach")
	for _, campaigns := range []int{10, 100, 1_000, 10_000} {
		json, err := r.jsonExporter(ctx, campaigns)
		if err != nil {
			return err
		}
		for _, s := range scenarios() {
			if err := r.measure(ctx, s, campaigns, json); err != nil {
				return err
			}
		}
	}
	return r.memory(ctx)
}

func (r *ratio) measure(ctx context.Context, s scenario, campaigns int, json float64) error {
	b, err := r.begin(ctx, s.systems, finishedResponse(campaigns), s.flags...)
	if err != nil {
		return err
	}
	defer b.end()
	if err := b.exporter.serves(ctx, s.url(0), campaigns); err != nil {
		return err
	}
	micros, err := b.exporter.cost(ctx, s)
	if err != nil {
		return err
	}
	fmt.Fprintf(r.out, "%10d  %-25s %12.0f", campaigns, s.name, micros)
	if json > 0 {
		fmt.Fprintf(r.out, " %16.0f %8.1fx", json, json/micros)
		if want, found := s.cheaper[campaigns]; found {
			fmt.Fprintf(r.out, " %8.1fx  %s", want, verdict(json/micros >= want))
		}
	}
	if most, found := s.atMost[campaigns]; found {
		fmt.Fprintf(r.out, "  at most %.0f µs: %s", most, verdict(micros <= most))
	}
	fmt.Fprintln(r.out)
	return nil
}

func verdict(held bool) string {
	if held {
		return "held"
	}
	return "NOT HELD"
}

// cost returns the CPU time in µs of one scrape. The lowest of some rounds is
// what is least disturbed by other programs, and by what happens only once.
func (p *process) cost(ctx context.Context, s scenario) (lowest float64, err error) {
	lowest = math.Inf(1)
	for range ratioRounds {
		if !wait(ctx, shared) {
			return 0, ctx.Err()
		}
		before, err := p.cpu()
		if err != nil {
			return 0, err
		}
		for i := range s.times {
			if err := scrapeOnce(ctx, p.url+s.url(i)); err != nil {
				return 0, err
			}
		}
		after, err := p.cpu()
		if err != nil {
			return 0, err
		}
		lowest = min(lowest, (after-before).Seconds()*1e6/float64(s.times))
	}
	return lowest, nil
}

// bench is an exporter and the Thulium that it requests.
type bench struct {
	thulium  *httptest.Server
	exporter *exporter
	dir      string
}

// Configurations of the exporter, with a place for the address of Thulium.
const (
	bothWays  = "  fetched: {url: %q}\n  polled: {url: %[1]q, poll_interval: 1h}\n"
	oneSystem = "  only: {url: %q}\n"
	onePolled = "  only: {url: %q, poll_interval: 1h}\n"
)

// manyFetched is a configuration of systems that are fetched on scrape.
func manyFetched() string {
	var systems strings.Builder
	for i := range fetchedTimes {
		fmt.Fprintf(&systems, "  fetched%d: {url: %%[1]q}\n", i)
	}
	return systems.String()
}

// begin starts an exporter with systems that all are this Thulium.
func (r *ratio) begin(ctx context.Context, systems string, thulium http.Handler, flags ...string) (*bench, error) {
	dir, err := os.MkdirTemp("", "load")
	if err != nil {
		return nil, err
	}
	b := &bench{thulium: httptest.NewServer(thulium), dir: dir}
	config := filepath.Join(dir, "systems.yml")
	text := fmt.Sprintf("defaults: {basic_auth: {username: load, password: load}}\nsystems:\n"+systems, b.thulium.URL)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		b.end()
		return nil, err
	}
	if b.exporter, err = start(ctx, r.binary, append(flags, "--config.file="+config)...); err == nil {
		err = b.exporter.ready(ctx)
	}
	if err != nil {
		b.end()
		return nil, err
	}
	return b, nil
}

func (b *bench) end() {
	if b.exporter != nil {
		b.exporter.stop()
	}
	b.thulium.Close()
	_ = os.RemoveAll(b.dir)
}

// largestResponse serves the response that takes most memory of those that are
// accepted: 8 MiB of the shortest entries.
func largestResponse() http.Handler {
	body := []byte("[")
	for i := 0; len(body) < 8<<20-100; i++ {
		body = fmt.Appendf(body, `{"id":"%x","records_count":2,"completion_percent":1},`, i)
	}
	body = append(bytes.TrimSuffix(body, []byte(",")), ']')
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(body) })
}

// finishedResponse serves campaigns, rendered once.
func finishedResponse(campaigns int) http.Handler {
	random := rand.New(rand.NewPCG(1, 1))
	all := simulator.Many(campaigns)
	for i := range all { // nothing that compresses better than real numbers do
		all[i].Records = 100 + random.IntN(20_000)
		all[i].Done = random.Float64() * float64(all[i].Records)
	}
	recorder := httptest.NewRecorder()
	simulator.New(simulator.Config{Campaigns: all}).
		ServeHTTP(recorder, httptest.NewRequestWithContext(context.Background(), http.MethodGet, simulator.Path, http.NoBody))
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(recorder.Body.Bytes())
	})
}

// memory prints what an idle exporter holds, and what a huge response takes.
func (r *ratio) memory(ctx context.Context) error {
	fmt.Fprintf(r.out, "resident memory after %d scrapes of each path\n", ratioRounds)
	for _, h := range []holding{
		{"idle, not scraped yet", oneSystem, finishedResponse(10), nil, maxIdle},
		{"one system of 10 campaigns", oneSystem, finishedResponse(10), []string{"/metrics"}, 0},
		{"two systems of 10 campaigns", bothWays, finishedResponse(10), []string{"/probe?target=fetched", "/probe?target=polled"}, 0},
		{"two systems of 100,000 campaigns", bothWays, finishedResponse(100_000), []string{"/probe?target=fetched", "/probe?target=polled"}, 0},
		{"the largest response", oneSystem, largestResponse(), []string{"/metrics", "/?format=json"}, 0},
	} {
		if err := r.hold(ctx, h); err != nil {
			return err
		}
	}
	info, err := os.Stat(r.binary)
	if err != nil {
		return err
	}
	size := float64(info.Size()) / 1e6
	fmt.Fprintf(r.out, "the binary: %.2f MB, at most %d MB: %s\n", size, maxBinary, verdict(size <= maxBinary))
	return nil
}

// holding is a use of the exporter that takes memory.
type holding struct {
	name    string
	systems string
	thulium http.Handler
	paths   []string // to scrape
	limit   float64  // in megabytes; 0: none
}

// hold prints what an exporter holds after some scrapes.
func (r *ratio) hold(ctx context.Context, h holding) error {
	b, err := r.begin(ctx, h.systems, h.thulium)
	if err != nil {
		return err
	}
	defer b.end()
	for range ratioRounds {
		if !wait(ctx, shared) {
			return ctx.Err()
		}
		for _, path := range h.paths {
			if err := scrapeOnce(ctx, b.exporter.url+path); err != nil {
				return err
			}
		}
	}
	held, err := b.exporter.memory()
	if err != nil {
		return err
	}
	fmt.Fprintf(r.out, "%-34s %5.1f MB, %.1f MB of it pages of the binary; peak %.1f MB\n",
		h.name+":", held.now/1e6, held.file/1e6, held.peak/1e6)
	if h.limit > 0 {
		fmt.Fprintf(r.out, "%34s at most %.0f MB: %s\n", "", h.limit, verdict(held.now/1e6 <= h.limit))
	}
	return nil
}

// scrapeOnce scrapes as Prometheus 3 does.
func scrapeOnce(ctx context.Context, url string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return err
	}
	req.Header.Set("Accept", "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2")
	req.Header.Set("Accept-Encoding", "gzip")
	req.Header.Set("User-Agent", "Prometheus/3.16.0")
	req.Header.Set("X-Prometheus-Scrape-Timeout-Seconds", "10")
	_, err = read(req)
	return err
}
