package business

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/rickar/cal/v2"
)

// rules are a valid Spec. They are never written to once they are made.
type rules struct {
	zone     *time.Location
	week     week
	holidays []*cal.Holiday
	dates    map[date]hours // the user's own dates
}

func newRules(s Spec) (r rules, err error) {
	s = s.withDefaults()
	if r.zone, err = loadZone(s.TimeZone); err != nil {
		return rules{}, err
	}
	if len(s.Windows) == 0 {
		return rules{}, errors.New("windows is empty: list at least one window, or leave the key out for Monday to Friday 08:00-20:00")
	}
	if r.week, err = newWeek(s.Windows); err != nil {
		return rules{}, err
	}
	if r.holidays, err = holidaysOf(s.Holidays); err != nil {
		return rules{}, err
	}
	r.dates, err = parseDates(s.ClosedDates, s.OpenDates)
	return r, err
}

// loadZone refuses "Local", which would differ from machine to machine.
func loadZone(name string) (*time.Location, error) {
	zone, err := time.LoadLocation(name)
	if err != nil || zone == time.Local {
		return nil, fmt.Errorf("time_zone %q is not known: write a name of the IANA time zone database like Europe/Warsaw", name)
	}
	return zone, nil
}

func parseDates(closed []string, open []OpenDate) (map[date]hours, error) {
	dates := make(map[date]hours)
	for _, s := range closed {
		day, err := parseDate(s)
		if err != nil {
			return nil, fmt.Errorf("closed_dates: %w", err)
		}
		dates[day] = nil
	}
	for _, o := range open {
		if err := o.addTo(dates); err != nil {
			return nil, fmt.Errorf("open_dates: %w", err)
		}
	}
	return dates, nil
}

func (o OpenDate) addTo(dates map[date]hours) error {
	day, err := parseDate(o.Date)
	if err != nil {
		return err
	}
	if other, ok := dates[day]; ok && other == nil {
		return fmt.Errorf("%s is in closed_dates too: remove one of them", day)
	} else if ok {
		return fmt.Errorf("%s is listed twice: put all its times into one entry", day)
	}
	if dates[day], err = parseHours(o.Times); err != nil {
		return fmt.Errorf("%s: %w", day, err)
	}
	return nil
}

// exception is a date whose opening times do not follow from its weekday.
type exception struct {
	date
	hours hours
	why   string
}

// exceptions lists the dates from firstYear to the end of year, in order. The
// user's own dates win over holidays, and the first holiday of a date over the
// others.
func (r *rules) exceptions(year int) []exception {
	found := make(map[date]exception)
	for _, h := range r.holidays {
		for _, day := range closings(h, year) {
			if _, ok := found[day]; !ok {
				found[day] = exception{day, nil, h.Name}
			}
		}
	}
	for day, hours := range r.dates {
		why := "open date"
		if hours == nil {
			why = "closed date"
		}
		found[day] = exception{day, hours, why}
	}
	return slices.SortedFunc(maps.Values(found), func(a, b exception) int { return cmp.Compare(a.date, b.date) })
}
