package fleet

import (
	commonconfig "github.com/prometheus/common/config"

	"thulium_exporter/internal/progress"
)

// Option changes how a Fleet works.
type Option func(*Fleet)

// WithDialContext connects by dial in place of the network.
func WithDialContext(dial commonconfig.DialContextFunc) Option {
	return func(f *Fleet) {
		f.clients.http = append(f.clients.http, commonconfig.WithDialContextFunc(dial))
	}
}

// WithMaxBody accepts responses of at most so many bytes, compressed or not, in
// place of the client's own limit.
func WithMaxBody(bytes int64) Option {
	return func(f *Fleet) { f.clients.maxBody = bytes }
}

// Trackers returns the tracker of a system that is new. The Tracker method of a
// state file is one.
type Trackers func(name, url string, settings progress.Lookup) *progress.Tracker

// WithTrackers uses trackers in place of ones that know nothing yet.
func WithTrackers(trackers Trackers) Option {
	return func(f *Fleet) { f.trackers = trackers }
}

// WithoutRateLimit lets requests of scrapes follow each other without a pause,
// for benchmarks.
func WithoutRateLimit() Option {
	return func(f *Fleet) { f.unlimited = true }
}
