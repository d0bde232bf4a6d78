package collector

import (
	"errors"
	"time"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"

	"thulium_exporter/thulium"
)

// A system that flips all the time gets at most maxLines lines in linesInterval.
const (
	maxLines      = 4
	linesInterval = 4 * time.Minute
)

// requestLog decides what is logged about the requests of a system: the first
// failure of each kind, recovery and rejected entries at their own levels, all
// other failures at debug. It is not safe for concurrent use.
type requestLog struct {
	logger log.Logger

	logged, current health
	down            time.Time // when the outage began; zero if there is none
	outage          time.Duration
	suppressed      int                 // changes that were not logged
	written         [maxLines]time.Time // a ring
	next            int                 // in the ring: the oldest
}

// health is what a line is about: it is logged when it changes.
type health struct {
	failure  string // the result of the failed request; empty: none failed
	rejected int    // entries of the response
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

// line returns the line about a request that ended now.
func (l *requestLog) line(now time.Time, stats *thulium.Stats, err error) line {
	l.update(now, stats, err)
	if l.current == l.logged || now.Sub(l.written[l.next]) < linesInterval {
		if err == nil {
			return line{}
		}
		return line{level.Debug(l.logger), failureFields(err)}
	}
	line := l.change(stats, err)
	if l.suppressed > 1 { // besides this one
		line.fields = append(line.fields, "suppressed", l.suppressed-1)
	}
	l.logged, l.suppressed = l.current, 0
	l.written[l.next] = now
	l.next = (l.next + 1) % maxLines
	return line
}

// update updates the current health.
func (l *requestLog) update(now time.Time, stats *thulium.Stats, err error) {
	next := health{}
	switch {
	case err != nil:
		next = health{failure: resultOf(err), rejected: l.current.rejected}
		if l.down.IsZero() {
			l.down = now
		}
	default:
		next.rejected = stats.Rejected
		if !l.down.IsZero() {
			l.outage, l.down = now.Sub(l.down), time.Time{}
		}
	}
	if next != l.current {
		l.current = next
		l.suppressed++
	}
}

// change returns the line about what changed since the latest line.
func (l *requestLog) change(stats *thulium.Stats, err error) line {
	switch {
	case err != nil:
		return line{level.Warn(l.logger), failureFields(err)}
	case l.logged.failure != "":
		return line{level.Info(l.logger), []any{
			"msg", "Requests to Thulium succeed again", "outage", l.outage.Round(time.Second),
			"campaigns", len(stats.Campaigns), "rejected", stats.Rejected,
		}}
	case stats.Rejected > 0:
		return line{level.Warn(l.logger), []any{
			"msg", "Skipped invalid entries of the response", "rejected", stats.Rejected, "first", stats.FirstRejection,
		}}
	}
	return line{level.Info(l.logger), []any{"msg", "All entries of the response are valid again"}}
}

// failureFields describes a failure for the log.
func failureFields(err error) []any {
	fields := []any{"msg", "Request to Thulium failed", "result", resultOf(err)}
	failure, ok := errors.AsType[*thulium.Error](err)
	if !ok {
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
