// Package server runs the daemon: it wires the parts together, listens, reloads,
// and shuts down in order.
package server

import (
	"context"
	"fmt"
	"net"
	"strings"

	"github.com/coreos/go-systemd/v22/daemon"
	"github.com/go-kit/log"
	"github.com/go-kit/log/level"
	toolkit "github.com/prometheus/exporter-toolkit/web"
	"golang.org/x/sync/errgroup"

	"thulium_exporter/internal/config"
	"thulium_exporter/internal/fleet"
	"thulium_exporter/internal/progress/statefile"
	"thulium_exporter/internal/web"
)

// name is the program's name in logs, metrics and requests.
const name = "thulium_exporter"

// Load reads the configuration and returns the checked systems. It may hang.
type Load func() ([]config.System, error)

// Options are the settings of the daemon.
type Options struct {
	web.Options

	Load Load
	// AutoReload is zero if nothing is reloaded automatically.
	AutoReload AutoReload
	StateFile  string // empty: none
	Logger     log.Logger
	// DroppedLines returns the number of log lines dropped so far.
	DroppedLines func() uint64
	Web          *toolkit.FlagConfig
}

// Check validates the options, before anything starts.
func (o *Options) Check() error {
	if err := web.CheckPath(o.TelemetryPath); err != nil {
		return fmt.Errorf("--web.telemetry-path: %w", err)
	}
	if err := toolkit.Validate(*o.Web.WebConfigFile); err != nil {
		return fmt.Errorf("--web.config.file: %s", strings.Join(strings.Fields(err.Error()), " "))
	}
	return nil
}

// Run runs the daemon until ctx is done, and shuts it down in order: first the
// running scrapes, then the pollers. Run returns within exitTimeout even if
// something hangs. It reloads when hangup receives.
func Run(ctx context.Context, hangup <-chan Signal, o Options) error {
	return within(ctx, exitTimeout, func() error { return o.run(ctx, hangup) })
}

func (o *Options) run(ctx context.Context, hangup <-chan Signal) error {
	if err := o.Check(); err != nil {
		return err
	}
	loaded := o.AutoReload.digest() // before loading: at worst it is loaded twice
	store := statefile.Open(o.StateFile, o.Logger)
	systems := fleet.New(Build(o.Build).UserAgent(), o.Logger, fleet.WithTrackers(store.Tracker))
	defer systems.Close()
	r := newReloader(systems, o.Load, o.Logger)
	listeners, err := r.start(ctx, o.Web)
	if err != nil {
		return err
	}
	server, err := o.newServer(systems, r, o.newRegistry(r, store))
	if err != nil {
		closeAll(listeners)
		return err
	}
	_ = level.Info(o.Logger).Log(o.started(systems, listeners[0].Addr())...)
	notifySystemd(daemon.SdNotifyReady)
	defer background(ctx, watchdog)()
	defer background(ctx, func(ctx context.Context) { keepState(ctx, store, systems) })()

	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return r.onHangup(ctx, hangup) })
	group.Go(func() error { return o.AutoReload.onChange(ctx, loaded, func() { _ = r.reloadAndLog(ctx) }) })
	o.serve(ctx, group, server, listeners)
	err = group.Wait()
	_ = level.Info(o.Logger).Log("msg", "Stopped")
	return err
}

// start applies the configuration once the exporter is listening.
func (r *reloader) start(ctx context.Context, flags *toolkit.FlagConfig) (listeners []net.Listener, err error) {
	_, err = r.reload(ctx, func() error {
		listeners, err = listen(ctx, flags)
		return err
	})
	return listeners, err
}

// started returns the log line of the start.
func (o *Options) started(systems *fleet.Fleet, address net.Addr) []any {
	page := o.page(address)
	return []any{
		"msg", "Starting " + name, "version", o.Build.Version, "revision", o.Build.Revision,
		"systems", len(systems.All()), "fetch", fetchMode(systems),
		"page", page.JoinPath("/"), "metrics", page.JoinPath(o.TelemetryPath),
	}
}

// fetchMode describes when the systems are queried.
func fetchMode(systems *fleet.Fleet) string {
	polled := 0
	for _, s := range systems.All() {
		if s.PollInterval > 0 {
			polled++
		}
	}
	switch polled {
	case 0:
		return "on each scrape"
	case len(systems.All()):
		return "in the background"
	}
	return fmt.Sprintf("%d in the background, others on each scrape", polled)
}
