package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// soak is a long storm of faults, reloads and scrapes. What the exporter uses
// must end where it began, and no scrape may be answered wrongly.
type soak struct {
	binary string
	length time.Duration
	seed   uint64
	out    io.Writer
}

const (
	scraperCount = 10
	// warmUp is the part of the length after which levels are first taken:
	// by then all that is made once has been made.
	warmUp = 5
	// Means of the pauses between what happens at random.
	faultPause  = 500 * time.Millisecond
	reloadPause = 4 * time.Second
)

// rough is an exporter in a storm.
type rough struct {
	exporter *exporter
	town     *town
	config   string // the path of its configuration file
	random   *rand.Rand
	scraped  tally
	faults   int
	reloads  int
}

func (s *soak) run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "soak")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	r := &rough{
		town:   newTown(),
		config: filepath.Join(dir, "systems.yml"),
		random: rand.New(rand.NewPCG(s.seed, 0)),
	}
	defer r.town.close()
	if err := r.town.write(r.config, calm); err != nil {
		return err
	}
	if r.exporter, err = start(ctx, s.binary, r.config); err != nil {
		return err
	}
	defer r.exporter.stop()
	before, err := r.stormAndCalm(ctx, s.length/warmUp)
	if err != nil {
		return err
	}
	after, err := r.stormAndCalm(ctx, s.length-s.length/warmUp)
	if err != nil {
		return err
	}
	return s.report(r, before, after)
}

// stormAndCalm returns the levels in the calm after a storm.
func (r *rough) stormAndCalm(ctx context.Context, length time.Duration) (levels, error) {
	storm, end := context.WithTimeout(ctx, length)
	defer end()
	var scraping sync.WaitGroup
	for range scraperCount {
		s := newScraper(r.exporter.url, r.random.Uint64(), &r.scraped)
		scraping.Go(func() { s.run(storm) })
	}
	err := r.weather(storm)
	end()
	scraping.Wait()
	if err := errors.Join(err, ctx.Err(), r.calmDown(ctx)); err != nil {
		return levels{}, err
	}
	return r.measure(ctx)
}

// weather changes faults and reloads until ctx is done.
func (r *rough) weather(ctx context.Context) error {
	fault, reload := time.NewTimer(0), time.NewTimer(0)
	defer fault.Stop()
	defer reload.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-fault.C:
			r.town.strike(r.random)
			r.faults++
			fault.Reset(around(faultPause, r.random))
		case <-reload.C:
			if err := r.reload(ctx); err != nil && ctx.Err() == nil {
				return err
			}
			reload.Reset(around(reloadPause, r.random))
		}
	}
}

// reload has the exporter read one configuration of those that there are.
func (r *rough) reload(ctx context.Context) error {
	w := weather(r.random.IntN(int(weathers)))
	if err := r.town.write(r.config, w); err != nil {
		return err
	}
	_, err := r.exporter.reload(ctx)
	r.reloads++
	if refused := err != nil; ctx.Err() == nil && refused != (w == broken) {
		return fmt.Errorf("reloading configuration %d: %w", w, err)
	}
	return nil
}

// calmDown mends everything and waits until no connection is left.
func (r *rough) calmDown(ctx context.Context) error {
	r.town.mend()
	if err := r.town.write(r.config, calm); err != nil {
		return err
	}
	if _, err := r.exporter.reload(ctx); err != nil {
		return err
	}
	http.DefaultClient.CloseIdleConnections()
	for end := time.Now().Add(time.Minute); r.town.connections() > 0; {
		if time.Now().After(end) || !wait(ctx, 100*time.Millisecond) {
			return fmt.Errorf("%d connections to Thulium are left after a minute", r.town.connections())
		}
	}
	return nil
}

// around returns a duration of up to twice the mean.
func around(mean time.Duration, random *rand.Rand) time.Duration {
	return time.Duration(random.Int64N(int64(2 * mean)))
}
