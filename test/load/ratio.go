package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"time"

	"thulium_exporter/thulium/simulator"
)

// ratio measures what a scrape costs the exporter, and what the least costs
// that a program could do: fetch the same answer, read nothing of it, and write
// the same finished bytes.
type ratio struct {
	binary string
	out    io.Writer
}

const (
	ratioRounds = 5
	// fetchedTimes and polledTimes are the scrapes of a round. The exporter begins
	// about one request a second.
	fetchedTimes = 5
	polledTimes  = 300
)

// walk is one way to scrape, of the exporter and of the floor.
type walk struct {
	name    string
	systems string // of the exporter
	path    string
	floor   string // the path at the floor
	times   int
}

func (r *ratio) run(ctx context.Context) error {
	fmt.Fprintf(r.out, "CPU time of one scrape with the headers of Prometheus, median of %d rounds\n", ratioRounds)
	fmt.Fprintf(r.out, "%10s  %-18s %12s %12s %7s\n", "campaigns", "scrape", "exporter, µs", "floor, µs", "ratio")
	for _, campaigns := range []int{10, 100, 1_000, 10_000} {
		for _, w := range []walk{
			{"/probe, fetched", bothWays, "/probe?target=fetched", floorFetch, fetchedTimes},
			{"/probe, polled", bothWays, "/probe?target=polled", floorWrite, polledTimes},
			{"/metrics, polled", onePolled, "/metrics", floorWrite, polledTimes},
		} {
			if err := r.measure(ctx, w, campaigns); err != nil {
				return err
			}
		}
	}
	return r.memory(ctx)
}

func (r *ratio) measure(ctx context.Context, w walk, campaigns int) error {
	b, err := r.begin(ctx, w.systems, campaigns)
	if err != nil {
		return err
	}
	defer b.end()
	finished, err := scrapeOnce(ctx, b.exporter.url+w.path)
	if err != nil {
		return err
	}
	floor, err := startFloor(ctx, b.thulium.URL, finished)
	if err != nil {
		return err
	}
	defer floor.stop()
	exporterCost, floorCost, err := compare(ctx, w.times,
		scraped{b.exporter.process, b.exporter.url + w.path}, scraped{floor, floor.url + w.floor})
	if err != nil {
		return err
	}
	fmt.Fprintf(r.out, "%10d  %-18s %12.0f %12.0f %7.2f\n", campaigns, w.name,
		exporterCost.Seconds()*1e6, floorCost.Seconds()*1e6, exporterCost.Seconds()/floorCost.Seconds())
	return nil
}

// bench is an exporter and the Thulium that it asks.
type bench struct {
	thulium  *httptest.Server
	exporter *exporter
	dir      string
}

// What the exporter asks, for the address of Thulium.
const (
	bothWays  = "  fetched: {url: %q}\n  polled: {url: %[1]q, poll_interval: 1h}\n"
	oneSystem = "  only: {url: %q}\n"
	onePolled = "  only: {url: %q, poll_interval: 1h}\n"
)

// begin starts an exporter with systems of so many campaigns.
func (r *ratio) begin(ctx context.Context, systems string, campaigns int) (*bench, error) {
	dir, err := os.MkdirTemp("", "load")
	if err != nil {
		return nil, err
	}
	b := &bench{thulium: httptest.NewServer(finishedAnswer(campaigns)), dir: dir}
	config := filepath.Join(dir, "systems.yml")
	text := fmt.Sprintf("defaults: {basic_auth: {username: load, password: load}}\nsystems:\n"+systems, b.thulium.URL)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		b.end()
		return nil, err
	}
	if b.exporter, err = start(ctx, r.binary, config, ""); err != nil {
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

// finishedAnswer answers with campaigns, written and compressed once, as web
// servers do for clients that take gzip.
func finishedAnswer(campaigns int) http.Handler {
	random := rand.New(rand.NewPCG(1, 1))
	all := simulator.Many(campaigns)
	for i := range all { // nothing that compresses better than real numbers do
		all[i].Records = 100 + random.IntN(20_000)
		all[i].Done = random.Float64() * float64(all[i].Records)
	}
	recorder := httptest.NewRecorder()
	simulator.New(simulator.Config{Campaigns: all}).
		ServeHTTP(recorder, httptest.NewRequestWithContext(context.Background(), http.MethodGet, simulator.Path, http.NoBody))
	var body bytes.Buffer
	zipped := gzip.NewWriter(&body)
	_, _ = zipped.Write(recorder.Body.Bytes())
	_ = zipped.Close() // a buffer takes everything
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(body.Bytes())
	})
}

// scraped is what compare scrapes.
type scraped struct {
	*process
	url string
}

// compare returns the medians of the CPU times that a scrape takes each of
// them. They take turns, so that both see the same of a noisy machine.
func compare(ctx context.Context, times int, one, floor scraped) (oneCost, floorCost time.Duration, err error) {
	costs := [2][]time.Duration{}
	for range ratioRounds {
		for i, s := range []scraped{one, floor} {
			cost, err := s.cost(ctx, times)
			if err != nil {
				return 0, 0, err
			}
			costs[i] = append(costs[i], cost)
		}
	}
	return median(costs[0]), median(costs[1]), nil
}

// cost returns the CPU time of one of many scrapes.
func (s scraped) cost(ctx context.Context, times int) (time.Duration, error) {
	before, err := s.cpu()
	if err != nil {
		return 0, err
	}
	for range times {
		if _, err := scrapeOnce(ctx, s.url); err != nil {
			return 0, err
		}
	}
	after, err := s.cpu()
	return (after - before) / time.Duration(times), err
}

func median(all []time.Duration) time.Duration {
	slices.Sort(all)
	return all[len(all)/2]
}

// memory prints what an idle exporter holds, and what a huge answer takes.
func (r *ratio) memory(ctx context.Context) error {
	fmt.Fprintf(r.out, "resident memory after %d scrapes of each path\n", ratioRounds)
	for _, h := range []holding{
		{"idle, not scraped yet", oneSystem, 10, nil},
		{"one system of 10 campaigns", oneSystem, 10, []string{"/metrics"}},
		{"two systems of 10 campaigns", bothWays, 10, []string{"/probe?target=fetched", "/probe?target=polled"}},
		{"two systems of 100,000 campaigns", bothWays, 100_000, []string{"/probe?target=fetched", "/probe?target=polled"}},
	} {
		if err := r.hold(ctx, h); err != nil {
			return err
		}
	}
	info, err := os.Stat(r.binary)
	if err != nil {
		return err
	}
	fmt.Fprintf(r.out, "the binary: %.2f MB\n", float64(info.Size())/1e6)
	return nil
}

// holding is a use of the exporter that takes memory.
type holding struct {
	name      string
	systems   string
	campaigns int
	paths     []string // to scrape
}

// hold prints what an exporter holds after some scrapes.
func (r *ratio) hold(ctx context.Context, h holding) error {
	b, err := r.begin(ctx, h.systems, h.campaigns)
	if err != nil {
		return err
	}
	defer b.end()
	for range ratioRounds {
		for _, path := range h.paths {
			if _, err := scrapeOnce(ctx, b.exporter.url+path); err != nil {
				return err
			}
		}
	}
	held, err := b.exporter.memory()
	if err != nil {
		return err
	}
	fmt.Fprintf(r.out, "%-34s %5.1f MB, %.1f MB of it pages of the binary; at the most %.1f MB\n",
		h.name+":", held.now/1e6, held.file/1e6, held.peak/1e6)
	return nil
}

// scrapeOnce scrapes as Prometheus 3 does and returns what is on the wire.
func scrapeOnce(ctx context.Context, url string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2")
	req.Header.Set("Accept-Encoding", "gzip")
	req.Header.Set("User-Agent", "Prometheus/3.16.0")
	req.Header.Set("X-Prometheus-Scrape-Timeout-Seconds", "10")
	return read(req)
}
