package fleet

import (
	commonconfig "github.com/prometheus/common/config"

	"thulium_exporter/thulium"
)

// Option changes how systems are reached.
type Option func(*way)

// way is how systems are reached. It is not safe for concurrent use.
type way struct {
	userAgent string
	http      []commonconfig.HTTPClientOption
	maxBody   int64
	unzippers *thulium.Unzippers
	shared    transports
}

func newWay(userAgent string, reach ...Option) *way {
	w := &way{
		userAgent: userAgent,
		http:      []commonconfig.HTTPClientOption{commonconfig.WithIdleConnTimeout(idleTimeout)},
		unzippers: &thulium.Unzippers{},
		shared:    transports{},
	}
	for _, change := range reach {
		change(w)
	}
	return w
}

// WithDialContext connects by dial in place of the network.
func WithDialContext(dial commonconfig.DialContextFunc) Option {
	return func(w *way) { w.http = append(w.http, commonconfig.WithDialContextFunc(dial)) }
}

// WithMaxBody takes answers of at most so many bytes, compressed or not, in place
// of the client's own limit.
func WithMaxBody(bytes int64) Option {
	return func(w *way) { w.maxBody = bytes }
}
