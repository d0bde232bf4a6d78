package collector

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/go-kit/log"
)

var _ Source = (*Poller)(nil)

// maxBackoff is the longest pause after failures, unless the interval itself
// is longer: a system that works again is noticed within it.
const maxBackoff = 5 * time.Minute

// Poller asks the API at an interval and keeps the newest good answer. A
// snapshot never waits for the API.
type Poller struct {
	schedule Schedule
	fetcher  *fetcher
	newest   atomic.Pointer[Snapshot]
	polled   atomic.Bool
}

// Schedule says when a Poller asks. All of it is needed but Delay.
type Schedule struct {
	Delay    time.Duration // before the first poll; spreads many pollers
	Interval time.Duration // between two polls
	MaxAge   time.Duration // how long a good answer is served
	Timeout  time.Duration // for one answer
}

// NewPoller returns a source that asks api while Run runs, and reports the
// counts of requests.
func NewPoller(api API, schedule Schedule, requests *Requests, logger log.Logger) *Poller {
	p := &Poller{
		schedule: schedule,
		fetcher:  &fetcher{api: api, timeout: schedule.Timeout, requests: requests, logger: logger},
	}
	s := p.fetcher.without(errors.New("the first poll is not over yet"))
	s.Next = time.Now().Add(schedule.Delay)
	p.keep(s)
	return p
}

// Run polls until ctx is done.
func (p *Poller) Run(ctx context.Context) {
	timer := time.NewTimer(p.schedule.Delay)
	defer timer.Stop()
	failures := 0
	for {
		select {
		case <-ctx.Done():
			return
		case start := <-timer.C:
			s := p.fetcher.fetch(ctx)
			if ctx.Err() != nil {
				return
			}
			failures++
			if s.Up() {
				failures = 0
			}
			pause := p.pause(failures, time.Since(start))
			p.take(s, pause)
			timer.Reset(pause)
		}
	}
}

// take keeps the outcome of a poll; the next one comes after a pause.
func (p *Poller) take(s *Snapshot, pause time.Duration) {
	if !s.Up() {
		old := p.newest.Load() // Latest drops its answer when it is too old
		s.Answer, s.Changes = old.Answer, old.Changes
	}
	s.Next = time.Now().Add(pause)
	p.keep(s)
	p.polled.Store(true)
}

func (p *Poller) keep(s *Snapshot) {
	s.Cached, s.memo = true, &memo{}
	p.newest.Store(s)
}

// pause returns how long to wait after a poll that took as long as took. After
// failures it doubles each time, and varies by a tenth, so that many pollers do
// not come back all at once.
func (p *Poller) pause(failures int, took time.Duration) time.Duration {
	if failures == 0 {
		return p.schedule.Interval - took%p.schedule.Interval
	}
	longest := max(p.schedule.Interval, maxBackoff)
	backoff := min(p.schedule.Interval<<min(failures-1, 16), longest)
	backoff = time.Duration(float64(backoff) * (0.9 + 0.2*rand.Float64()))
	return max(backoff, p.fetcher.wait())
}

// Snapshot returns what is known now; it does not wait.
func (p *Poller) Snapshot(context.Context) *Snapshot { return p.Latest() }

// Latest returns the newest snapshot, without its answer if that is too old.
func (p *Poller) Latest() *Snapshot {
	s := p.newest.Load()
	if !s.Up() {
		return s
	}
	old := age(time.Now(), s.LastSuccess)
	if old <= p.schedule.MaxAge {
		return s
	}
	stale := *s
	stale.Answer, stale.Changes, stale.memo = nil, nil, nil
	if stale.Err == nil {
		stale.Err = fmt.Errorf("the newest answer is %s old", old.Round(time.Second))
	}
	return &stale
}

// Ready reports whether the first poll is over, however it ended.
func (p *Poller) Ready() bool { return p.polled.Load() }

// age says how long ago t was. The monotonic clock does not jump, but it stands
// still while the machine sleeps; the wall clock does the opposite. The larger
// of the two never makes an answer look younger than it is.
func age(now, t time.Time) time.Duration {
	return max(now.Sub(t), now.Round(0).Sub(t.Round(0)))
}
