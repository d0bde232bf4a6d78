package cli

import (
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/prometheus/common/model"

	"thulium_exporter/internal/config"
)

// stallFlags say when a campaign counts as stalled; 0 means the default.
type stallFlags struct {
	after time.Duration
	until float64
}

func (f *stallFlags) register(clause *kingpin.CmdClause) {
	clause.Flag("stall.after", "Business time without progress after which a campaign counts as stalled. Default: 2h.").
		PlaceHolder("2h").DurationVar(&f.after)
	clause.Flag("stall.until", "Completion, in percent, from which on no stall is reported: the last records wait for their next attempt. Default: 98.").
		PlaceHolder("98").Float64Var(&f.until)
}

// draft returns what a configuration file would say.
func (f *stallFlags) draft() config.Stall {
	var s config.Stall
	if f.after != 0 {
		s.After = new(model.Duration(f.after))
	}
	if f.until != 0 {
		s.Until = &f.until
	}
	return s
}

// registerStateFile adds the flag that names the state file.
func registerStateFile(clause *kingpin.CmdClause) *string {
	return clause.Flag("state.file", "File that keeps the progress of campaigns over restarts. Default: none, so that idle times start again.").
		PlaceHolder("FILE").String()
}
