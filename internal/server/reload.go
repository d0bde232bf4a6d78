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

// AutoReload reloads the configuration when it has changed.
type AutoReload struct {
	Interval time.Duration // between checks; 0: never
	// Digest returns the digest of the configuration as it is now. It may hang.
	Digest func(context.Context) (config.Digest, error)
}

// reloader loads and applies the configuration, and knows the result.
// It is safe for concurrent use.
type reloader struct {
	systems *fleet.Fleet
	load    Load
	auto    AutoReload
	logger  log.Logger
	done    func(log.Logger) log.Logger // the level of a successful reload

	reloading sync.Mutex                    // one at a time
	loading   sync.Mutex                    // held as long as load hangs, even if the reload is over
	loaded    atomic.Pointer[config.Digest] // of what the latest reload has read, whoever requested it

	successful, successTime prometheus.Gauge
}

func newReloader(systems *fleet.Fleet, o *Options) *reloader {
	done := level.Info
	if o.Demo > 0 { // reloads are its scenes, which it logs itself
		done = level.Debug
	}
	return &reloader{
		systems: systems, load: o.Load, auto: o.AutoReload, logger: o.Logger, done: done,
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

// reload loads and applies the configuration, and returns the number of systems.
// On an error the previous configuration is kept. While a load hangs, further
// reloads fail at once.
func (r *reloader) reload(ctx context.Context) (int, error) {
	if !r.reloading.TryLock() {
		return 0, web.ErrReloading
	}
	defer r.reloading.Unlock()
	systems, err := r.read(ctx)
	if err == nil {
		err = r.apply(systems)
	}
	if err != nil && !errors.Is(err, web.ErrReloading) {
		r.successful.Set(0)
	}
	return len(systems), err
}

// read loads the configuration in time, and notes its digest.
func (r *reloader) read(ctx context.Context) ([]config.System, error) {
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
		systems, digest, err := r.load(ctx)
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
	r.successTime.Set(float64(time.Now().UnixMilli()) / 1000)
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

// reloadAndLog reloads and logs the result.
func (r *reloader) reloadAndLog(ctx context.Context) error {
	notify(r.logger, daemon.SdNotifyReloading+"\n"+daemon.SdNotifyMonotonicUsec())
	defer notify(r.logger, daemon.SdNotifyReady)
	count, err := r.reload(ctx)
	switch {
	case errors.Is(err, web.ErrReloading):
		_ = level.Warn(r.logger).Log("msg", "Reload skipped", "err", err)
	case err != nil:
		_ = level.Error(r.logger).Log("msg", "Reload failed; keeping the previous configuration", "err", err)
	default:
		_ = r.done(r.logger).Log("msg", "Configuration reloaded", "systems", count)
	}
	return err
}

// position matches the file and the line that an error of the configuration
// begins with.
var position = regexp.MustCompile(`^.+?: line \d+`)

// fromHTTP reloads for a client. Its error names the file and the line but does
// not quote the content, which may be a secret.
func (r *reloader) fromHTTP() error {
	err := r.reloadAndLog(context.Background())
	if err == nil || errors.Is(err, web.ErrReloading) {
		return err
	}
	if where := position.FindString(err.Error()); where != "" {
		return fmt.Errorf("%s; the log says what is wrong", where)
	}
	return errors.New("the log says why")
}

// onHangup reloads on each SIGHUP until ctx is done.
func (r *reloader) onHangup(ctx context.Context, hangup <-chan Signal) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-hangup:
			_ = r.reloadAndLog(ctx) // it has been logged
		}
	}
}

// onChange reloads until ctx is done when the configuration is another one than
// that loaded, and the same in two checks, so that no file is read while it is
// being written. While a check hangs, no other starts.
func (r *reloader) onChange(ctx context.Context) error {
	if r.auto.Interval == 0 {
		return nil
	}
	ticker := time.NewTicker(r.auto.Interval)
	defer ticker.Stop()
	for previous := *r.loaded.Load(); ; {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		now, err := within.Do(ctx, func() (config.Digest, error) { return r.auto.Digest(ctx) })
		if err == nil && now == previous && now != *r.loaded.Load() {
			_ = r.reloadAndLog(ctx) // it has been logged
		}
		previous = now // zero after an error
	}
}
