package fleet

import (
	"testing"
	"time"
)

// TestPhase: first polls are spread, over no more than the poll interval.
func TestPhase(t *testing.T) {
	for _, tt := range []struct {
		interval     time.Duration
		count        int
		within, each time.Duration // each such part of the time has some
	}{
		{time.Hour, 1, 0, time.Second},
		{time.Hour, 101, 2 * time.Second, 200 * time.Millisecond},
		{time.Minute, 10_000, time.Minute, time.Second},
	} {
		parts := map[time.Duration]bool{}
		for i := range tt.count {
			delay := phase(tt.interval, i)
			if delay < 0 || delay > tt.within {
				t.Errorf("%d systems, each %s: the first poll after %s, want at most %s", tt.count, tt.interval, delay, tt.within)
			}
			parts[delay/tt.each] = true
		}
		if want := int(tt.within / tt.each); len(parts) < want {
			t.Errorf("%d systems, each %s: first polls in %d parts of the time, want %d", tt.count, tt.interval, len(parts), want)
		}
	}
}
