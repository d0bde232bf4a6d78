package collector

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

var _ Source = (*Poller)(nil)

// maxBackoff is the longest pause after failures, unless the interval itself
// is longer: a system that works again is noticed within it.
const maxBackoff = 5 * time.Minute

// Poller asks the API at an interval and keeps the newest good answer. A
// snapshot never waits for the API. There is a goroutine only while a poll is
// under way: ten thousand pollers that wait have no stacks.
type Poller struct {
	schedule Schedule
	fetcher  *fetcher
	newest   atomic.Pointer[Snapshot]
	polled   atomic.Bool
	failures int // since the newest good answer; only a poll touches it

	mu      sync.Mutex
	timer   *time.Timer        // of the next poll; nil before Start
	cancel  context.CancelFunc // of the poll under way; nil if there is none
	stopped bool
	running sync.WaitGroup // holds one from Start until nothing can follow
}

// Schedule says when a Poller asks. All of it is needed but Delay.
type Schedule struct {
	Delay    time.Duration // from NewPoller to the first poll; spreads many pollers
	Interval time.Duration // between two polls
	MaxAge   time.Duration // how long a good answer is served
	Timeout  time.Duration // for one answer
}

// NewPoller returns a source that requests api once it is started, and adds to
// the history.
func NewPoller(api API, schedule Schedule, history *History) *Poller {
	p := &Poller{
		schedule: schedule,
		fetcher:  &fetcher{api: api, timeout: schedule.Timeout, history: history},
	}
	s := history.snapshot(errors.New("the first poll is not over yet"))
	s.Next = time.Now().Add(schedule.Delay)
	p.keep(s)
	return p
}

// Start begins to poll, until Stop. It is called once.
func (p *Poller) Start() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running.Add(1)
	p.timer = time.AfterFunc(time.Until(p.newest.Load().Next), p.run)
}

// Stop lets no other poll begin and gives up the one under way. It does not
// wait for its end.
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

// Wait returns when nothing runs any more after Stop.
func (p *Poller) Wait() { p.running.Wait() }

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

// unlessStopped does a step that Stop cannot interrupt. After Stop there are no
// more steps.
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

// poll asks, keeps the outcome unless ctx is done, and returns how long to wait
// for the next time.
func (p *Poller) poll(ctx context.Context) (pause time.Duration) {
	due := p.newest.Load().Next
	s := p.fetcher.fetch(ctx)
	if ctx.Err() != nil {
		return 0
	}
	p.failures++
	if s.Up() {
		p.failures = 0
	}
	pause = p.pause(time.Since(due))
	p.take(s, pause)
	return pause
}

// take keeps the outcome of a poll; the next one comes after a pause.
func (p *Poller) take(s *Snapshot, pause time.Duration) {
	if !s.Up() {
		old := p.newest.Load() // Latest drops its answer when it is too old
		s.Stats = old.Stats
	}
	s.Next = time.Now().Add(pause)
	p.keep(s)
	p.polled.Store(true)
}

func (p *Poller) keep(s *Snapshot) {
	s.Cached = true
	p.newest.Store(s)
}

// pause returns how long to wait after a poll that took as long as took. After
// failures it doubles each time, and varies by a tenth, so that many pollers do
// not come back all at once.
func (p *Poller) pause(took time.Duration) time.Duration {
	if p.failures == 0 {
		return p.schedule.Interval - took%p.schedule.Interval
	}
	longest := max(p.schedule.Interval, maxBackoff)
	backoff := min(p.schedule.Interval<<min(p.failures-1, 16), longest)
	backoff = time.Duration(float64(backoff) * (0.9 + 0.2*rand.Float64()))
	return max(backoff, p.fetcher.history.wait())
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
	stale.Stats = nil
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
