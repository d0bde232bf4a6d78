package fleet

import (
	commonconfig "github.com/prometheus/common/config"

	"thulium_exporter/internal/progress"
)

// Option changes how a Fleet works.
type Option func(*Fleet)

// WithDialContext sets the function that opens connections.
func WithDialContext(dial commonconfig.DialContextFunc) Option {
	return func(f *Fleet) {
		f.clients.http = append(f.clients.http, commonconfig.WithDialContextFunc(dial))
	}
}

// WithMaxBody sets the maximum size of a response in bytes, compressed or not.
func WithMaxBody(bytes int64) Option {
	return func(f *Fleet) { f.clients.maxBody = bytes }
}

// Trackers returns the tracker of a new system, such as the Tracker method of a
// state file does.
type Trackers func(name, url string, settings progress.Lookup) *progress.Tracker

// WithTrackers sets where trackers of new systems come from. By default they are
// empty.
func WithTrackers(trackers Trackers) Option {
	return func(f *Fleet) { f.trackers = trackers }
}

// WithoutRateLimit removes the rate limit of requests on scrapes, for benchmarks.
func WithoutRateLimit() Option {
	return func(f *Fleet) { f.unlimited = true }
}
