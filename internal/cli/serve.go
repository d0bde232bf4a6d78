package cli

import (
	"context"
	"errors"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/go-kit/log"

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
	autoReload := clause.Flag("config.auto-reload-interval", "Look at this interval, like 30s, whether the configuration file has changed, and reload it. Default: never.").
		PlaceHolder("30s").Duration()
	checkOnly := clause.Flag("config.check", "Check the configuration without querying Thulium, and exit.").Bool()
	return clause, func(ctx context.Context, env *environment) error {
		if *checkOnly {
			return checkConfig(&system, &d, env)
		}
		return d.run(ctx, env, func(ctx context.Context, _ log.Logger, o server.Options) error {
			if *autoReload != 0 && (system.file == "" || *autoReload < time.Second) {
				return errors.New("--config.auto-reload-interval: must be at least 1s and has no effect without --config.file")
			}
			o.StateFile = *stateFile
			o.Load, o.AutoReload = system.load, server.AutoReload{File: system.file, Interval: *autoReload}
			return server.Run(ctx, env.hangup, o)
		})
	}
}
