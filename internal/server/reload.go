package server

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
	"github.com/go-kit/log"
	"github.com/go-kit/log/level"

	"thulium_exporter/internal/config"
	"thulium_exporter/internal/fleet"
	"thulium_exporter/internal/web"
)

// loadTimeout is the timeout of loading the configuration, which hangs if a file
// is on a dead network mount.
const loadTimeout = 20 * time.Second

// reloader loads and applies the configuration, and knows the result.
// It is safe for concurrent use.
type reloader struct {
	systems *fleet.Fleet
	load    Load
	logger  log.Logger

	running     sync.Mutex // held during a reload, and as long as load hangs
	successful  atomic.Bool
	successTime atomic.Pointer[time.Time] // of the latest success; nil before the first
}

func newReloader(systems *fleet.Fleet, load Load, logger log.Logger) *reloader {
	return &reloader{systems: systems, load: load, logger: logger}
}

// loaded is what load returned.
type loaded struct {
	systems []config.System
	err     error
}

// reload loads the configuration, calls ready, and applies it. It returns the
// number of systems. On an error the previous configuration is kept. While load
// hangs, further reloads fail at once.
func (r *reloader) reload(ctx context.Context, ready func() error) (int, error) {
	if !r.running.TryLock() {
		return 0, web.ErrReloading
	}
	result := make(chan loaded, 1)
	go func() {
		systems, err := r.load()
		result <- loaded{systems, err}
	}()
	select {
	case l := <-result:
		defer r.running.Unlock()
		return len(l.systems), r.publish(r.apply(l, ready))
	case <-ctx.Done():
		return 0, r.abandon(result, context.Cause(ctx))
	case <-time.After(loadTimeout):
		return 0, r.abandon(result, fmt.Errorf("the configuration could not be read within %s", loadTimeout))
	}
}

func (r *reloader) apply(l loaded, ready func() error) error {
	if l.err != nil {
		return l.err
	}
	if err := ready(); err != nil {
		return err
	}
	collectEarly(len(l.systems))
	return r.systems.Apply(l.systems)
}

// abandon discards the result of a load that hangs.
func (r *reloader) abandon(result <-chan loaded, err error) error {
	go func() {
		<-result
		r.running.Unlock()
	}()
	return r.publish(err)
}

// publish keeps the result of an attempt for the metrics.
func (r *reloader) publish(err error) error {
	r.successful.Store(err == nil)
	if err == nil {
		r.successTime.Store(new(time.Now()))
	}
	return err
}

// reloadAndLog reloads and logs the result.
func (r *reloader) reloadAndLog(ctx context.Context) error {
	notifySystemd(reloading())
	defer notifySystemd(daemon.SdNotifyReady)
	count, err := r.reload(ctx, func() error { return nil })
	switch {
	case errors.Is(err, web.ErrReloading):
		_ = level.Warn(r.logger).Log("msg", "Reload skipped", "err", err)
	case err != nil:
		_ = level.Error(r.logger).Log("msg", "Reload failed; keeping the previous configuration", "err", err)
	default:
		_ = level.Info(r.logger).Log("msg", "Configuration reloaded", "systems", count)
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
