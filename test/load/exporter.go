package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// exporter is the process under measurement.
type exporter struct {
	*process
	address string
	started time.Duration // until its first response
}

// start runs the exporter on a free port and waits until it responds.
func start(ctx context.Context, binary string, flags ...string) (*exporter, error) {
	began := time.Now()
	p, err := listen(ctx, binary, flags...)
	if err != nil {
		return nil, err
	}
	e := &exporter{process: p, address: strings.TrimPrefix(p.url, "http://")}
	_, err = get(ctx, http.MethodGet, e.url+"/-/healthy")
	e.started = time.Since(began)
	return e, err
}

// ready waits until each polled system has been polled.
func (e *exporter) ready(ctx context.Context) error {
	return eventually(ctx, func(ctx context.Context) error {
		_, err := get(ctx, http.MethodGet, e.url+"/-/ready")
		return err
	})
}

// serves returns an error unless a scrape of path holds that many campaigns.
func (e *exporter) serves(ctx context.Context, path string, campaigns int) error {
	text, err := get(ctx, http.MethodGet, e.url+path)
	if err != nil {
		return err
	}
	if n := strings.Count(text, "\nthulium_campaign_records_total{"); n != campaigns {
		return fmt.Errorf("%s has %d campaigns, not %d", path, n, campaigns)
	}
	return nil
}

// reload reloads all systems and returns how long that took.
func (e *exporter) reload(ctx context.Context) (time.Duration, error) {
	began := time.Now()
	_, err := get(ctx, http.MethodPost, e.url+"/-/reload")
	return time.Since(began), err
}

// usage is what the exporter has used, by its own metrics and the kernel's.
type usage struct {
	at                                         time.Time
	cpu                                        float64 // seconds
	rss, peak, heap, stacks, goroutines, files float64 // megabytes and numbers
}

func (e *exporter) usage() (usage, error) {
	text, err := get(context.Background(), http.MethodGet, e.url+"/metrics")
	if err != nil {
		return usage{}, err
	}
	metric := func(name string) float64 {
		match := regexp.MustCompile(`(?m)^` + name + ` (\S+)$`).FindStringSubmatch(text)
		if match == nil {
			return 0
		}
		value, _ := strconv.ParseFloat(match[1], 64) // the exporter writes numbers
		return value
	}
	held, err := e.memory()
	return usage{
		at:         time.Now(),
		cpu:        metric("process_cpu_seconds_total"),
		rss:        metric("process_resident_memory_bytes") / 1e6,
		peak:       held.peak / 1e6,
		heap:       metric("go_memstats_heap_inuse_bytes") / 1e6,
		stacks:     metric("go_memstats_stack_inuse_bytes") / 1e6,
		goroutines: metric("go_goroutines"),
		files:      metric("process_open_fds"),
	}, err
}

func get(ctx context.Context, method, url string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, method, url, nil)
	if err != nil {
		return "", err
	}
	body, err := read(req)
	return string(body), err
}

// read returns the body of a response with status 200.
func read(req *http.Request) ([]byte, error) {
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", req.URL, res.Status)
	}
	return body, err
}
