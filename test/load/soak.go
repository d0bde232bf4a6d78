package main

import (
	"bytes"
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

// soak is a long storm of faults, floods, reloads and scrapes. What the exporter
// uses must end where it began, and every patient scrape must be served in time.
type soak struct {
	binary string
	length time.Duration
	seed   uint64
	out    io.Writer
}

const (
	// impatientCount is the number of scrapers who often hang up. Patient ones
	// are one for each way to fetch.
	impatientCount = 4
	// warmUp is the part of the length after which levels are first taken:
	// by then all that is made once has been made.
	warmUp = 5
	// Means of the pauses between what happens at random.
	faultPause  = 500 * time.Millisecond
	reloadPause = 4 * time.Second
)

// storm is an exporter in the middle of it.
type storm struct {
	exporter *exporter
	systems  *systems
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
	st := &storm{
		systems: newSystems(),
		config:  filepath.Join(dir, "systems.yml"),
		random:  rand.New(rand.NewPCG(s.seed, 0)),
	}
	defer st.systems.close()
	if err := st.systems.write(st.config, calm); err != nil {
		return err
	}
	if st.exporter, err = start(ctx, s.binary, "--config.file="+st.config, "--state.file="+filepath.Join(dir, "state.json")); err != nil {
		return err
	}
	defer st.exporter.stop()
	before, err := st.rageAndCalm(ctx, s.length/warmUp)
	if err != nil {
		return err
	}
	after, err := st.rageAndCalm(ctx, s.length-s.length/warmUp)
	if err != nil {
		return err
	}
	return s.report(st, before, after)
}

// rageAndCalm returns the levels in the calm after a storm.
func (st *storm) rageAndCalm(ctx context.Context, length time.Duration) (levels, error) {
	raging, end := context.WithTimeout(ctx, length)
	defer end()
	var clients sync.WaitGroup
	for _, system := range []string{fetched, polled} {
		s := newScraper(st.exporter.url, st.random.Uint64(), &st.scraped)
		clients.Go(func() { s.patient(raging, system) })
	}
	for range impatientCount {
		s := newScraper(st.exporter.url, st.random.Uint64(), &st.scraped)
		clients.Go(func() { s.impatient(raging) })
	}
	for _, f := range floods() {
		clients.Go(func() { f.run(raging, st.exporter.address) })
	}
	err := st.change(raging)
	end()
	clients.Wait()
	if err := errors.Join(err, ctx.Err(), st.calmDown(ctx)); err != nil {
		return levels{}, err
	}
	return st.measure(ctx)
}

// change changes faults and reloads until ctx is done.
func (st *storm) change(ctx context.Context) error {
	fault, reload := time.NewTimer(0), time.NewTimer(0)
	defer fault.Stop()
	defer reload.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-fault.C:
			st.systems.strike(st.random)
			st.faults++
			fault.Reset(around(faultPause, st.random))
		case <-reload.C:
			if err := st.load(ctx, variant(st.random.IntN(int(variants)))); err != nil {
				return err
			}
			st.reloads++
			reload.Reset(around(reloadPause, st.random))
		}
	}
}

// load makes the exporter load one variant of the configuration.
func (st *storm) load(ctx context.Context, v variant) error {
	if err := st.systems.write(st.config, v); err != nil {
		return err
	}
	_, err := st.exporter.reload(ctx)
	if refused := err != nil; ctx.Err() == nil && refused != (v == invalid) {
		return fmt.Errorf("reloading configuration %d: %w", v, err)
	}
	return nil
}

// calmDown mends everything, and waits until each system has its campaigns and
// no connection is left.
func (st *storm) calmDown(ctx context.Context) error {
	st.systems.mend()
	if err := st.load(ctx, complete); err != nil {
		return err
	}
	if err := eventually(ctx, st.recovered); err != nil {
		return err
	}
	if err := st.load(ctx, calm); err != nil {
		return err
	}
	http.DefaultClient.CloseIdleConnections()
	return eventually(ctx, func(context.Context) error {
		if n := st.systems.connections(); n > 0 {
			return fmt.Errorf("%d connections to Thulium are left", n)
		}
		return nil
	})
}

// recovered returns an error unless all systems are up. Its scrapes are like those
// of the storm, so that afterwards the same is cached each time.
func (st *storm) recovered(ctx context.Context) error {
	for _, one := range st.systems.all {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, st.exporter.url+"/probe?target="+one.name, http.NoBody)
		if err != nil {
			return err
		}
		req.Header.Set("Accept-Encoding", "identity")
		body, err := read(req)
		if err != nil {
			return err
		}
		if !bytes.Contains(body, []byte("\nthulium_up 1\n")) {
			return fmt.Errorf("%s is not up", one.name)
		}
	}
	return nil
}

// eventually calls try until it succeeds, for a minute.
func eventually(ctx context.Context, try func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		err := try(ctx)
		if err == nil || !wait(ctx, 100*time.Millisecond) {
			return err
		}
	}
}

// around returns a duration of up to twice the mean.
func around(mean time.Duration, random *rand.Rand) time.Duration {
	return time.Duration(random.Int64N(int64(2 * mean)))
}
