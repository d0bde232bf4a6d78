package server

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-kit/log"

	"thulium_exporter/internal/config"
	"thulium_exporter/internal/fleet"
	"thulium_exporter/internal/web"
)

// TestReloadThatHangs: it fails in time, makes others fail at once, and is over
// when the disk is back.
func TestReloadThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		back := make(chan struct{})
		r := newReloader(fleet.New("", log.NewNopLogger()), func() ([]config.System, error) {
			<-back
			return nil, nil
		}, log.NewNopLogger())
		start := time.Now()
		if err := r.reloadAndLog(t.Context()); err == nil || time.Since(start) != loadTimeout {
			t.Errorf("got %v after %s", err, time.Since(start))
		}
		if err := r.reloadAndLog(t.Context()); !errors.Is(err, web.ErrReloading) {
			t.Errorf("got %v while the first load hangs", err)
		}
		if r.successful.Load() {
			t.Error("the metric says that the reload succeeded")
		}
		close(back)
		synctest.Wait()
		if err := r.reloadAndLog(t.Context()); err != nil || !r.successful.Load() {
			t.Errorf("got %v once the disk is back", err)
		}
	})
}

// TestReloadEndsWithShutdown: a load that hangs does not hold it up.
func TestReloadEndsWithShutdown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		back := make(chan struct{})
		defer close(back)
		ctx, stop := context.WithCancel(t.Context())
		r := newReloader(nil, func() ([]config.System, error) { <-back; return nil, nil }, log.NewNopLogger())
		stop()
		if err := r.reloadAndLog(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
}

// TestReloadResponse: clients learn where a mistake is, and nothing that stands
// there.
func TestReloadResponse(t *testing.T) {
	for text, want := range map[string]string{
		`/etc/x.yml: line 7: "hunter2": line 8: no`: "/etc/x.yml: line 7; the log says what is wrong",
		"cannot read hunter2":                       "the log says why",
	} {
		var out bytes.Buffer
		r := newReloader(nil, func() ([]config.System, error) { return nil, errors.New(text) }, log.NewLogfmtLogger(&out))
		if err := r.fromHTTP(); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
		if !strings.Contains(out.String(), "hunter2") || !strings.Contains(out.String(), "Reload failed; keeping the previous configuration") {
			t.Errorf("the log says %s", out.String())
		}
	}
}
