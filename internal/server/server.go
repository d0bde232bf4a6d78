// Package server is the running daemon: it builds the object graph, listens,
// reloads, and shuts down in order.
package server

import (
	"context"
	"errors"
	"fmt"
	stdlog "log"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	versioncollector "github.com/prometheus/client_golang/prometheus/collectors/version"
	"github.com/prometheus/common/version"
	toolkit "github.com/prometheus/exporter-toolkit/web"
	sloggokit "github.com/tjhop/slog-gokit"
	"golang.org/x/sync/errgroup"

	"thulium_exporter/internal/config"
	"thulium_exporter/internal/fleet"
	"thulium_exporter/internal/web"
	"thulium_exporter/internal/web/status"
)

// name is the program's name in the log, in metrics and in requests.
const name = "thulium_exporter"

const (
	// shutdownTimeout is as long as container runtimes usually wait.
	shutdownTimeout = 30 * time.Second
	// Limits for clients of the exporter. Writing may take as long as the
	// longest answer of Thulium, and then some.
	readTimeout  = 10 * time.Second
	writeTimeout = config.MaxTimeout + 30*time.Second
	idleTimeout  = 2 * time.Minute
	maxHeader    = 32 << 10
)

// Load reads the configuration and returns the checked systems.
type Load func() ([]config.System, error)

// Options are what the daemon is made of.
type Options struct {
	Load          Load
	Web           *toolkit.FlagConfig
	TelemetryPath string
	Flags         []status.Flag             // of the command line, without secrets
	Business      func(time.Time) time.Time // the clock of business time
	Logger        log.Logger
}

// check finds out what is wrong with the flags before anything starts.
func (o *Options) check() error {
	if err := web.CheckPath(o.TelemetryPath); err != nil {
		return fmt.Errorf("--web.telemetry-path: %w", err)
	}
	if err := toolkit.Validate(*o.Web.WebConfigFile); err != nil {
		return fmt.Errorf("--web.config.file: %s", strings.Join(strings.Fields(err.Error()), " "))
	}
	return nil
}

// Run builds everything, runs it until ctx is done, and takes it down in
// order: first the running scrapes end, then the pollers.
func Run(ctx context.Context, o Options) error {
	if err := o.check(); err != nil {
		return err
	}
	logger := o.Logger
	systems := fleet.New(UserAgent(), logger)
	defer systems.Close()
	r := newReloader(systems, o.Load, logger)
	count, err := r.reload()
	if err != nil {
		return err
	}
	process, err := newProcessRegistry(r)
	if err != nil {
		return err
	}
	handler, err := web.New(web.Options{
		Fleet: systems, Process: process, Reload: r.logged, Logger: logger, TelemetryPath: o.TelemetryPath,
		Started: time.Now(), Flags: o.Flags, Business: o.Business,
	})
	if err != nil {
		return err
	}
	_ = level.Info(logger).Log("msg", "Starting "+name, "version", version.Version, "systems", count,
		"fetch", fetchMode(systems), "see", o.address())

	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return r.onHangup(ctx) })
	o.listen(ctx, group, handler, logger)
	err = group.Wait()
	_ = level.Info(logger).Log("msg", "Stopped")
	return err
}

// listen runs the server until ctx is done and then lets running requests end.
func (o *Options) listen(ctx context.Context, group *errgroup.Group, handler http.Handler, logger log.Logger) {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: readTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          stdLogger(logger),
		ConnState:         newConnections(openFiles()).follow,
	}
	group.Go(func() error {
		err := toolkit.ListenAndServe(server, o.Web, slogger(logger))
		if errors.Is(err, http.ErrServerClosed) {
			return nil // Shutdown goes on; the other task waits for it
		}
		return fmt.Errorf("cannot serve: %w; see --web.listen-address", err)
	})
	group.Go(func() error {
		<-ctx.Done()
		_ = level.Info(logger).Log("msg", "Stopping: running scrapes may end")
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
		defer cancel()
		if err := server.Shutdown(grace); err != nil {
			return errors.Join(fmt.Errorf("some scrapes did not end in %s: %w", shutdownTimeout, err), server.Close())
		}
		return nil
	})
}

// newProcessRegistry returns the metrics of the exporter itself.
func newProcessRegistry(others ...prometheus.Collector) (*prometheus.Registry, error) {
	registry := prometheus.NewRegistry()
	for _, c := range append(others,
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		versioncollector.NewCollector(name),
	) {
		if err := registry.Register(c); err != nil {
			return nil, err
		}
	}
	return registry, nil
}

// onHangup reloads at SIGHUP until ctx is done.
func (r *reloader) onHangup(ctx context.Context) error {
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-hangup:
			_ = r.logged() // logged is all that can be done
		}
	}
}

// address is where a person finds the exporter, as far as it is known.
func (o *Options) address() string {
	address := (*o.Web.WebListenAddresses)[0]
	if o.Web.WebSystemdSocket != nil && *o.Web.WebSystemdSocket {
		return "the addresses of the systemd socket"
	}
	if strings.HasPrefix(address, ":") {
		address = "localhost" + address
	}
	scheme := "http://"
	if *o.Web.WebConfigFile != "" {
		scheme = "" // that file says whether it is https
	}
	return scheme + address + o.TelemetryPath
}

// fetchMode says in words how the systems are asked.
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

// UserAgent identifies the exporter in requests to Thulium.
func UserAgent() string { return name + "/" + version.Version }

// slogger leads the messages of libraries that use slog into the same stream,
// which filters them by level.
func slogger(logger log.Logger) *slog.Logger {
	return slog.New(sloggokit.NewGoKitHandler(logger, slog.LevelDebug))
}

// stdLogger leads what the HTTP server has to say into the same stream. It
// tells of clients that misbehave, which is not worth more than debug.
func stdLogger(logger log.Logger) *stdlog.Logger {
	return stdlog.New(log.NewStdlibAdapter(level.Debug(logger)), "", 0)
}
