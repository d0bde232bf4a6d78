package web

import (
	"thulium_exporter/internal/fleet"
	"thulium_exporter/internal/web/status"
)

// shown are the systems of a fleet as the status page wants them.
type shown struct{ fleet *fleet.Fleet }

var _ status.Systems = shown{}

// All returns the systems, sorted by name.
func (s shown) All() []status.System {
	all := s.fleet.All()
	systems := make([]status.System, len(all))
	for i, one := range all {
		systems[i] = show(one)
	}
	return systems
}

// Get returns the system of that name, if there is one.
func (s shown) Get(name string) (status.System, bool) {
	one := s.fleet.Get(name)
	if one == nil {
		return status.System{}, false
	}
	return show(one), true
}

func show(s *fleet.System) status.System {
	return status.System{System: s.System, Source: s}
}
