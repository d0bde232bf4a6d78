package cli

import (
	"context"

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
	var d daemonFlags
	d.register(clause)
	checkOnly := clause.Flag("config.check", "Check the configuration without querying Thulium, and exit.").Bool()
	return clause, func(ctx context.Context, env *environment) error {
		if *checkOnly {
			return checkConfig(&system, &d, env)
		}
		return d.run(ctx, env, func(ctx context.Context, _ log.Logger, o server.Options) error {
			o.Load = system.load
			return server.Run(ctx, env.hangup, o)
		})
	}
}
