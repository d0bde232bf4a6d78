package progress

import (
	"testing"
	"time"
)

// TestElapsed covers what no test can do to the real clocks. A reading without its
// monotonic part shows what the wall clock alone would say.
func TestElapsed(t *testing.T) {
	start := time.Now()
	wall := start.Round(0)
	for name, tt := range map[string]struct {
		now  time.Time
		want time.Duration
	}{
		"no time":                     {start, 0},
		"a minute":                    {start.Add(time.Minute), time.Minute},
		"suspended for an hour":       {wall.Add(time.Hour), time.Hour},
		"wall clock set back an hour": {wall.Add(-time.Hour), -time.Hour},
	} {
		if got := Elapsed(start, tt.now); got != tt.want {
			t.Errorf("%s: got %s, want %s", name, got, tt.want)
		}
	}
}
