package web

import (
	"thulium_exporter/internal/fleet"
	"thulium_exporter/internal/web/status"
)

// statusSystems returns the systems of a fleet for the status page.
func statusSystems(f *fleet.Fleet) func() []status.System {
	return func() []status.System {
		all := f.All()
		systems := make([]status.System, len(all))
		for i, s := range all {
			systems[i] = status.System{System: s.System, Snapshot: s.Latest()}
		}
		return systems
	}
}
