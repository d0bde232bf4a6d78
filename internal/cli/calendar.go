package cli

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/alecthomas/kingpin/v2"

	"thulium_exporter/internal/business"
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
	var text strings.Builder
	for _, s := range systems {
		from, to, err := f.between(now.In(s.Calendar.Location()))
		if err != nil {
			return err
		}
		fmt.Fprintf(&text, "%s  %s\n", s.Name, s.Calendar.Location())
		printDays(&text, daysOf(s.Calendar, from, to), s.Calendar.Location())
	}
	_, err := io.WriteString(w, text.String())
	return err
}

// between returns the noons of the first and of the last day, in the time zone of
// now. (Where clocks change, there may be no midnight.)
func (f *dateFlags) between(now time.Time) (from, to time.Time, err error) {
	if from, err = noon("--from", f.from, now); err != nil {
		return from, to, err
	}
	if to, err = noon("--to", f.to, from.AddDate(0, 0, 7*calendarWeeks-1)); err != nil {
		return from, to, err
	}
	if to.Before(from) {
		return from, to, fmt.Errorf("--to: %s is before --from (%s)", f.to, from.Format(time.DateOnly))
	}
	return from, to, nil
}

// noon returns that of the date of a flag, by default of another date.
func noon(flag, text string, byDefault time.Time) (time.Time, error) {
	date := byDefault
	if text != "" {
		var err error
		if date, err = business.ParseDate(text); err != nil {
			return date, fmt.Errorf("%s: %w", flag, err)
		}
	}
	return time.Date(date.Year(), date.Month(), date.Day(), 12, 0, 0, 0, byDefault.Location()), nil
}

// daysOf returns the days of two instants and those between, up to the end of
// business time.
func daysOf(c config.Calendar, from, to time.Time) []business.Day {
	var days []business.Day
	for d := c.Day(from); d.Start.Before(to) && d.Start.Year() <= business.LastYear; d = c.Day(d.End) {
		days = append(days, d)
	}
	return days
}

// printDays prints a line for each day and a sentence that sums up.
func printDays(w io.Writer, days []business.Day, zone *time.Location) {
	width := 0
	for _, d := range days {
		width = max(width, len(clocks(d)))
	}
	var open time.Duration
	var count int
	for _, d := range days {
		line := fmt.Sprintf("%s  %-*s  %s", d.Start.Format("2006-01-02 Mon"), width, clocks(d), notes(d))
		fmt.Fprintln(w, strings.TrimRight(line, " "))
		for _, i := range d.Open {
			open += i.To.Sub(i.From)
		}
		if len(d.Open) > 0 {
			count++
		}
	}
	fmt.Fprintf(w, "Open %d h %02d min on %d of %d days, time zone %s.\n",
		int(open.Hours()), int(open.Minutes())%60, count, len(days), zone)
}

// clocks returns the business hours of a day as clocks show them.
func clocks(d business.Day) string {
	if len(d.Open) == 0 {
		return "closed"
	}
	times := make([]string, len(d.Open))
	for i, open := range d.Open {
		end := open.To.Format("15:04")
		if open.To.Equal(d.End) {
			end = "24:00"
		}
		times[i] = open.From.Format("15:04") + "-" + end
	}
	return strings.Join(times, " ")
}

// notes returns why a day differs from its weekday, and its clock change. Clocks
// that change at midnight change at the start or the end of the day that is
// shorter or longer.
func notes(d business.Day) string {
	if d.End.Sub(d.Start) == 24*time.Hour {
		return d.Note
	}
	before := d.Start.Add(-time.Second)
	_, change := before.ZoneBounds()
	_, offset := before.Zone()
	text := fmt.Sprintf("clocks go from %s to %s",
		change.In(time.FixedZone("", offset)).Format("15:04"), change.Format("15:04"))
	return strings.TrimPrefix(d.Note+", "+text, ", ")
}
