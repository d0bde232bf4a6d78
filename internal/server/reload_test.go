package server

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-kit/log"

	"thulium_exporter/internal/config"
	"thulium_exporter/internal/fleet"
	"thulium_exporter/internal/web"
)

// TestLoadTimeout: a load that hangs fails in time, makes others fail at once, and is
// over when the disk is back. Inside, since no test outside can wait for so long.
func TestLoadTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		back := make(chan struct{})
		r := newReloader(fleet.New(fleet.Options{Logger: log.NewNopLogger()}), &Options{
			Logger: log.NewNopLogger(),
			Load: func(context.Context) ([]config.System, config.Digest, error) {
				<-back
				return nil, config.Digest{}, nil
			},
		})
		start := time.Now()
		if err := r.reload(t.Context()); err == nil || time.Since(start) != loadTimeout {
			t.Errorf("got %v after %s", err, time.Since(start))
		}
		if err := r.reload(t.Context()); !errors.Is(err, web.ErrReloading) {
			t.Errorf("got %v while the first load hangs", err)
		}
		close(back)
		synctest.Wait()
		if err := r.reload(t.Context()); err != nil {
			t.Errorf("got %v once the disk is back", err)
		}
	})
}
