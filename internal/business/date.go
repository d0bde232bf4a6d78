package business

import (
	"errors"
	"fmt"
	"time"
)

const (
	secondsPerDay = 24 * 60 * 60

	// Business time begins with firstYear. Until the end of lastYear it is
	// looked up, afterwards computed on each call.
	firstYear = 2020
	lastYear  = 2050

	firstDay date = 18262 // 1 January of firstYear
)

// date is a day of the civil calendar: the days since 1 January 1970.
type date int32

func newDate(year int, month time.Month, day int) date {
	return date(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / secondsPerDay)
}

// dateOf returns the date that t shows in its own location.
func dateOf(t time.Time) date { return newDate(t.Date()) }

// parseDate parses a date in a Spec. Years in which it would have no effect, or
// none for decades, are considered mistakes.
func parseDate(s string) (date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, errors.New("not a date; write it like 2026-12-31")
	}
	if t.Year() < firstYear || t.Year() > lastYear {
		return 0, fmt.Errorf("the year of %s is out of range; write one from %d to %d", s, firstYear, lastYear)
	}
	return dateOf(t), nil
}

// time returns midnight UTC of d.
func (d date) time() time.Time { return time.Unix(int64(d)*secondsPerDay, 0).UTC() }

// wall returns midnight of d.
func (d date) wall() wall { return wall(d) * secondsPerDay }

// weekday is computed by hand because every look-up needs it. 1 January 1970 was a
// Thursday; before it the remainder is negative.
func (d date) weekday() time.Weekday { return time.Weekday((d%7 + 7 + date(time.Thursday)) % 7) }

func (d date) String() string { return d.time().Format(time.DateOnly) }
