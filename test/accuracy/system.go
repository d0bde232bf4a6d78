package main

import "thulium_exporter/internal/progress"

// system scores the alarms for the system as a whole.
type system struct {
	firing bool

	outage, everybody, wrong int // alarms by what was the matter
}

// judge takes in the verdict about the system as of a response.
func (s *system) judge(w *centre, report *progress.Report, listed []*campaign) {
	firing := report.Threshold > 0 && report.Idle >= report.Threshold
	if firing && !s.firing {
		switch {
		case w.halted != nil || w.ended > 0 && w.clock-w.ended <= afterglow:
			s.outage++
		case w.blocked:
			s.everybody++
		default:
			s.wrong++
		}
	}
	s.firing = firing
	if !firing || w.halted == nil {
		return
	}
	if w.halted.told == 0 {
		w.halted.told = w.clock
	}
	for _, c := range listed {
		if c.spell != nil {
			c.spell.system = true
		}
	}
}
