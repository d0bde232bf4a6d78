package cli

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/alecthomas/kingpin/v2"

	"thulium_exporter/internal/business"
	"thulium_exporter/internal/config"
)

// addCalendar adds a view of business hours, which alerts depend on.
func addCalendar(app *kingpin.Application) (*kingpin.CmdClause, command) {
	clause := app.Command("calendar", "Show the business hours of each day. It needs neither the URL of a system nor a password.")
	var system systemFlags
	system.register(clause)
	only := registerChoice(clause)
	from := clause.Flag("from", "First date to show. Default: today.").PlaceHolder("DATE").String()
	to := clause.Flag("to", "Last date to show. Default: 27 days after the first, so that four weeks are shown.").PlaceHolder("DATE").String()
	return clause, oneShot(func(ctx context.Context, env *environment) error {
		systems, err := system.loadCalendars(ctx, env.files)
		if err == nil {
			systems, err = choose(systems, *only)
		}
		if err != nil {
			return err
		}
		if system.file == "" && !system.isSet("business") {
			fmt.Fprintf(env.stderr, "%s: these are the default business hours; for those of an exporter, add its --config.file or --business.* flags\n", name)
		}
		var text bytes.Buffer
		now := time.Now()
		for _, s := range systems {
			zone := s.Calendar.Location()
			first, last, err := between(*from, *to, now.In(zone))
			if err != nil {
				return err
			}
			fmt.Fprintf(&text, "%s  %s\n", s.Name, zone)
			printDays(&text, daysOf(s.Calendar, first, last), zone)
		}
		_, err = text.WriteTo(env.stdout)
		return err
	})
}

// between returns the noons of the first and of the last day, in the time zone of
// now. (Where clocks change, there may be no midnight.)
func between(from, to string, now time.Time) (first, last time.Time, err error) {
	first, err = noon("--from", from, now)
	if err == nil {
		last, err = noon("--to", to, first.AddDate(0, 0, 27))
	}
	if err == nil && last.Before(first) {
		err = fmt.Errorf("--to: %s is before --from (%s)", to, first.Format(time.DateOnly))
	}
	return first, last, err
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
func printDays(w *bytes.Buffer, days []business.Day, zone *time.Location) {
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
