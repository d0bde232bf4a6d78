package cli

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kingpin/v2"

	"thulium_exporter/internal/business"
)

// businessFlags describe the business hours of one system.
type businessFlags struct {
	timeZone                         string
	hours, holidays, closed, openOwn []string
}

func (f *businessFlags) register(clause *kingpin.CmdClause) {
	clause.Flag("business.time-zone", "Time zone of the business hours. Default: Europe/Warsaw.").
		PlaceHolder("ZONE").StringVar(&f.timeZone)
	clause.Flag("business.hours", "Weekly business hours. Repeatable. Default: 'monday:friday 08:00-20:00'.").
		PlaceHolder("HOURS").StringsVar(&f.hours)
	clause.Flag("business.holidays", "Country on whose public holidays the contact centre is closed, like pl, or none. Repeatable. Default: pl.").
		PlaceHolder("COUNTRY").StringsVar(&f.holidays)
	clause.Flag("business.closed-date", "Further date on which the contact centre is closed, like 2026-12-31. Repeatable.").
		PlaceHolder("DATE").StringsVar(&f.closed)
	clause.Flag("business.open-date", "Date with hours of its own, like '2026-12-13 10:00-16:00'. Repeatable.").
		PlaceHolder("DATE HOURS").StringsVar(&f.openOwn)
}

func (f *businessFlags) isSet() bool {
	return f.timeZone != "" || len(f.hours)+len(f.holidays)+len(f.closed)+len(f.openOwn) > 0
}

// spec returns the hours as a file would say them.
func (f *businessFlags) spec() (business.Spec, error) {
	spec := business.Spec{TimeZone: f.timeZone, Holidays: f.holidays, ClosedDates: f.closed}
	for _, hours := range f.hours {
		days, times, ok := splitHours(hours)
		if !ok {
			return spec, fmt.Errorf("--business.hours: cannot read %q; write it like 'monday:friday 08:00-20:00'", hours)
		}
		spec.Windows = append(spec.Windows, business.Window{Weekdays: strings.Split(days, ","), Times: times})
	}
	for _, hours := range f.openOwn {
		date, times, ok := splitHours(hours)
		if !ok {
			return spec, fmt.Errorf("--business.open-date: cannot read %q; write it like '2026-12-13 10:00-16:00'", hours)
		}
		spec.OpenDates = append(spec.OpenDates, business.OpenDate{Date: date, Times: times})
	}
	return spec, nil
}

// splitHours reads "DAYS START-END,START-END".
func splitHours(s string) (days string, times []business.TimeRange, ok bool) {
	days, ranges, ok := strings.Cut(strings.TrimSpace(s), " ")
	for text := range strings.SplitSeq(ranges, ",") {
		start, end, isRange := strings.Cut(strings.TrimSpace(text), "-")
		ok = ok && isRange
		times = append(times, business.TimeRange{Start: start, End: end})
	}
	return days, times, ok
}
