package progress

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Saved is what a tracker knows, as JSON in the state file. Files of earlier and
// later versions are read: unknown members are ignored, missing ones are 0.
type Saved struct {
	At           time.Time `json:"at"`
	OutsideHours float64   `json:"outside_hours,omitempty"`
	System       *tracked  `json:"system,omitempty"`
	Campaigns    []tracked `json:"campaigns"`
	Absent       []tracked `json:"absent"`
}

// Save returns what the tracker knows; nil before the first response.
func (t *Tracker) Save() *Saved {
	r := t.Report()
	if r == nil {
		return nil
	}
	s := &Saved{At: r.At.UTC(), OutsideHours: r.OutsideHours, Campaigns: r.campaigns, Absent: r.absent}
	if r.system.Since != 0 {
		s.System = &r.system
	}
	return s
}

// Restore returns a tracker that knows what was saved, which has to be valid, or
// nothing yet if that is nil.
func Restore(saved *Saved, settings Lookup) *Tracker {
	t := New(settings)
	if saved != nil {
		r := &Report{At: saved.At, OutsideHours: saved.OutsideHours, campaigns: saved.Campaigns, absent: saved.Absent}
		if saved.System != nil {
			r.system = *saved.System
		}
		t.latest = r.with(settings)
	}
	return t
}

// Validate returns an error if no tracker saves such values.
func (s *Saved) Validate() error {
	if s.At.IsZero() || s.System != nil && !s.System.valid() {
		return errors.New("the values of the system are missing or out of range")
	}
	seen := make(map[string]bool, len(s.Campaigns)+len(s.Absent))
	for _, c := range slices.Concat(s.Campaigns, s.Absent) {
		if c.ID == "" || !c.valid() || !c.Days.valid() {
			return fmt.Errorf("the values of campaign %q are out of range", c.ID)
		}
		if seen[c.ID] {
			return fmt.Errorf("campaign %q occurs twice", c.ID)
		}
		seen[c.ID] = true
	}
	return nil
}

func (c *tracked) valid() bool {
	return c.Percent <= 100 && min(c.Records, c.Percent, c.Done, c.Size, c.Idle, float64(c.Begun),
		float64(min(c.PaceRecords, c.PaceSeconds, c.LongRecords, c.LongSeconds, c.Steps, c.StepSeconds))) >= 0
}
