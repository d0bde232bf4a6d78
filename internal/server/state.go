package server

import (
	"context"
	"iter"

	"thulium_exporter/internal/fleet"
	"thulium_exporter/internal/progress/statefile"
)

// keepState writes the progress of all systems to the state file periodically, and
// a last time when ctx is done.
func keepState(ctx context.Context, store *statefile.Store, systems *fleet.Fleet) {
	store.Run(ctx, func() iter.Seq[statefile.Entry] {
		return func(yield func(statefile.Entry) bool) {
			for _, s := range systems.All() {
				if !yield(statefile.Entry{Name: s.Name, URL: s.URL.String(), Tracker: s.Tracker()}) {
					return
				}
			}
		}
	})
}
