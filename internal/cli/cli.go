// Package cli is the command line: the flags, the log and the commands serve,
// demo, check and health.
package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kingpin/v2"
	"github.com/prometheus/common/version"
)

// name is the program's name in messages.
const name = "thulium_exporter"

// command is one job of the program, with its parsed flags.
type command func(ctx context.Context, stdout, stderr io.Writer) error

// commands returns what adds each command to the program.
func commands() []func(*kingpin.Application) (*kingpin.CmdClause, command) {
	return []func(*kingpin.Application) (*kingpin.CmdClause, command){addServe, addDemo, addCheck, addHealth}
}

// Run parses args, runs the selected command until ctx is done, and returns the
// exit status.
func Run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	app := kingpin.New(name, "Publishes the progress of outbound campaigns of Thulium contact centres as Prometheus metrics.")
	app.UsageWriter(stdout).ErrorWriter(stderr)
	app.Version(version.Print(name))
	app.HelpFlag.Short('h')
	exited := -1
	app.Terminate(func(status int) { exited = max(exited, status) })

	byName := map[string]command{}
	for _, add := range commands() {
		clause, run := add(app)
		useEnvironment(clause)
		byName[clause.FullCommand()] = run
	}
	selected, err := app.Parse(args)
	if exited >= 0 {
		return exited
	}
	if err == nil {
		err = byName[selected](ctx, stdout, stderr)
	} else {
		err = fmt.Errorf("%w; see %s --help", err, name)
	}
	if err != nil {
		fmt.Fprintf(stderr, "%s: error: %s\n", name, err)
		return 1
	}
	return 0
}

// useEnvironment gives each flag of a command an environment variable:
// THULIUM_URL for --thulium.url, THULIUM_POLL_INTERVAL for --poll.interval.
func useEnvironment(clause *kingpin.CmdClause) {
	for _, flag := range clause.Model().Flags {
		variable := strings.TrimPrefix(flag.Name, "thulium.")
		variable = strings.NewReplacer(".", "_", "-", "_").Replace(variable)
		clause.GetFlag(flag.Name).Envar("THULIUM_" + strings.ToUpper(variable))
	}
}
