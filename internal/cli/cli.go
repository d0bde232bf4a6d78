// Package cli is the command line: the flags and the commands serve, demo,
// check, calendar and health.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kingpin/v2"

	"thulium_exporter/collector"
	"thulium_exporter/internal/files"
	"thulium_exporter/internal/server"
)

// name is the program's name in messages.
const name = "thulium_exporter"

// environment is what a command runs in.
type environment struct {
	stdout, stderr io.Writer
	hangup         <-chan os.Signal
	build          collector.Build
	files          *files.Reader
	unknown        []string // variables that look like those of flags
}

// command is one job of the program, with its parsed flags.
type command func(ctx context.Context, env *environment) error

// errLogged is returned by a command that has reported its error in its log.
var errLogged = errors.New("see the log")

// Run parses args, runs the selected command until ctx is done, and returns the
// exit status. The daemon reloads when hangup receives.
func Run(ctx context.Context, hangup <-chan os.Signal, args []string, stdout, stderr io.Writer) int {
	env := &environment{stdout: stdout, stderr: stderr, hangup: hangup, build: server.ReadBuild(), files: files.NewReader()}
	app := kingpin.New(name, "Publishes the progress of outbound campaigns of Thulium contact centres as Prometheus metrics.")
	app.UsageWriter(stdout).ErrorWriter(stderr)
	app.Version(env.build.String())
	app.HelpFlag.Short('h')
	exited := -1
	app.Terminate(func(status int) { exited = max(exited, status) })

	commands := map[string]command{}
	for _, add := range []func(*kingpin.Application) (*kingpin.CmdClause, command){addServe, addDemo, addCheck, addCalendar, addHealth} {
		clause, run := add(app)
		prepareFlags(clause)
		commands[clause.FullCommand()] = run
	}
	selected, err := app.Parse(args)
	switch {
	case exited >= 0:
		return exited
	case err != nil:
		err = explainUsage(app.Model(), args, err)
	default:
		env.unknown = unknownVariables(app.Model(), os.Environ())
		err = commands[selected](ctx, env)
	}
	if err == nil {
		return 0
	}
	if !errors.Is(err, errLogged) {
		fmt.Fprintf(stderr, "%s: error: %s\n", name, err)
	}
	return 1
}

// oneShot is a command that has nothing to reload, and no log.
func oneShot(run command) command {
	return func(ctx context.Context, env *environment) error {
		signal.Reset(syscall.SIGHUP) // it ends the process
		for _, variable := range env.unknown {
			fmt.Fprintf(env.stderr, "%s: warning: %s: %s\n", name, variable, unknownVariable)
		}
		return run(ctx, env)
	}
}
