package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

const (
	// patientTimeout is the deadline of scrapes by default in Prometheus.
	patientTimeout = 10 * time.Second
	// impatientTimeout bounds the deadlines of those who often hang up.
	impatientTimeout = 2 * time.Second
	scrapePause      = 500 * time.Millisecond // on average
)

// scraper scrapes systems.
type scraper struct {
	url    string
	client *http.Client
	random *rand.Rand
	seen   *tally
}

func newScraper(url string, seed uint64, seen *tally) *scraper {
	return &scraper{
		url: url, random: rand.New(rand.NewPCG(seed, 1)), seen: seen,
		client: &http.Client{Transport: &http.Transport{DisableCompression: true}},
	}
}

// patient scrapes one system as Prometheus does, until ctx is done. Each scrape
// must be served within its deadline.
func (s *scraper) patient(ctx context.Context, system string) {
	defer s.client.CloseIdleConnections()
	for wait(ctx, around(scrapePause, s.random)) {
		start := time.Now()
		err := s.scrape(ctx, system, patientTimeout)
		if ctx.Err() != nil {
			return // cut off
		}
		s.seen.add(time.Since(start), err)
	}
}

// impatient scrapes any system with any deadline, and hangs up after that. A
// response must be right if there is one.
func (s *scraper) impatient(ctx context.Context) {
	defer s.client.CloseIdleConnections()
	for wait(ctx, around(scrapePause, s.random)) {
		system := []string{fetched, polled, large, temporary}[s.random.IntN(4)]
		err := s.scrape(ctx, system, around(impatientTimeout/2, s.random)+time.Millisecond)
		switch {
		case ctx.Err() != nil:
			return
		case errors.Is(err, context.DeadlineExceeded):
			s.seen.leave()
		default:
			s.seen.add(0, err)
		}
	}
}

// scrape returns what is wrong with the response.
func (s *scraper) scrape(ctx context.Context, system string, timeout time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/probe?target="+system, http.NoBody)
	if err != nil {
		return err
	}
	req.Header.Set("X-Prometheus-Scrape-Timeout-Seconds", fmt.Sprint(timeout.Seconds()))
	res, err := s.client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", system, err)
	case res.StatusCode == http.StatusNotFound && system == temporary:
		return nil
	case res.StatusCode != http.StatusOK:
		return fmt.Errorf("%s: %s: %s", system, res.Status, body)
	}
	return judge(string(body))
}

// judge returns what is wrong with an exposition: campaigns are there exactly
// if thulium_up is 1.
func judge(text string) error {
	series, err := readSeries(text)
	if err != nil {
		return err
	}
	_, listed := series[`thulium_campaign_records_total{id="00001"}`]
	if up, found := series["thulium_up"]; !found || (up == 1) != listed {
		return fmt.Errorf("up is %v, campaigns are listed: %t", up, listed)
	}
	return nil
}

// tally counts scrapes. It is safe for concurrent use.
type tally struct {
	mu           sync.Mutex
	good, hungUp int
	slowest      time.Duration // of patient scrapes
	wrong        []error
}

func (t *tally) add(took time.Duration, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.slowest = max(t.slowest, took)
	if err == nil {
		t.good++
		return
	}
	t.wrong = append(t.wrong, fmt.Errorf("%s: %w", time.Now().Format(time.TimeOnly), err))
}

func (t *tally) leave() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.hungUp++
}
