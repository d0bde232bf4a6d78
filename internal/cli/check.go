package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/alecthomas/kingpin/v2"
	"golang.org/x/sync/errgroup"

	"thulium_exporter/internal/config"
	"thulium_exporter/internal/progress/statefile"
)

// checkConcurrency is how many systems are checked at the same time.
const checkConcurrency = 16

// addCheck adds a single look at the systems, for people and for scripts.
func addCheck(app *kingpin.Application) (*kingpin.CmdClause, command) {
	clause := app.Command("check", "Query each system once, show its campaigns, and say what to do about failures. Exit status 1 if any system fails.")
	var system systemFlags
	system.register(clause)
	var only systemFlag
	only.register(clause)
	stateFile := registerStateFile(clause)
	output := clause.Flag("output", "Output format: text for people, json for programs, prometheus for the textfile collector of node_exporter.").
		Short('o').Default("text").Enum("text", "json", "prometheus")
	return clause, untilHangup(func(ctx context.Context, env *environment) error {
		systems, err := only.choose(system.load)
		if err != nil {
			return err
		}
		state, err := statefile.Read(*stateFile)
		if err != nil {
			return fmt.Errorf("--state.file: %w", err)
		}
		c := checker{userAgent: env.build.UserAgent(), state: state, knowsIdle: *stateFile != ""}
		return report(c.all(ctx, systems), *output, env.stdout)
	})
}

// checker queries systems once.
type checker struct {
	userAgent string
	state     *statefile.Store
	knowsIdle bool // there is a state file
}

// all checks the systems, several at a time, and keeps their order.
func (c *checker) all(ctx context.Context, systems []config.System) []checked {
	results := make([]checked, len(systems))
	var group errgroup.Group
	group.SetLimit(checkConcurrency)
	for i := range systems {
		group.Go(func() error {
			results[i] = c.one(ctx, &systems[i])
			return nil
		})
	}
	_ = group.Wait() // no task fails: a failure is a result
	return results
}

// report writes the results and returns an error if any system failed.
func report(results []checked, output string, stdout io.Writer) error {
	write := map[string]func(io.Writer, []checked) error{
		"text": writeText, "json": writeJSON, "prometheus": writePrometheus,
	}[output]
	if err := write(stdout, results); err != nil {
		return err
	}
	if n := len(failed(results)); n > 0 {
		return fmt.Errorf("%d of %s failed", n, count(len(results), "system", "systems"))
	}
	return nil
}

// failed returns the results of systems that failed.
func failed(results []checked) []checked {
	var all []checked
	for _, c := range results {
		if !c.OK {
			all = append(all, c)
		}
	}
	return all
}
