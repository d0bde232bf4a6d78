package collector

import (
	"testing"
	"time"

	"github.com/go-kit/log"

	"thulium_exporter/internal/progress"
	"thulium_exporter/thulium"
)

// TestPollerAfterJump moves the wall clock under a poller that holds a response:
// forward by hand, or by a suspend, during which the monotonic clock stops. The
// response is dropped as soon as it may be too old.
func TestPollerAfterJump(t *testing.T) {
	for name, tt := range map[string]struct {
		jump time.Duration
		up   bool
		says string
	}{
		"none":                      {0, true, ""},
		"forward, within the age":   {59 * time.Second, true, ""},
		"forward, beyond the age":   {time.Hour, false, "the latest response is older than 1m0s"},
		"a weekend in suspend":      {62 * time.Hour, false, "the latest response is older than 1m0s"},
		"from 1970, without an RTC": {56 * 365 * 24 * time.Hour, false, "the latest response is older than 1m0s"},
	} {
		t.Run(name, func(t *testing.T) {
			p := NewPoller(nil, Schedule{MaxAge: time.Minute}, NewRecord(progress.New(nil), log.NewNopLogger()), NewPlaces())
			p.store(&Snapshot{Stats: &thulium.Stats{}, LastSuccess: time.Now().Round(0).Add(-tt.jump)})
			s := p.Latest()
			if s.Up() != tt.up {
				t.Errorf("up is %t, want %t", s.Up(), tt.up)
			}
			if says := s.Err; (says == nil) != tt.up || says != nil && says.Error() != tt.says {
				t.Errorf("it says %v, want %q", says, tt.says)
			}
		})
	}
}
