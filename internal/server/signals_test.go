package server

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// TestWithin: whatever hangs, the shutdown ends.
func TestWithin(t *testing.T) {
	failed := errors.New("failed")
	for name, tt := range map[string]struct {
		stop  time.Duration // when ctx is done
		takes time.Duration // how long f takes
		want  time.Duration // when within returns
	}{
		"never stopped":  {time.Hour, time.Minute, time.Minute},
		"stops in time":  {time.Minute, time.Minute + 24*time.Second, time.Minute + 24*time.Second},
		"hangs":          {time.Minute, 24 * time.Hour, time.Minute + 25*time.Second},
		"hangs at start": {0, 24 * time.Hour, 25 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), tt.stop)
			defer cancel()
			start := time.Now()
			err := within(ctx, exitTimeout, func() error {
				time.Sleep(tt.takes)
				return failed
			})
			if took := time.Since(start); took != tt.want || err == nil {
				t.Errorf("%s: got %v after %s, want an error after %s", name, err, took, tt.want)
			}
			time.Sleep(tt.takes) // for what is left behind
		})
	}
}
