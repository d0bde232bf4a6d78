package collector

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"

	"thulium_exporter/internal/progress"
)

var _ Source = (*Poller)(nil)

// maxBackoff is the longest pause after failures, unless the interval itself
// is longer: a system that works again is noticed within it.
const maxBackoff = 5 * time.Minute

// Poller requests the API at an interval and keeps the latest successful
// response. A snapshot never waits for the API.
type Poller struct {
	api      API
	schedule Schedule
	record   *Record
	places   *Places
	latest   atomic.Pointer[Snapshot]
	polled   atomic.Bool
	failures int           // since the latest success; only Run touches it
	reloaded chan struct{} // the time of the next poll may have changed
}

// Schedule is when a Poller makes requests. Only Delay is optional.
type Schedule struct {
	Delay    time.Duration // from NewPoller to the first poll; spreads many pollers
	Interval time.Duration // between two polls
	MaxAge   time.Duration // how long a successful response is served
	Timeout  time.Duration // of a request
}

// NewPoller returns a poller of api that adds to the record, among others that share
// the places. Until its first poll it serves the latest response of the record. That
// poll is at least ten seconds after the latest request of the record.
func NewPoller(api API, schedule Schedule, record *Record, places *Places) *Poller {
	p := &Poller{api: api, schedule: schedule, record: record, places: places, reloaded: make(chan struct{}, 1)}
	s := record.latest()
	if s.Stats == nil && s.Err == nil {
		s.Err = errors.New("the first poll has not finished yet")
	}
	s.Next = later(time.Now().Add(schedule.Delay), record.after(reloadInterval))
	p.store(s)
	p.polled.Store(p.Latest().Up())
	return p
}

// Run polls until ctx is done. It must be called at most once.
func (p *Poller) Run(ctx context.Context) {
	timer := time.NewTimer(time.Until(p.latest.Load().Next))
	defer timer.Stop()
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-p.reloaded:
		case <-timer.C:
			p.poll(ctx)
		}
		timer.Reset(time.Until(p.latest.Load().Next))
	}
}

// Reload makes changes of the record by a reload visible. If the latest poll failed,
// the next one is now or ten seconds after that one began.
func (p *Poller) Reload() {
	before := p.latest.Load()
	s := *before
	s.Progress = p.record.progress()
	if next := later(time.Now(), p.record.after(reloadInterval)); s.Err != nil && p.Ready() && next.Before(s.Next) {
		s.Next = next
	}
	p.latest.CompareAndSwap(before, &s) // fails if a poll has just ended
	select {
	case p.reloaded <- struct{}{}:
	default:
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// poll waits for a place, makes a request and stores the outcome, unless ctx is done.
func (p *Poller) poll(ctx context.Context) {
	due := p.latest.Load().Next
	leave, err := p.places.enter(ctx)
	if err != nil {
		return
	}
	s := p.record.fetch(ctx, p.api, p.schedule.Timeout)
	leave()
	if ctx.Err() != nil {
		return
	}
	p.failures++
	if s.Up() {
		p.failures = 0
	} else {
		s.Stats = p.latest.Load().Stats // Latest drops them when they are too old
	}
	s.Next = time.Now().Add(p.pause(max(0, time.Since(due))))
	p.store(s)
	p.polled.Store(true)
}

func (p *Poller) store(s *Snapshot) {
	s.Cached = true
	p.latest.Store(s)
}

// pause returns how long to wait after a poll that ended so long after it was due.
// After failures it doubles each time, and is up to a tenth shorter, so that many
// pollers do not return all at once.
func (p *Poller) pause(took time.Duration) time.Duration {
	pause := p.schedule.Interval
	if p.failures == 0 {
		return pause - took%pause
	}
	longest := max(pause, maxBackoff)
	for i := 1; i < p.failures && pause < longest; i++ {
		pause *= 2
	}
	pause = min(pause, longest)
	pause -= rand.N(pause/10 + 1)
	return max(pause, p.record.pause())
}

// Snapshot is Latest: it does not wait.
func (p *Poller) Snapshot(context.Context) *Snapshot { return p.Latest() }

// Latest returns the latest snapshot, without what has expired. It returns the
// same one as long as nothing changes.
func (p *Poller) Latest() *Snapshot {
	s := p.latest.Load()
	current := p.expire(s)
	if current == s || p.latest.CompareAndSwap(s, current) {
		return current
	}
	return p.latest.Load() // a poll has just ended, or another caller was first
}

// expire returns s without what has expired; s itself if nothing has.
func (p *Poller) expire(s *Snapshot) *Snapshot {
	now := time.Now()
	stale := s.Up() && progress.Elapsed(s.LastSuccess, now) > p.schedule.MaxAge
	forgotten := s.Progress != nil && s.Progress.Expired(now)
	if !stale && !forgotten {
		return s
	}
	next := *s
	if stale {
		next.Stats = nil
		if next.Err == nil {
			next.Err = fmt.Errorf("the latest response is older than %s", p.schedule.MaxAge)
		}
	}
	if forgotten {
		next.Progress = nil
	}
	return &next
}

// Ready reports whether there is a response, or the first poll has finished.
func (p *Poller) Ready() bool { return p.polled.Load() }

const (
	// maxPolls limits the polls under way, and so memory and file descriptors. At
	// 100 ms per response that is 2,560 polls a second.
	maxPolls = 256
	// slowAfter is when a poll leaves its place to others, so that systems that hang
	// until their timeout do not delay those that respond.
	slowAfter = time.Second
	// maxSlowPolls limits the polls that have left their place.
	maxSlowPolls = 1024
)

// Places limits the polls of all systems that are under way. It is safe for
// concurrent use.
type Places struct{ polls, slow *semaphore.Weighted }

// NewPlaces returns free places.
func NewPlaces() *Places {
	return &Places{polls: semaphore.NewWeighted(maxPolls), slow: semaphore.NewWeighted(maxSlowPolls)}
}

// enter waits for a place. The caller must leave it.
func (p *Places) enter(ctx context.Context) (leave func(), err error) {
	if err := p.polls.Acquire(ctx, 1); err != nil {
		return nil, err
	}
	release := sync.OnceFunc(func() { p.polls.Release(1) })
	done := make(chan struct{})
	timer := time.AfterFunc(slowAfter, func() {
		if !p.slow.TryAcquire(1) {
			return
		}
		release()
		<-done
		p.slow.Release(1)
	})
	return func() {
		timer.Stop()
		close(done)
		release()
	}, nil
}
