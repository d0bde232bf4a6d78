package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/go-kit/log"
	"github.com/go-kit/log/level"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	versioncollector "github.com/prometheus/client_golang/prometheus/collectors/version"
	"github.com/prometheus/common/version"
	toolkit "github.com/prometheus/exporter-toolkit/web"
	"github.com/prometheus/exporter-toolkit/web/kingpinflag"
	"golang.org/x/sync/errgroup"

	"thulium_exporter/internal/config"
	"thulium_exporter/internal/fleet"
	"thulium_exporter/internal/web"
	"thulium_exporter/internal/web/status"
)

const (
	defaultAddress = ":10069" // thulium is element 69

	// shutdownTimeout is as long as container runtimes usually wait.
	shutdownTimeout = 30 * time.Second
	// Limits for clients of the exporter. Writing may take as long as the
	// longest answer of Thulium, and then some.
	readTimeout  = 10 * time.Second
	writeTimeout = config.MaxTimeout + 30*time.Second
	idleTimeout  = 2 * time.Minute
	maxHeader    = 32 << 10
)

// daemon is what serve and demo have in common.
type daemon struct {
	web      *toolkit.FlagConfig
	path     string
	log      logFlags
	load     func() ([]config.System, error)
	flags    func() []status.Flag      // of the command line, once it is read
	business func(time.Time) time.Time // what the clock of business time shows
}

// realTime is the clock of business time, unless a demo makes it run faster.
func realTime(t time.Time) time.Time { return t }

func (d *daemon) register(clause *kingpin.CmdClause) {
	d.web = kingpinflag.AddFlags(clause, defaultAddress)
	clause.Flag("web.telemetry-path", "Path of the metrics.").Default("/metrics").StringVar(&d.path)
	d.log.register(clause)
	d.flags = func() []status.Flag { return given(clause) }
}

// given lists the flags of a command that have a value. None of them is a
// secret: passwords come from files and from the environment.
func given(clause *kingpin.CmdClause) []status.Flag {
	var flags []status.Flag
	for _, flag := range clause.Model().Flags {
		if value := flag.Value.String(); value != "" && value != "0s" && value != "false" {
			flags = append(flags, status.Flag{Name: flag.Name, Value: value})
		}
	}
	return flags
}

// addServe adds the daemon itself, the default command.
func addServe(app *kingpin.Application) (*kingpin.CmdClause, command) {
	clause := app.Command("serve", "Serve metrics until stopped (the default command).").Default()
	var system systemFlags
	system.register(clause)
	system.poll.register(clause)
	d := &daemon{load: system.load, business: realTime}
	d.register(clause)
	checkOnly := clause.Flag("config.check", "Check the configuration and exit.").Bool()
	return clause, func(ctx context.Context, stdout, stderr io.Writer) error {
		if *checkOnly {
			return checkConfig(system.load, stdout)
		}
		return d.serve(ctx, d.log.logger(stderr))
	}
}

// checkConfig says whether the configuration is good.
func checkConfig(load func() ([]config.System, error), stdout io.Writer) error {
	systems, err := load()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "The configuration is good: %d systems.\n", len(systems))
	return err
}

// check finds out what is wrong with the flags before anything starts.
func (d *daemon) check() error {
	if err := web.CheckPath(d.path); err != nil {
		return fmt.Errorf("--web.telemetry-path: %w", err)
	}
	if err := toolkit.Validate(*d.web.WebConfigFile); err != nil {
		return fmt.Errorf("--web.config.file: %s", strings.Join(strings.Fields(err.Error()), " "))
	}
	return nil
}

// serve builds everything, runs it until ctx is done, and takes it down in
// order: first the running scrapes end, then the pollers.
func (d *daemon) serve(ctx context.Context, logger log.Logger) error {
	if err := d.check(); err != nil {
		return err
	}
	systems := fleet.New(userAgent(), logger)
	defer systems.Close()
	r := newReloader(systems, d.load, logger)
	count, err := r.reload()
	if err != nil {
		return err
	}
	process, err := newProcessRegistry(r)
	if err != nil {
		return err
	}
	handler, err := web.New(web.Options{
		Fleet: systems, Process: process, Reload: r.logged, Logger: logger, TelemetryPath: d.path,
		Started: time.Now(), Flags: d.flags(), Business: d.business,
	})
	if err != nil {
		return err
	}
	_ = level.Info(logger).Log("msg", "Starting "+name, "version", version.Version, "systems", count,
		"fetch", fetchMode(systems), "see", d.address())

	debug.FreeOSMemory() // above all what reading root certificates took, which happens once

	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return r.onHangup(ctx) })
	d.listen(ctx, group, handler, logger)
	err = group.Wait()
	_ = level.Info(logger).Log("msg", "Stopped")
	return err
}

// listen runs the server until ctx is done and then lets running requests end.
func (d *daemon) listen(ctx context.Context, group *errgroup.Group, handler http.Handler, logger log.Logger) {
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
		err := toolkit.ListenAndServe(server, d.web, slogger(logger))
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
func (d *daemon) address() string {
	address := (*d.web.WebListenAddresses)[0]
	if d.web.WebSystemdSocket != nil && *d.web.WebSystemdSocket {
		return "the addresses of the systemd socket"
	}
	if strings.HasPrefix(address, ":") {
		address = "localhost" + address
	}
	scheme := "http://"
	if *d.web.WebConfigFile != "" {
		scheme = "" // that file says whether it is https
	}
	return scheme + address + d.path
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

func userAgent() string { return name + "/" + version.Version }
