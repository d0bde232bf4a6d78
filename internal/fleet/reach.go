package fleet

import (
	commonconfig "github.com/prometheus/common/config"

	"thulium_exporter/thulium"
)

// Reach changes how systems are reached.
type Reach func(*way)

// way is how systems are reached; the zero value is what users want.
type way struct {
	http      []commonconfig.HTTPClientOption
	maxBody   int64
	unzippers *thulium.Unzippers
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

// sharing lends all systems the same unzippers.
func sharing(u *thulium.Unzippers) Reach { return func(w *way) { w.unzippers = u } }
