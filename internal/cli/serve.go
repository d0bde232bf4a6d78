package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/go-kit/log/level"
	toolkit "github.com/prometheus/exporter-toolkit/web"
	"github.com/prometheus/exporter-toolkit/web/kingpinflag"

	"thulium_exporter/internal/config"
	"thulium_exporter/internal/logging"
	"thulium_exporter/internal/server"
	"thulium_exporter/internal/web"
	"thulium_exporter/internal/web/status"
)

const (
	defaultAddress = ":10069" // thulium is element 69
	// flushTimeout bounds how long the end of the log may take to be written.
	flushTimeout = time.Second
	// maxWebConfig is more than a web configuration holds, in bytes.
	maxWebConfig = 1 << 20
)

// serve is the daemon.
type serve struct {
	daemonFlags
	system systemFlags
}

// addServe adds the daemon itself, the default command.
func addServe(app *kingpin.Application) (*kingpin.CmdClause, command) {
	clause := app.Command("serve", "Serve metrics until stopped (the default command).").Default()
	var s serve
	s.system.register(clause)
	registerPoll(clause, &s.system.draft)
	clause.Flag("state.file", "File that stores the progress of campaigns across restarts. Default: none; idle times then restart from 0.").
		PlaceHolder("FILE").StringVar(&s.options.StateFile)
	s.register(clause)
	clause.Flag("config.auto-reload-interval", "Interval at which to check the configuration file for changes, like 30s; it is reloaded once its content has changed and stayed the same for one interval. Default: never.").
		PlaceHolder("30s").DurationVar(&s.options.AutoReload)
	checkOnly := clause.Flag("config.check", "Check the configuration without querying Thulium, and exit.").Bool()
	return clause, func(ctx context.Context, env *environment) error {
		if *checkOnly {
			return oneShot(s.check)(ctx, env)
		}
		return s.run(ctx, env, s.serve)
	}
}

func (s *serve) serve(ctx context.Context, env *environment) error {
	if err := s.checkAutoReload(); err != nil {
		return err
	}
	s.options.Load = func(ctx context.Context) ([]config.System, config.Digest, error) {
		return s.system.load(ctx, env.files)
	}
	s.options.Digest = func(ctx context.Context) (config.Digest, error) {
		return config.DigestFile(ctx, env.files, s.system.file)
	}
	return server.Run(ctx, env.hangup, s.options)
}

// check finds out what would keep the daemon from starting, short of the port, and
// queries nothing.
func (s *serve) check(ctx context.Context, env *environment) error {
	if err := cmp.Or(s.checkAutoReload(), s.checkOptions(ctx, env)); err != nil {
		return err
	}
	systems, _, err := s.system.load(ctx, env.files)
	if err != nil {
		return err
	}
	for i := range systems {
		fmt.Fprintf(env.stdout, "%s  %s\n", systems[i].Name, systems[i].URL)
		printSettings(env.stdout, &systems[i], nil)
	}
	_, err = fmt.Fprintf(env.stdout, "The configuration is valid: %s.\n", count(len(systems), "system", "systems"))
	return err
}

// checkAutoReload accepts 0, which means never.
func (s *serve) checkAutoReload() error {
	switch interval := s.options.AutoReload; {
	case interval == 0:
		return nil
	case s.system.file == "":
		return errors.New("--config.auto-reload-interval: has no effect without --config.file; remove it, or set both")
	case interval < time.Second:
		return errors.New("--config.auto-reload-interval: must be at least 1s; write it like 30s")
	}
	return nil
}

// daemonFlags are the flags that serve and demo have in common.
type daemonFlags struct {
	clause              *kingpin.CmdClause
	options             server.Options
	logLevel, logFormat string
}

func (f *daemonFlags) register(clause *kingpin.CmdClause) {
	f.clause = clause
	f.options.Web = kingpinflag.AddFlags(clause, defaultAddress)
	clause.Flag("web.telemetry-path", "Path under which to expose metrics.").Default("/metrics").StringVar(&f.options.TelemetryPath)
	clause.Flag("web.external-url", "URL under which the exporter is externally reachable, like https://monitoring.example.com/thulium. Used by /sd, links and redirects. Default: the scheme and Host header of each request.").
		PlaceHolder("URL").URLVar(&f.options.ExternalURL)
	clause.Flag("web.max-requests", "Maximum number of requests served in parallel, health checks not counted; further ones get a 503. 0: no limit but that of connections.").
		Default("0").IntVar(&f.options.MaxRequests)
	clause.Flag("web.disable-exporter-metrics", "Exclude metrics about the exporter itself (promhttp_*, process_*, go_*).").
		BoolVar(&f.options.DisableExporterMetrics)
	clause.Flag("log.level", "Lowest level to log: debug, info, warn or error.").
		Default("info").EnumVar(&f.logLevel, "debug", "info", "warn", "error")
	clause.Flag("log.format", "Format of the log: logfmt or json.").
		Default("logfmt").EnumVar(&f.logFormat, "logfmt", "json")
}

// checkOptions checks what the flags say of the daemon.
func (f *daemonFlags) checkOptions(ctx context.Context, env *environment) error {
	if f.options.MaxRequests < 0 {
		return errors.New("--web.max-requests: must not be negative; 0 means no limit")
	}
	if u := f.options.ExternalURL; u != nil {
		switch {
		case u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
			return fmt.Errorf("--web.external-url: %q is not a full URL; write it like https://monitoring.example.com/thulium", u.Redacted())
		case u.User != nil || u.RawQuery != "" || u.Fragment != "":
			return fmt.Errorf("--web.external-url: %q must have neither credentials nor a query or fragment", u.Redacted())
		}
	}
	if err := web.CheckPath(f.options.TelemetryPath); err != nil {
		return fmt.Errorf("--web.telemetry-path: %w", err)
	}
	path := *f.options.Web.WebConfigFile
	if path == "" {
		return nil
	}
	if _, err := env.files.Read(ctx, path, maxWebConfig); err != nil { // for which the toolkit may wait for ever
		return fmt.Errorf("--web.config.file: cannot read %s: %w", path, err)
	}
	err := toolkit.Validate(path)
	switch {
	case err == nil:
		return nil
	case strings.Contains(err.Error(), "bcrypt"): // its text shows a part of the password
		return errors.New("--web.config.file: a password below basic_auth_users is not a bcrypt hash; make one with: htpasswd -nBC 10 USER")
	}
	return fmt.Errorf("--web.config.file: %s", strings.Join(strings.Fields(err.Error()), " "))
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

// run runs a daemon with a log. Errors are part of the log.
func (f *daemonFlags) run(ctx context.Context, env *environment, daemon command) error {
	signal.Ignore(syscall.SIGPIPE) // by default Go ends a process whose stderr is a broken pipe
	writer := logging.NewWriter(env.stderr)
	defer writer.Close(flushTimeout)
	logger := logging.New(writer, f.logFormat, f.logLevel)
	logging.CaptureStd(logging.Std(logger))
	for _, variable := range env.unknown {
		_ = level.Warn(logger).Log("msg", "Unknown environment variable", "variable", variable, "hint", unknownVariable)
	}
	f.options.Started, f.options.Flags, f.options.Build = time.Now(), setFlags(f.clause), env.build
	f.options.Logger, f.options.DroppedLines, f.options.Files = logger, writer.Dropped, env.files
	err := f.checkOptions(ctx, env)
	if err == nil {
		err = daemon(ctx, env)
	}
	if err != nil {
		_ = level.Error(logger).Log("msg", "Exiting", "err", err)
		return errLogged
	}
	return nil
}
