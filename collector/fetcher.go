package collector

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"

	"thulium_exporter/thulium"
)

// fetcher asks the API and keeps what outlives a single answer. Both sources
// are built on it. It is safe for concurrent use.
type fetcher struct {
	api      API
	requests *Requests
	logger   log.Logger
	timeout  time.Duration // for one answer

	mu          sync.Mutex
	duration    time.Duration
	lastSuccess time.Time
	failure     error     // of the newest request; nil after a good one
	lastFailure *Failure  // kept after a recovery
	notBefore   time.Time // the server asked to be left alone until then
	rejected    int       // entries of the newest good answer
	memory      memory    // of the campaigns
}

// fetch asks once, unless the server asked to be left alone.
func (f *fetcher) fetch(ctx context.Context) *Snapshot {
	if f.wait() > 0 {
		return f.without(nil)
	}
	ctx, cancel := context.WithTimeout(ctx, f.timeout)
	defer cancel()
	start := time.Now()
	answer, err := f.api.Stats(ctx)
	if errors.Is(err, context.Canceled) {
		return f.without(err) // nobody waits for it, so it says nothing of Thulium
	}
	changes := f.record(answer, err, time.Since(start))
	s := f.without(nil)
	s.Stats, s.Changes = answer, changes
	return s
}

// wait says how long the server still wants to be left alone.
func (f *fetcher) wait() time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	return max(0, time.Until(f.notBefore))
}

// record takes in how a request ended and returns the changes of its campaigns.
func (f *fetcher) record(answer *thulium.Stats, err error, took time.Duration) []Change {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.duration = took
	f.logChange(answer, err)
	f.failure = err
	if err == nil {
		f.lastSuccess = time.Now()
		f.rejected = answer.Rejected
		return f.memory.next(answer.Campaigns, f.lastSuccess)
	}
	f.lastFailure = &Failure{At: time.Now(), Err: err}
	var failure *thulium.Error
	if errors.As(err, &failure) && failure.RetryAfter > 0 {
		f.notBefore = time.Now().Add(failure.RetryAfter)
	}
	return nil
}

// without returns the state of this moment without an answer, because of err
// or, if that is nil, because of the newest failure.
func (f *fetcher) without(err error) *Snapshot {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err == nil {
		err = f.failure
	}
	return &Snapshot{
		Err:         err,
		Duration:    f.duration,
		LastSuccess: f.lastSuccess,
		LastFailure: f.lastFailure,
		Next:        f.notBefore,
		Requests:    f.requests.snapshot(),
	}
}

// logChange logs what is new: the first failure of a kind, the recovery, and
// entries that can not be used. The rest is for those who debug. It wants the
// lock held.
func (f *fetcher) logChange(answer *thulium.Stats, err error) {
	if err != nil {
		logger := level.Debug(f.logger)
		if f.failure == nil || resultOf(f.failure) != resultOf(err) {
			logger = level.Warn(f.logger)
		}
		_ = logger.Log(failureFields(err)...)
		return
	}
	if f.failure != nil {
		_ = level.Info(f.logger).Log("msg", "Thulium answers again", "campaigns", len(answer.Campaigns))
	}
	if answer.Rejected != f.rejected && answer.Rejected > 0 {
		_ = level.Warn(f.logger).Log("msg", "Some entries of the answer cannot be used and are left out",
			"rejected", answer.Rejected, "first", answer.FirstRejection)
	}
}

// failureFields describes a failure for the log.
func failureFields(err error) []any {
	fields := []any{"msg", "No usable answer from Thulium", "result", resultOf(err), "err", err}
	var failure *thulium.Error
	if !errors.As(err, &failure) {
		return fields
	}
	if failure.RetryAfter > 0 {
		fields = append(fields, "retry_after", failure.RetryAfter)
	}
	return append(fields, "hint", failure.Hint())
}

// resultOf names the kind of a failure.
func resultOf(err error) string {
	var failure *thulium.Error
	if errors.As(err, &failure) {
		return failure.Result.String()
	}
	return fmt.Sprintf("%T", err)
}
