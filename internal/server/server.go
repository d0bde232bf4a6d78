// Package server runs the daemon: it wires the parts together, listens, reloads,
// and shuts down in order.
package server

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
	"github.com/go-kit/log"
	"github.com/go-kit/log/level"
	toolkit "github.com/prometheus/exporter-toolkit/web"
	"golang.org/x/sync/errgroup"

	"thulium_exporter/internal/config"
	"thulium_exporter/internal/files"
	"thulium_exporter/internal/fleet"
	"thulium_exporter/internal/logging"
	"thulium_exporter/internal/progress/statefile"
	"thulium_exporter/internal/web"
	"thulium_exporter/internal/within"
)

const (
	// exitTimeout is the timeout of a shutdown, shorter than the 30 s after which
	// Kubernetes kills a container.
	exitTimeout = 25 * time.Second
	// drainTimeout is the timeout of running scrapes during shutdown. It is shorter
	// than exitTimeout, which includes everything else.
	drainTimeout = 15 * time.Second
)

// Options are the settings of the daemon.
type Options struct {
	web.Options

	Files *files.Reader // of secrets
	// Load reads the configuration and returns the checked systems, and the digest of
	// what it has read, even if that is invalid. It returns once its context is done.
	Load func(context.Context) ([]config.System, config.Digest, error)
	// Digest returns the digest of what Load would read now. It ends as Load does.
	Digest     func(context.Context) (config.Digest, error)
	AutoReload time.Duration // how often Digest is called; 0: never
	StateFile  string        // empty: none
	Logger     log.Logger
	// DroppedLines returns the number of log lines dropped so far.
	DroppedLines func() uint64
	Web          *toolkit.FlagConfig
}

// Run runs the daemon until ctx is done, and shuts it down in order: first the
// running scrapes, then the pollers. Run returns within exitTimeout even if
// something hangs. It reloads when hangup receives.
func Run(ctx context.Context, hangup <-chan os.Signal, o Options) error {
	limit, exit := context.WithCancelCause(context.WithoutCancel(ctx))
	defer exit(nil)
	defer context.AfterFunc(ctx, func() {
		time.AfterFunc(exitTimeout, func() { exit(fmt.Errorf("the shutdown did not finish within %s", exitTimeout)) })
	})()
	_, err := within.Do(limit, func() (struct{}, error) { return struct{}{}, o.run(ctx, hangup) })
	return err
}

// run starts in this order: the configuration, the listeners, the systems. Only
// then it serves.
func (o *Options) run(ctx context.Context, hangup <-chan os.Signal) error {
	store := statefile.Open(o.StateFile, o.Logger)
	systems := fleet.New(fleet.Options{UserAgent: o.Build.UserAgent(), Logger: o.Logger, Files: o.Files, Tracker: store.Tracker})
	defer systems.Close()
	r := newReloader(systems, o)
	handler, err := web.New(systems, newRegistry(o, r, store), r.fromHTTP, o.Logger, o.Options)
	if err != nil {
		return err
	}
	configured, err := r.load(ctx)
	if err != nil {
		return err
	}
	listeners, err := listen(ctx, o.Web)
	defer func() {
		for _, l := range listeners {
			_ = l.Close() // a server that serves has closed it
		}
	}()
	if err != nil {
		return err
	}
	if err := r.apply(configured); err != nil {
		return err
	}
	_ = level.Info(o.Logger).Log("msg", "Starting thulium_exporter", "version", o.Build.Version, "revision", o.Build.Revision,
		"systems", len(systems.All()))
	notify(o.Logger, daemon.SdNotifyReady)
	// These two outlive the scrapes that are drained.
	life, end := context.WithCancel(context.WithoutCancel(ctx))
	var background sync.WaitGroup
	defer background.Wait()
	defer end()
	background.Go(func() { watchdog(life, o.Logger) })
	background.Go(func() { store.Run(life, entries(systems)) })

	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return r.onHangup(ctx, hangup) })
	group.Go(func() error { return r.onChange(ctx) })
	o.serve(ctx, group, NewHTTP(handler, logging.Std(o.Logger)), listeners)
	err = group.Wait()
	_ = level.Info(o.Logger).Log("msg", "Stopped")
	return err
}

// serve runs the server until ctx is done and then drains running requests.
func (o *Options) serve(ctx context.Context, group *errgroup.Group, server *http.Server, listeners []net.Listener) {
	group.Go(func() error {
		err := toolkit.ServeMultiple(listeners, server, o.Web, logging.Slog(o.Logger))
		if errors.Is(err, http.ErrServerClosed) {
			return nil // the other task waits for Shutdown
		}
		return fmt.Errorf("cannot serve: %w", err)
	})
	group.Go(func() error {
		<-ctx.Done()
		notify(o.Logger, daemon.SdNotifyStopping)
		_ = level.Info(o.Logger).Log("msg", "Shutting down; draining scrapes", "reason", context.Cause(ctx))
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
		defer cancel()
		if err := server.Shutdown(grace); err != nil {
			return errors.Join(fmt.Errorf("some scrapes did not end within %s: %w", drainTimeout, err), server.Close())
		}
		return nil
	})
}

// entries returns what the state file keeps of the systems that run by then.
func entries(systems *fleet.Fleet) iter.Seq[statefile.Entry] {
	return func(yield func(statefile.Entry) bool) {
		for _, s := range systems.All() {
			if !yield(statefile.Entry{Name: s.Name, URL: s.URL.String(), Tracker: s.Tracker()}) {
				return
			}
		}
	}
}
