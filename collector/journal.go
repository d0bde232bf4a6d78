package collector

import (
	"errors"
	"time"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"
	"golang.org/x/time/rate"

	"thulium_exporter/thulium"
)

// Rate limit of log lines for a system whose state flips all the time: a burst of
// lines, then one per interval.
const (
	lineInterval = time.Minute
	lineBurst    = 4
)

// journal logs the requests of a system: the first failure of each kind, recovery
// and rejected entries at their own levels, everything else at debug. It is not
// safe for concurrent use.
type journal struct {
	logger log.Logger
	limit  *rate.Limiter

	logged, current state
	down            time.Time // when the outage began; zero if there is none
	outage          time.Duration
	suppressed      int // changes that were not logged
}

// state is the part of a system's state whose changes are logged.
type state struct {
	failure  string // the kind of failure; empty: none
	rejected int    // entries of the response
}

func newJournal(logger log.Logger) journal {
	return journal{logger: logger, limit: rate.NewLimiter(rate.Every(lineInterval), lineBurst)}
}

// line is a log line that has not been written yet.
type line struct {
	logger log.Logger
	fields []any
}

// write writes the line; it may block. Errors are ignored.
func (l line) write() {
	if l.logger != nil {
		_ = l.logger.Log(l.fields...)
	}
}

// entry returns the line about a request that ended now.
func (j *journal) entry(now time.Time, stats *thulium.Stats, err error) line {
	j.follow(now, stats, err)
	if j.current == j.logged || !j.limit.AllowN(now, 1) {
		return j.routine(err)
	}
	line := j.change(stats, err)
	if j.suppressed > 0 {
		line.fields = append(line.fields, "suppressed", j.suppressed)
	}
	j.logged, j.suppressed = j.current, 0
	return line
}

// follow updates the state.
func (j *journal) follow(now time.Time, stats *thulium.Stats, err error) {
	next := state{}
	switch {
	case err != nil:
		next = state{failure: resultOf(err), rejected: j.current.rejected}
		if j.down.IsZero() {
			j.down = now
		}
	default:
		next.rejected = stats.Rejected
		if !j.down.IsZero() {
			j.outage, j.down = now.Sub(j.down), time.Time{}
		}
	}
	if next != j.current {
		j.current = next
		j.suppressed++
	}
}

// routine returns the line for a request whose change, if any, is not logged.
func (j *journal) routine(err error) line {
	if err == nil {
		return line{}
	}
	return line{level.Debug(j.logger), failureFields(err)}
}

// change returns the line for a request that changed the state since it was last
// logged.
func (j *journal) change(stats *thulium.Stats, err error) line {
	j.suppressed-- // this one is logged
	switch {
	case err != nil:
		return line{level.Warn(j.logger), failureFields(err)}
	case j.logged.failure != "":
		return line{level.Info(j.logger), []any{
			"msg", "Requests to Thulium succeed again", "outage", j.outage.Round(time.Second),
			"campaigns", len(stats.Campaigns), "rejected", stats.Rejected,
		}}
	case stats.Rejected > 0:
		return line{level.Warn(j.logger), []any{
			"msg", "Skipped invalid entries of the response", "rejected", stats.Rejected, "first", stats.FirstRejection,
		}}
	}
	return line{level.Info(j.logger), []any{"msg", "All entries of the response are valid again"}}
}

// failureFields describes a failure for the log.
func failureFields(err error) []any {
	fields := []any{"msg", "Request to Thulium failed", "result", resultOf(err)}
	var failure *thulium.Error
	if !errors.As(err, &failure) {
		return append(fields, "err", err)
	}
	plain := *failure
	plain.RequestID = "" // it has a field of its own
	fields = append(fields, "err", &plain)
	if failure.RequestID != "" {
		fields = append(fields, "request_id", failure.RequestID)
	}
	if failure.RetryAfter > 0 {
		fields = append(fields, "retry_after", failure.RetryAfter)
	}
	return append(fields, "hint", failure.Hint())
}

// retryAfter returns the Retry-After of a failed request, or 0.
func retryAfter(err error) time.Duration {
	var failure *thulium.Error
	if errors.As(err, &failure) {
		return failure.RetryAfter
	}
	return 0
}

// resultOf names the kind of a failure, as the status page does.
func resultOf(err error) string {
	var failure *thulium.Error
	if errors.As(err, &failure) {
		return failure.Result.String()
	}
	return "unknown"
}
