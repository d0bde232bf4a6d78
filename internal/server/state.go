package server

import (
	"context"
	"iter"

	"github.com/prometheus/client_golang/prometheus"

	"thulium_exporter/internal/fleet"
	"thulium_exporter/internal/progress/statefile"
)

// keepState writes the progress of all systems to the state file periodically, and
// a last time when ctx is done.
func keepState(ctx context.Context, store *statefile.Store, systems *fleet.Fleet) {
	store.Run(ctx, func() iter.Seq[statefile.System] {
		return func(yield func(statefile.System) bool) {
			for _, s := range systems.All() {
				if !yield(statefile.System{Name: s.Name, URL: s.URL.String(), Tracker: s.Tracker()}) {
					return
				}
			}
		}
	})
}

// stateWritten returns the metric about the state file.
func stateWritten(store *statefile.Store) prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: name + "_state_last_write_successful",
		Help: "1 if the latest attempt to write the state file succeeded or, before the first one, nothing was wrong with the file, else 0.",
	}, func() float64 {
		if store.LastWriteSuccessful() {
			return 1
		}
		return 0
	})
}
