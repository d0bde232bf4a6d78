package cli

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/go-kit/log"
	"github.com/go-kit/log/level"
	toolkit "github.com/prometheus/exporter-toolkit/web"
	"github.com/prometheus/exporter-toolkit/web/kingpinflag"

	"thulium_exporter/internal/logging"
	"thulium_exporter/internal/server"
	"thulium_exporter/internal/web"
	"thulium_exporter/internal/web/status"
)

const (
	defaultAddress = ":10069" // thulium is element 69
	// flushTimeout bounds how long the end of the log may take to be written.
	flushTimeout = time.Second
)

// daemonFlags are the flags that serve and demo have in common.
type daemonFlags struct {
	web            *toolkit.FlagConfig
	path           string
	externalURL    *url.URL
	maxRequests    int
	disableMetrics bool
	log            logFlags
	setFlags       func() []status.Flag // the flags that have a value
}

func (f *daemonFlags) register(clause *kingpin.CmdClause) {
	f.web = kingpinflag.AddFlags(clause, defaultAddress)
	clause.Flag("web.telemetry-path", "Path under which to expose metrics.").Default("/metrics").StringVar(&f.path)
	clause.Flag("web.external-url", "URL under which the exporter is externally reachable, like https://monitoring.example.com/thulium. Used by /sd, links and redirects. Default: the scheme and Host header of each request.").
		PlaceHolder("URL").URLVar(&f.externalURL)
	clause.Flag("web.max-requests", "Maximum number of requests served in parallel, health checks not counted; further ones get a 503. 0: no limit but that of connections.").
		Default("0").IntVar(&f.maxRequests)
	clause.Flag("web.disable-exporter-metrics", "Exclude metrics about the exporter itself (promhttp_*, process_*, go_*).").
		BoolVar(&f.disableMetrics)
	f.log.register(clause)
	f.setFlags = func() []status.Flag { return setFlags(clause) }
}

// setFlags lists the flags of a command whose values are not their defaults. None
// of them is a secret: passwords come from files and from the environment.
func setFlags(clause *kingpin.CmdClause) []status.Flag {
	flags := []status.Flag{} // not null in the JSON
	for _, flag := range clause.Model().Flags {
		defaults := []string{"", "0s", "false", "<nil>"} // of flags without a default
		if len(flag.Default) > 0 {
			defaults = flag.Default
		}
		if value := flag.Value.String(); !slices.Contains(defaults, value) {
			flags = append(flags, status.Flag{Name: flag.Name, Value: value})
		}
	}
	return flags
}

// options returns what the flags say of the daemon.
func (f *daemonFlags) options(env *environment) (server.Options, error) {
	o := server.Options{
		Options: web.Options{
			Options: status.Options{
				TelemetryPath: f.path, ExternalURL: f.externalURL,
				Started: time.Now(), Flags: f.setFlags(), Build: env.build,
			},
			MaxRequests: f.maxRequests, DisableExporterMetrics: f.disableMetrics,
		},
		Web: f.web,
	}
	if f.maxRequests < 0 {
		return o, errors.New("--web.max-requests: must not be negative; 0 means no limit")
	}
	if err := checkExternalURL(f.externalURL); err != nil {
		return o, fmt.Errorf("--web.external-url: %w", err)
	}
	return o, o.Check()
}

// checkExternalURL accepts nil, and URLs that links can begin with.
func checkExternalURL(u *url.URL) error {
	switch {
	case u == nil:
		return nil
	case u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return fmt.Errorf("%q is not a full URL; write it like https://monitoring.example.com/thulium", u.Redacted())
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return fmt.Errorf("%q must have neither credentials nor a query or fragment", u.Redacted())
	}
	return nil
}

// run runs a daemon with a log. Errors are part of the log.
func (f *daemonFlags) run(ctx context.Context, env *environment, daemon func(context.Context, log.Logger, server.Options) error) error {
	server.IgnoreBrokenPipes()
	writer := logging.NewWriter(env.stderr)
	defer writer.Close(flushTimeout)
	logger := f.log.logger(writer)
	defer logging.CaptureStd(logging.Std(logger))()
	options, err := f.options(env)
	if err == nil {
		options.Logger, options.DroppedLines = logger, writer.Dropped
		err = daemon(ctx, logger, options)
	}
	if err != nil {
		_ = level.Error(logger).Log("msg", "Exiting", "err", err)
		return errLogged
	}
	return nil
}
