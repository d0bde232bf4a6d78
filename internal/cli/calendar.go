package cli

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/alecthomas/kingpin/v2"

	"thulium_exporter/internal/config"
)

// calendarWeeks is how far calendar looks ahead by default.
const calendarWeeks = 4

// addCalendar adds a view of business hours, which alerts depend on.
func addCalendar(app *kingpin.Application) (*kingpin.CmdClause, command) {
	clause := app.Command("calendar", "Show the business hours of each day, without querying Thulium.")
	var system systemFlags
	system.register(clause)
	var only systemFlag
	only.register(clause)
	var dates dateFlags
	dates.register(clause)
	return clause, untilHangup(func(_ context.Context, env *environment) error {
		systems, err := only.choose(system.load)
		if err != nil {
			return err
		}
		return dates.print(env.stdout, systems, time.Now())
	})
}

// dateFlags choose days.
type dateFlags struct{ from, to string }

func (f *dateFlags) register(clause *kingpin.CmdClause) {
	clause.Flag("from", "First date to show. Default: today.").PlaceHolder("DATE").StringVar(&f.from)
	clause.Flag("to", "Last date to show. Default: 27 days after the first, so that four weeks are shown.").PlaceHolder("DATE").StringVar(&f.to)
}

// print shows the calendar of each system.
func (f *dateFlags) print(w io.Writer, systems []config.System, now time.Time) error {
	for _, s := range systems {
		y, m, d := now.In(s.Calendar.Location()).Date()
		from, err := date("--from", f.from, time.Date(y, m, d, 0, 0, 0, 0, time.UTC)) // as date parses
		if err != nil {
			return err
		}
		to, err := date("--to", f.to, from.AddDate(0, 0, 7*calendarWeeks-1))
		if err != nil {
			return err
		}
		if to.Before(from) {
			return fmt.Errorf("--to: %s is before --from (%s)", f.to, from.Format(time.DateOnly))
		}
		fmt.Fprintf(w, "%s  %s\n", s.Name, s.Calendar.Location())
		if err := s.Calendar.Print(w, from, to); err != nil {
			return err
		}
	}
	return nil
}

// date parses the date of a flag; empty means the default.
func date(flag, text string, byDefault time.Time) (time.Time, error) {
	if text == "" {
		return byDefault, nil
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return t, fmt.Errorf("%s: %q is not a date; write it like 2026-12-24", flag, text)
	}
	return t, nil
}
