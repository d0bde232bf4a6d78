package server

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
	"github.com/go-kit/log"
	"github.com/go-kit/log/level"
	"github.com/prometheus/client_golang/prometheus"

	"thulium_exporter/internal/config"
	"thulium_exporter/internal/fleet"
	"thulium_exporter/internal/web"
	"thulium_exporter/internal/within"
)

// loadTimeout is the timeout of loading the configuration, which hangs if a file
// is on a dead network mount.
const loadTimeout = 20 * time.Second

// reloader loads and applies the configuration, and knows the result.
// It is safe for concurrent use.
type reloader struct {
	systems *fleet.Fleet
	options *Options
	logger  log.Logger

	reloading sync.Mutex                    // one at a time
	loading   sync.Mutex                    // held as long as Load hangs, even if the reload is over
	loaded    atomic.Pointer[config.Digest] // of what the latest reload has read, whoever requested it

	successful, successTime prometheus.Gauge
}

func newReloader(systems *fleet.Fleet, o *Options) *reloader {
	return &reloader{
		systems: systems, options: o, logger: o.Logger,
		successful: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "thulium_exporter_config_last_reload_successful",
			Help: "1 if the latest attempt to load the configuration succeeded, else 0.",
		}),
		successTime: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "thulium_exporter_config_last_reload_success_timestamp_seconds",
			Help: "When the configuration was last loaded successfully, in Unix time.",
		}),
	}
}

// reload loads and applies the configuration, and logs the result. On an error the
// previous configuration is kept. Meanwhile, and while a load hangs, further reloads
// fail at once.
func (r *reloader) reload(ctx context.Context) error {
	notify(r.logger, daemon.SdNotifyReloading+"\n"+daemon.SdNotifyMonotonicUsec())
	defer notify(r.logger, daemon.SdNotifyReady)
	if !r.reloading.TryLock() {
		return r.skipped()
	}
	defer r.reloading.Unlock()
	systems, err := r.load(ctx)
	if err == nil {
		err = r.apply(systems)
	}
	if errors.Is(err, web.ErrReloading) {
		return r.skipped()
	}
	if err != nil {
		r.successful.Set(0)
		_ = level.Error(r.logger).Log("msg", "Reload failed; keeping the previous configuration", "err", err)
		return err
	}
	done := level.Info
	if r.options.Demo > 0 { // reloads are its scenes, which it logs itself
		done = level.Debug
	}
	_ = done(r.logger).Log("msg", "Configuration reloaded", "systems", len(systems))
	return nil
}

func (r *reloader) skipped() error {
	_ = level.Warn(r.logger).Log("msg", "Reload skipped", "err", web.ErrReloading)
	return web.ErrReloading
}

// load loads the configuration in time, and notes its digest.
func (r *reloader) load(ctx context.Context) ([]config.System, error) {
	if !r.loading.TryLock() {
		return nil, web.ErrReloading
	}
	ctx, cancel := context.WithTimeoutCause(ctx, loadTimeout, fmt.Errorf("the configuration could not be read within %s", loadTimeout))
	defer cancel()
	type loaded struct {
		systems []config.System
		digest  config.Digest
	}
	l, err := within.Do(ctx, func() (loaded, error) {
		defer r.loading.Unlock()
		systems, digest, err := r.options.Load(ctx)
		return loaded{systems, digest}, err
	})
	r.loaded.Store(&l.digest)
	return l.systems, err
}

func (r *reloader) apply(systems []config.System) error {
	collectEarly(len(systems))
	if err := r.systems.Apply(systems); err != nil {
		return err
	}
	r.successful.Set(1)
	r.successTime.SetToCurrentTime()
	return nil
}

// collectEarly has garbage collected earlier where there are a thousand systems or
// more: they take two thirds of the memory, for one or two percent of a core. The
// variable GOGC takes precedence.
func collectEarly(systems int) {
	percent := 100 // Go's own
	if systems >= 1000 {
		percent = 30
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
}

// position matches the file and the line that an error of the configuration
// begins with.
var position = regexp.MustCompile(`^.+?: line \d+`)

// fromHTTP reloads for a client. Its error names the file and the line but does
// not quote the content, which may be a secret.
func (r *reloader) fromHTTP() error {
	err := r.reload(context.Background())
	if err == nil || errors.Is(err, web.ErrReloading) {
		return err
	}
	if where := position.FindString(err.Error()); where != "" {
		return fmt.Errorf("%s; the log says what is wrong", where)
	}
	return errors.New("the log says why")
}

// onHangup reloads on each SIGHUP until ctx is done.
func (r *reloader) onHangup(ctx context.Context, hangup <-chan os.Signal) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-hangup:
			_ = r.reload(ctx) // it has been logged
		}
	}
}

// onChange reloads until ctx is done when the configuration is another one than
// that loaded, and the same in two checks, so that no file is read while it is
// being written.
func (r *reloader) onChange(ctx context.Context) error {
	if r.options.AutoReload == 0 {
		return nil
	}
	ticker := time.NewTicker(r.options.AutoReload)
	defer ticker.Stop()
	for previous := *r.loaded.Load(); ; {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		now, err := within.Do(ctx, func() (config.Digest, error) { return r.options.Digest(ctx) })
		if err == nil && now == previous && now != *r.loaded.Load() {
			_ = r.reload(ctx) // it has been logged
		}
		previous = now // zero after an error
	}
}
