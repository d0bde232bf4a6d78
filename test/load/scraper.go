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
	scrapePause   = 200 * time.Millisecond // between two scrapes of one scraper, on average
	scrapeTimeout = 2 * time.Second
	// patience is how long a scraper waits for an answer on a busy machine,
	// although it asked for less.
	patience = 10 * time.Second
)

// scraper scrapes systems at random and hangs up now and then.
type scraper struct {
	url    string
	client *http.Client
	random *rand.Rand
	seen   *tally
}

func newScraper(url string, seed uint64, seen *tally) *scraper {
	return &scraper{
		url: url, random: rand.New(rand.NewPCG(seed, 1)), seen: seen,
		client: &http.Client{Transport: &http.Transport{}},
	}
}

// run scrapes until ctx is done.
func (s *scraper) run(ctx context.Context) {
	defer s.client.CloseIdleConnections()
	for wait(ctx, around(scrapePause, s.random)) {
		system := []string{"north", "east", "south", "west", guest}[s.random.IntN(5)]
		if s.random.IntN(5) == 0 {
			s.hangUp(ctx, system)
			continue
		}
		err := s.scrape(ctx, system)
		if ctx.Err() != nil {
			return // cut off
		}
		s.seen.add(err)
	}
}

// hangUp leaves in the middle of a scrape, or after it.
func (s *scraper) hangUp(ctx context.Context, system string) {
	ctx, cancel := context.WithTimeout(ctx, around(100*time.Millisecond, s.random))
	defer cancel()
	if errors.Is(s.scrape(ctx, system), context.DeadlineExceeded) {
		s.seen.leave()
	}
}

// scrape returns what is wrong with the answer.
func (s *scraper) scrape(ctx context.Context, system string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/probe?target="+system, http.NoBody)
	if err != nil {
		return err
	}
	req.Header.Set("X-Prometheus-Scrape-Timeout-Seconds", fmt.Sprint(scrapeTimeout.Seconds()))
	res, err := s.client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	switch {
	case err != nil:
		return err
	case res.StatusCode == http.StatusNotFound && system == guest:
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
	wrong        []error
}

func (t *tally) add(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err == nil {
		t.good++
		return
	}
	t.wrong = append(t.wrong, err)
}

func (t *tally) leave() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.hungUp++
}

func (t *tally) counts() (good, hungUp int, wrong []error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.good, t.hungUp, t.wrong
}
