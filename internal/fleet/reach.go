package fleet

import (
	commonconfig "github.com/prometheus/common/config"

	"thulium_exporter/thulium"
)

// Reach changes how systems are reached.
type Reach func(*way)

// way is how systems are reached. It is not safe for concurrent use.
type way struct {
	userAgent string
	http      []commonconfig.HTTPClientOption
	maxBody   int64
	unzippers *thulium.Unzippers
	shared    transports
}

func newWay(userAgent string, reach ...Reach) *way {
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

// ReachBy connects by dial in place of the network.
func ReachBy(dial commonconfig.DialContextFunc) Reach {
	return func(w *way) { w.http = append(w.http, commonconfig.WithDialContextFunc(dial)) }
}

// ReachUpTo takes answers of at most so many bytes, compressed or not, in place
// of the client's own limit.
func ReachUpTo(bytes int64) Reach {
	return func(w *way) { w.maxBody = bytes }
}
