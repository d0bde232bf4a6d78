package within_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"thulium_exporter/internal/within"
)

func TestDo(t *testing.T) {
	failure := errors.New("failure")
	if value, err := within.Do(t.Context(), func() (int, error) { return 7, failure }); value != 7 || !errors.Is(err, failure) {
		t.Errorf("got %d, %v", value, err)
	}
}

// TestDoHangs: what hangs holds up nobody.
func TestDoHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		late := errors.New("too late")
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, late)
		defer cancel()
		release := make(chan struct{})
		defer close(release)
		start := time.Now()
		_, err := within.Do(ctx, func() (struct{}, error) {
			<-release
			return struct{}{}, nil
		})
		if !errors.Is(err, late) || time.Since(start) != time.Second {
			t.Errorf("got %v after %s", err, time.Since(start))
		}
	})
}
