package collector

import (
	"errors"
	"time"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"

	"thulium_exporter/thulium"
)

// requestLog logs the requests of a system: the first failure of each kind, recovery
// and a changed number of rejected entries at their own levels, all other failures at
// debug. It is not safe for concurrent use.
type requestLog struct {
	logger   log.Logger
	failure  string    // the result of the latest request; empty if it succeeded
	down     time.Time // when the outage began; zero if there is none
	rejected int       // entries of the latest response
}

// add logs a request that ended now.
func (l *requestLog) add(now time.Time, stats *thulium.Stats, err error) {
	if err != nil {
		l.failed(now, err)
		return
	}
	switch {
	case !l.down.IsZero():
		_ = level.Info(l.logger).Log("msg", "Requests to Thulium succeed again", "outage", now.Sub(l.down).Round(time.Second),
			"campaigns", len(stats.Campaigns), "rejected", stats.Rejected)
	case stats.Rejected == l.rejected:
	case stats.Rejected > 0:
		_ = level.Warn(l.logger).Log("msg", "Skipped invalid entries of the response",
			"rejected", stats.Rejected, "first", stats.FirstRejection)
	default:
		_ = level.Info(l.logger).Log("msg", "All entries of the response are valid again")
	}
	l.failure, l.down, l.rejected = "", time.Time{}, stats.Rejected
}

func (l *requestLog) failed(now time.Time, err error) {
	if l.down.IsZero() {
		l.down = now
	}
	logger := level.Debug(l.logger)
	if result := resultOf(err); result != l.failure {
		l.failure = result
		logger = level.Warn(l.logger)
	}
	_ = logger.Log(failureFields(err)...)
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
