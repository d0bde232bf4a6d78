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

// KeyError says which key of a Spec is wrong. It does not quote the Spec.
type KeyError struct {
	Key string
	Err error
}

// Error names the key and what is wrong with it.
func (e *KeyError) Error() string { return e.Key + ": " + e.Err.Error() }

// Unwrap returns what is wrong.
func (e *KeyError) Unwrap() error { return e.Err }

func newRules(s Spec) (r rules, err error) {
	s = s.withDefaults()
	if r.zone, err = loadZone(s.TimeZone); err != nil {
		return rules{}, &KeyError{"time_zone", err}
	}
	if r.week, err = newWeek(s.Windows); err != nil {
		return rules{}, &KeyError{"windows", err}
	}
	if r.holidays, err = holidaysOf(s.Holidays); err != nil {
		return rules{}, &KeyError{"holidays", err}
	}
	r.dates = make(map[date]hours)
	for i, day := range s.ClosedDates {
		if err := closeOn(day, r.dates); err != nil {
			return rules{}, &KeyError{"closed_dates", fmt.Errorf("entry %d: %w", i+1, err)}
		}
	}
	for i, day := range s.OpenDates {
		if err := day.addTo(r.dates); err != nil {
			return rules{}, &KeyError{"open_dates", fmt.Errorf("entry %d: %w", i+1, err)}
		}
	}
	return r, nil
}

// loadZone refuses "Local", which would differ from machine to machine.
func loadZone(name string) (*time.Location, error) {
	zone, err := time.LoadLocation(name)
	if err != nil || zone == time.Local {
		return nil, errors.New("unknown; write a name from the IANA time zone database, like Europe/Warsaw")
	}
	return zone, nil
}

func closeOn(text string, dates map[date]hours) error {
	day, err := parseDate(text)
	if err == nil {
		dates[day] = nil
	}
	return err
}

func (o OpenDate) addTo(dates map[date]hours) error {
	day, err := parseDate(o.Date)
	if err != nil {
		return err
	}
	if other, ok := dates[day]; ok && other == nil {
		return fmt.Errorf("%s is in closed_dates too; remove one of them", day)
	} else if ok {
		return fmt.Errorf("%s is listed twice; put all its times into one entry", day)
	}
	if dates[day], err = parseHours(o.Times); err != nil {
		return fmt.Errorf("%s: %w", day, err)
	}
	return nil
}

// exception is a date whose business hours do not follow from its weekday.
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
