package business_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"thulium_exporter/internal/business"
)

// Article 1 of the Polish act of 18 January 1951 on non-working days (ustawa o
// dniach wolnych od pracy; consolidated: Dz.U. 2025 item 296). The amendment of
// 6 December 2024 added 24 December from 2025 on. The dates of Easter are those
// of the Gregorian computus; Pentecost is 49 and Corpus Christi 60 days later.
func TestPolishHolidays(t *testing.T) {
	fixed := []string{"01-01", "01-06", "05-01", "05-03", "08-15", "11-01", "11-11", "12-25", "12-26"}
	movable := map[int][]string{ // Easter Sunday and Monday, Pentecost, Corpus Christi
		2024: {"03-31", "04-01", "05-19", "05-30"},
		2025: {"04-20", "04-21", "06-08", "06-19", "12-24"},
		2026: {"04-05", "04-06", "05-24", "06-04", "12-24"},
		2027: {"03-28", "03-29", "05-16", "05-27", "12-24"},
		2028: {"04-16", "04-17", "06-04", "06-15", "12-24"},
		2029: {"04-01", "04-02", "05-20", "05-31", "12-24"},
		2030: {"04-21", "04-22", "06-09", "06-20", "12-24"},
	}
	c := mustNew(t, business.Spec{Windows: daily("00:00", "24:00")})
	for year, dates := range movable {
		want := slices.Sorted(slices.Values(append(dates, fixed...)))
		if got := closedIn(c, year); !slices.Equal(got, want) {
			t.Errorf("%d: closed on %v, want %v", year, got, want)
		}
	}
}

func closedIn(c *business.Calendar, year int) []string {
	var closed []string
	for _, d := range c.Days(date(year, time.January, 1), date(year, time.December, 31)) {
		if d.Open == 0 {
			closed = append(closed, d.Date.Format("01-02"))
		}
	}
	return closed
}

func TestOtherHolidays(t *testing.T) {
	for _, test := range []struct {
		place, date string
		closed      bool
	}{
		{"gb", "2027-12-25", true},    // bank holidays; a Saturday
		{"gb", "2027-12-27", true},    // given instead
		{"gb", "2027-12-28", true},    // instead of Sunday, 26 December
		{"us", "2027-12-31", true},    // instead of Saturday, 1 January 2028
		{"za", "2022-12-26", true},    // a Monday off although the library moves it
		{"ie", "2027-03-17", true},    // no type
		{"se", "2026-12-24", false},   // an eve
		{"de", "2027-05-27", false},   // Corpus Christi
		{"de-by", "2027-05-27", true}, // a holiday in Bavaria
		{"au", "2027-04-25", true},
		{"jp", "2020-01-02", false},
	} {
		c := mustNew(t, business.Spec{TimeZone: "UTC", Windows: daily("00:00", "24:00"), Holidays: []string{test.place}})
		at := parse(t, c, fmt.Sprint(test.date, " 12:00:00"))
		if open := c.OpenAt(at); open == test.closed {
			t.Errorf("%s on %s: open is %t", test.place, test.date, open)
		}
	}
}

func TestSeveralCountries(t *testing.T) {
	c := mustNew(t, business.Spec{Windows: daily("00:00", "24:00"), Holidays: []string{"cz", "pl"}})
	for day, note := range map[time.Time]string{
		date(2026, time.November, 11): "Narodowe Święto Niepodległości",
		date(2026, time.November, 17): "Den boje za svobodu a demokracii",
		date(2026, time.May, 1):       "Svátek práce",
	} {
		if days := c.Days(day, day); days[0].Note != note {
			t.Errorf("%s: note %q, want %q", day, days[0].Note, note)
		}
	}
}
