package cli

import (
	"fmt"
	"strconv"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/prometheus/common/model"

	"thulium_exporter/internal/config"
)

// stallFlags say when a campaign counts as stalled; nil means the default.
type stallFlags struct {
	after *model.Duration
	until *float64
}

func (f *stallFlags) register(clause *kingpin.CmdClause) {
	clause.Flag("stall.after", "Business time without progress after which a campaign counts as stalled. Default: 2h.").
		PlaceHolder("2h").SetValue(optional[model.Duration]{&f.after, parseDuration})
	clause.Flag("stall.until", "Completion, in percent, from which on no stall is reported: the last records wait for their next attempt. Default: 98.").
		PlaceHolder("98").SetValue(optional[float64]{&f.until, parseFloat})
}

// draft returns what a configuration file would say.
func (f *stallFlags) draft() config.Stall {
	return config.Stall{After: f.after, Until: f.until}
}

// optional is the value of a flag for which no value stands for "not set". It
// implements kingpin.Value.
type optional[T any] struct {
	to    **T // nil as long as the flag is not set
	parse func(string) (T, error)
}

func (o optional[T]) Set(text string) error {
	value, err := o.parse(text)
	*o.to = &value
	return err
}

func (o optional[T]) String() string {
	if *o.to == nil {
		return ""
	}
	return fmt.Sprint(**o.to)
}

func parseDuration(text string) (model.Duration, error) {
	d, err := time.ParseDuration(text)
	return model.Duration(d), err
}

func parseFloat(text string) (float64, error) { return strconv.ParseFloat(text, 64) }

// registerStateFile adds the flag that names the state file.
func registerStateFile(clause *kingpin.CmdClause) *string {
	return clause.Flag("state.file", "File that stores the progress of campaigns across restarts. Default: none; idle times then restart from 0.").
		PlaceHolder("FILE").String()
}
