package cli

import (
	"context"
	"errors"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/go-kit/log"

	"thulium_exporter/internal/config"
	"thulium_exporter/internal/server"
)

// addServe adds the daemon itself, the default command.
func addServe(app *kingpin.Application) (*kingpin.CmdClause, command) {
	clause := app.Command("serve", "Serve metrics until stopped (the default command).").Default()
	var system systemFlags
	system.register(clause)
	system.poll.register(clause)
	stateFile := registerStateFile(clause)
	var d daemonFlags
	d.register(clause)
	autoReload := clause.Flag("config.auto-reload-interval", "Interval at which to check the configuration file for changes, like 30s; it is reloaded once its content has changed and stayed the same for one interval. Default: never.").
		PlaceHolder("30s").Duration()
	checkOnly := clause.Flag("config.check", "Check the configuration without querying Thulium, and exit.").Bool()
	return clause, func(ctx context.Context, env *environment) error {
		if *checkOnly {
			if err := checkAutoReload(*autoReload, system.file); err != nil {
				return err
			}
			return checkConfig(&system, &d, env)
		}
		return d.run(ctx, env, func(ctx context.Context, _ log.Logger, o server.Options) error {
			if err := checkAutoReload(*autoReload, system.file); err != nil {
				return err
			}
			o.StateFile = *stateFile
			o.Load = system.load
			o.AutoReload = server.AutoReload{Interval: *autoReload, Digest: func(ctx context.Context) (server.Digest, error) {
				return config.DigestFile(ctx, system.files, system.file)
			}}
			return server.Run(ctx, env.hangup, o)
		})
	}
}

// checkAutoReload accepts 0, which means never.
func checkAutoReload(interval time.Duration, file string) error {
	switch {
	case interval == 0:
		return nil
	case file == "":
		return errors.New("--config.auto-reload-interval: has no effect without --config.file; remove it, or set both")
	case interval < time.Second:
		return errors.New("--config.auto-reload-interval: must be at least 1s; write it like 30s")
	}
	return nil
}
