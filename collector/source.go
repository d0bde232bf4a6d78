// Package collector turns responses of a Thulium system into Prometheus metrics.
//
// A [Source] provides snapshots of a system, either by a request for each scrape
// ([OnScrape]) or from what a background task fetched ([Poller]). Both make their
// requests through the system's [Record], which outlives them. [Metrics] renders a
// [Snapshot] and does no I/O.
package collector

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"thulium_exporter/internal/progress"
	"thulium_exporter/thulium"
)

// API is the client that a source uses. *thulium.Client implements it.
type API interface {
	// Stats returns statistics, which nobody changes afterwards, or an error.
	Stats(ctx context.Context) (*thulium.Stats, error)
}

// Source provides what is known of one system. It is safe for concurrent use.
type Source interface {
	// Snapshot returns a snapshot before ctx is done or soon afterwards. It is
	// never nil: a failure is part of the snapshot.
	Snapshot(ctx context.Context) *Snapshot
	// Latest returns the latest snapshot at once, without any request.
	Latest() *Snapshot
	// Ready reports whether a scrape would get everything this source can provide.
	Ready() bool
}

// Snapshot is the knowledge of one system at one moment. It is immutable and may
// be shared.
type Snapshot struct {
	// Stats holds the campaigns served now; nil if there are none that are fresh
	// enough. A Poller keeps those of the latest successful response until they
	// are too old; until then, Err may be set as well.
	Stats *thulium.Stats
	// Progress is what is known as of the latest successful response. It is
	// kept while requests fail; nil if no successful response is known, from this
	// process or the state file, or if it is more than 24 hours old.
	Progress *progress.Report
	// Err is why the latest request failed, or why there are no Stats.
	Err error
	// Cached is set when the response did not come for this very scrape.
	Cached bool
	// Duration is how long the latest request took; 0 before the first.
	Duration time.Duration
	// LastSuccess is when the latest successful response arrived; zero before
	// the first. It carries a monotonic clock reading.
	LastSuccess time.Time
	// LastFailure is the latest request that failed, even after a recovery; nil
	// if none did.
	LastFailure *Failure
	// Next is the time of the next poll or, for a source that makes a request for
	// each scrape, when Retry-After will have passed. Zero, or in the past, means
	// with the next scrape.
	Next time.Time
	// Requests counts the requests so far, by result.
	Requests [thulium.NumResults]uint64
	// Looks counts the requests of looks, live; nil if there are none.
	Looks *LookRequests
	// Abandoned counts the requests that have not returned although their
	// deadline has passed.
	Abandoned int
	// Durations is the histogram of all requests. Unlike the rest it is live;
	// nil if there is none.
	Durations prometheus.Histogram
	// Since is the created timestamp of the counters.
	Since time.Time
}

// Failure is a request that failed.
type Failure struct {
	At  time.Time
	Err error
}

// Up reports whether the campaigns of the snapshot can be trusted.
func (s *Snapshot) Up() bool { return s.Stats != nil }
