package collector

import (
	"context"
	"time"

	"thulium_exporter/thulium"
)

// API is what a source needs of a client. *thulium.Client implements it.
type API interface {
	// Stats returns an answer that nobody changes any more, or an error. It
	// returns soon after ctx is done.
	Stats(ctx context.Context) (*thulium.Stats, error)
}

// Source says what is known of one system. It is safe for concurrent use.
type Source interface {
	// Snapshot returns what can be known before ctx is done. It never
	// returns nil and never fails: a failure is part of the snapshot.
	Snapshot(ctx context.Context) *Snapshot
	// Latest returns the newest snapshot at once, without asking anything.
	Latest() *Snapshot
	// Ready reports whether a scrape would get all that this source can give.
	Ready() bool
}

// Snapshot is what is known of one system at one moment. It is never changed
// after it was made, so it may be shared.
type Snapshot struct {
	// Stats holds the campaigns; nil if there is no good and fresh one.
	Stats *thulium.Stats
	// Changes says since when each campaign of Stats has been as it is, in
	// the same order.
	Changes []Change
	// Err says why the newest request failed, or why there is no answer.
	Err error
	// Cached is set when the answer did not come for this very scrape.
	Cached bool
	// Duration is how long the newest request took; 0 before the first.
	Duration time.Duration
	// LastSuccess is when the newest good answer arrived; zero before the
	// first. It carries a monotonic clock reading.
	LastSuccess time.Time
	// LastFailure is the newest request that failed, also after a recovery;
	// nil if none did.
	LastFailure *Failure
	// Next is when Thulium is asked again: the next poll or, for a source that
	// asks on each scrape, the earliest moment at which it may. Zero, or in the
	// past, means with the next scrape.
	Next time.Time
	// Requests counts the requests so far, by result.
	Requests [thulium.NumResults]uint64
}

// Failure is a request that failed.
type Failure struct {
	At  time.Time
	Err error
}

// Up reports whether the campaigns of the snapshot can be trusted.
func (s *Snapshot) Up() bool { return s.Stats != nil }
