package cli

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/alecthomas/kingpin/v2"
	toolkit "github.com/prometheus/exporter-toolkit/web"
	"github.com/prometheus/exporter-toolkit/web/kingpinflag"

	"thulium_exporter/internal/config"
	"thulium_exporter/internal/server"
	"thulium_exporter/internal/web/status"
)

const defaultAddress = ":10069" // thulium is element 69

// daemonFlags are the flags that serve and demo have in common.
type daemonFlags struct {
	web   *toolkit.FlagConfig
	path  string
	log   logFlags
	given func() []status.Flag // the flags that have a value
}

func (f *daemonFlags) register(clause *kingpin.CmdClause) {
	f.web = kingpinflag.AddFlags(clause, defaultAddress)
	clause.Flag("web.telemetry-path", "Path of the metrics.").Default("/metrics").StringVar(&f.path)
	f.log.register(clause)
	f.given = func() []status.Flag { return given(clause) }
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

// serve runs the daemon on what load returns until ctx is done.
func (f *daemonFlags) serve(ctx context.Context, stderr io.Writer, load server.Load, clock func(time.Time) time.Time) error {
	return server.Run(ctx, server.Options{
		Load: load, Web: f.web, TelemetryPath: f.path, Flags: f.given(), Business: clock, Logger: f.log.logger(stderr),
	})
}

// realTime is the clock of business time, unless a demo makes it run faster.
func realTime(t time.Time) time.Time { return t }

// addServe adds the daemon itself, the default command.
func addServe(app *kingpin.Application) (*kingpin.CmdClause, command) {
	clause := app.Command("serve", "Serve metrics until stopped (the default command).").Default()
	var system systemFlags
	system.register(clause)
	system.poll.register(clause)
	var d daemonFlags
	d.register(clause)
	checkOnly := clause.Flag("config.check", "Check the configuration and exit.").Bool()
	return clause, func(ctx context.Context, stdout, stderr io.Writer) error {
		if *checkOnly {
			return checkConfig(system.load, stdout)
		}
		return d.serve(ctx, stderr, system.load, realTime)
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
