package collector

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"thulium_exporter/internal/progress"
)

var _ Source = (*Poller)(nil)

// maxBackoff is the longest pause after failures, unless the interval itself
// is longer: a system that works again is noticed within it.
const maxBackoff = 5 * time.Minute

// Poller requests the API at an interval and keeps the latest successful
// response. A snapshot never waits for the API. A goroutine exists only during a
// poll: ten thousand idle ones would take 60 MB.
type Poller struct {
	schedule Schedule
	fetcher  *fetcher
	latest   atomic.Pointer[Snapshot]
	polled   atomic.Bool
	failures int // since the latest success; only a poll touches it

	mu      sync.Mutex
	timer   *time.Timer        // of the next poll; nil before Start
	cancel  context.CancelFunc // of the running poll; nil if there is none
	stopped bool
	running sync.WaitGroup // counts one from Start until no other poll can start
}

// Schedule is when a Poller makes requests. Only Delay is optional.
type Schedule struct {
	Delay    time.Duration // from NewPoller to the first poll; spreads many pollers
	Interval time.Duration // between two polls
	MaxAge   time.Duration // how long a successful response is served
	Timeout  time.Duration // of a request
}

// NewPoller returns a poller of api that adds to the history. Until its first poll
// it serves the latest response of the history.
func NewPoller(api API, schedule Schedule, history *History) *Poller {
	p := &Poller{
		schedule: schedule,
		fetcher:  &fetcher{api: api, timeout: schedule.Timeout, history: history},
	}
	s := history.snapshot(nil)
	s.Stats = history.latest()
	if s.Stats == nil && s.Err == nil {
		s.Err = errors.New("the first poll has not finished yet")
	}
	s.Next = time.Now().Add(schedule.Delay)
	p.store(s)
	p.polled.Store(p.Latest().Up())
	return p
}

// Start starts polling, until Stop. It must be called at most once.
func (p *Poller) Start() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running.Add(1)
	p.timer = time.AfterFunc(time.Until(p.latest.Load().Next), p.run)
}

// Stop stops polling and cancels the running poll, without waiting for it.
func (p *Poller) Stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopped = true
	if p.timer != nil && p.timer.Stop() {
		p.running.Done()
	}
	if p.cancel != nil {
		p.cancel()
	}
}

// Wait waits, after Stop, until nothing of the poller is running.
func (p *Poller) Wait() { p.running.Wait() }

// Refresh makes changes of the history by a reload visible, and polls at once if
// the latest poll failed.
func (p *Poller) Refresh() {
	before := p.latest.Load()
	s := *before
	s.Progress = p.fetcher.history.progress()
	p.latest.CompareAndSwap(before, &s) // fails if a poll has just ended
	p.mu.Lock()
	defer p.mu.Unlock()
	if s.Err != nil && p.timer != nil && p.timer.Stop() {
		p.timer.Reset(0)
	}
}

// run polls once and sets the timer for the next time.
func (p *Poller) run() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if p.unlessStopped(func() { p.cancel = cancel }) {
		pause := p.poll(ctx)
		p.unlessStopped(func() {
			p.cancel = nil
			p.timer.Reset(pause)
		})
	}
}

// unlessStopped calls step with the lock held, unless the poller has been stopped.
func (p *Poller) unlessStopped(step func()) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopped {
		p.running.Done()
		return false
	}
	step()
	return true
}

// poll makes a request, stores the outcome unless ctx is done, and returns the
// time until the next poll.
func (p *Poller) poll(ctx context.Context) (pause time.Duration) {
	due := p.latest.Load().Next
	s := p.fetcher.fetch(ctx)
	if ctx.Err() != nil {
		return 0
	}
	p.failures++
	if s.Up() {
		p.failures = 0
	}
	pause = p.pause(max(0, time.Since(due)))
	p.serve(s, pause)
	return pause
}

// serve publishes the outcome of a poll; pause is the time until the next one.
func (p *Poller) serve(s *Snapshot, pause time.Duration) {
	if !s.Up() {
		s.Stats = p.latest.Load().Stats // Latest drops them when they are too old
	}
	s.Next = time.Now().Add(pause)
	p.store(s)
	p.polled.Store(true)
}

func (p *Poller) store(s *Snapshot) {
	s.Cached = true
	p.latest.Store(s)
}

// pause returns how long to wait after a poll that took as long as took. After
// failures it doubles each time, and varies by a tenth, so that many pollers do
// not return all at once.
func (p *Poller) pause(took time.Duration) time.Duration {
	if p.failures == 0 {
		return p.schedule.Interval - took%p.schedule.Interval
	}
	longest := max(p.schedule.Interval, maxBackoff)
	backoff := min(p.schedule.Interval<<min(p.failures-1, 16), longest)
	backoff = time.Duration(float64(backoff) * (0.9 + 0.2*rand.Float64()))
	return max(backoff, p.fetcher.history.wait())
}

// Snapshot is Latest: it does not wait.
func (p *Poller) Snapshot(context.Context) *Snapshot { return p.Latest() }

// Latest returns the latest snapshot, without what has expired. It returns the
// same one as long as nothing changes.
func (p *Poller) Latest() *Snapshot {
	s := p.latest.Load()
	expired := p.expire(s)
	if expired == s || p.latest.CompareAndSwap(s, expired) {
		return expired
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
