package cli

import (
	"fmt"
	"io"
	"time"

	"github.com/alecthomas/kingpin/v2"

	"thulium_exporter/internal/config"
)

// calendarWeeks is how far check looks ahead unless told otherwise.
const calendarWeeks = 4

// calendarFlags ask for the business hours of a time.
type calendarFlags struct {
	wanted   bool
	from, to string
}

func (f *calendarFlags) register(clause *kingpin.CmdClause) {
	clause.Flag("business-hours", "Show the business hours of the coming weeks instead, without asking Thulium.").BoolVar(&f.wanted)
	clause.Flag("from", "First date of the business hours to show. Default: today.").PlaceHolder("DATE").StringVar(&f.from)
	clause.Flag("to", "Last date of the business hours to show. Default: four weeks after the first.").PlaceHolder("DATE").StringVar(&f.to)
}

// print shows the calendar of each system.
func (f *calendarFlags) print(w io.Writer, systems []config.System, now time.Time) error {
	for _, s := range systems {
		from, err := date("--from", f.from, now.In(s.Calendar.Location()))
		if err != nil {
			return err
		}
		to, err := date("--to", f.to, from.AddDate(0, 0, 7*calendarWeeks-1))
		if err != nil {
			return err
		}
		if to.Before(from) {
			return fmt.Errorf("--to: %s is before --from", f.to)
		}
		fmt.Fprintf(w, "%s  %s\n", s.Name, s.Calendar.Location())
		if err := s.Calendar.Print(w, from, to); err != nil {
			return err
		}
	}
	return nil
}

// date reads a date given by a flag, or returns the default.
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
