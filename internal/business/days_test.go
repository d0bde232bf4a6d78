package business_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"thulium_exporter/internal/business"
)

func date(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

func TestPrint(t *testing.T) {
	for file, test := range map[string]struct {
		spec     business.Spec
		from, to time.Time
	}{
		"christmas.txt": {
			spec: business.Spec{OpenDates: []business.OpenDate{
				{Date: "2026-12-20", Times: []business.TimeRange{{Start: "10:00", End: "14:00"}, {Start: "15:00", End: "18:30"}}},
				{Date: "2026-12-31", Times: []business.TimeRange{{Start: "08:00", End: "14:00"}}},
			}, ClosedDates: []string{"2027-01-04"}},
			from: date(2026, time.December, 19), to: date(2027, time.January, 7),
		},
		"clock_changes.txt": {
			spec: business.Spec{Windows: daily("00:00", "24:00"), Holidays: []string{"none"}},
			from: date(2026, time.March, 28), to: date(2026, time.March, 30),
		},
	} {
		want, err := os.ReadFile("testdata/" + file)
		if err != nil {
			t.Fatal(err)
		}
		var got strings.Builder
		if err := mustNew(t, test.spec).Print(&got, test.from, test.to); err != nil {
			t.Fatal(err)
		}
		if got.String() != string(want) {
			t.Errorf("%s: got\n%s", file, &got)
		}
	}
}

func TestDaysAddUp(t *testing.T) {
	for _, c := range awkward(t) {
		var sum time.Duration
		for _, d := range c.Days(date(2020, time.January, 1), date(2026, time.December, 31)) {
			sum += d.Open
		}
		end := parse(t, c, "2027-01-01 00:00:00")
		if want := c.SecondsUntil(end); sum.Seconds() != want {
			t.Errorf("%s: days add up to %v s, the counter says %v", c.Location(), sum.Seconds(), want)
		}
	}
}

func TestDaysOfShiftedMidnight(t *testing.T) {
	for zone, want := range map[string]struct {
		date time.Time
		note string
		open time.Duration
	}{
		"America/Santiago": {date(2026, time.September, 6), "clocks go from 00:00 to 01:00", 23 * time.Hour},
		"America/Nuuk":     {date(2026, time.March, 28), "clocks go from 23:00 to 00:00", 23 * time.Hour},
		"Asia/Beirut":      {date(2026, time.October, 24), "clocks go from 00:00 to 23:00", 25 * time.Hour},
	} {
		c := mustNew(t, business.Spec{TimeZone: zone, Windows: daily("00:00", "24:00"), Holidays: []string{"none"}})
		days := c.Days(want.date, want.date)
		if len(days) != 1 || days[0].Note != want.note || days[0].Open != want.open {
			t.Errorf("%s: got %+v, want %+v", zone, days, want)
		}
	}
}

func TestDaysOutOfRange(t *testing.T) {
	c := mustNew(t, business.Spec{})
	if days := c.Days(date(1970, time.January, 1), date(2020, time.January, 2)); len(days) != 2 || days[0].Note != "Nowy Rok" {
		t.Errorf("before 2020: got %+v, want 1 and 2 January 2020", days)
	}
	if days := c.Days(date(2026, time.May, 2), date(2026, time.May, 1)); len(days) != 0 {
		t.Errorf("to before from: got %+v", days)
	}
	if days := c.Days(date(2299, time.December, 25), date(2300, time.January, 1)); len(days) != 8 || days[7].Note != "Nowy Rok" {
		t.Errorf("2300: got %+v", days)
	}
}

func TestNotes(t *testing.T) {
	for _, test := range []struct{ zone, place, date, note string }{
		{"America/New_York", "us", "2027-12-31", "New Year's Day"}, // given in the year before
		{"America/New_York", "us", "2051-01-01", "New Year's Day"}, // beyond the table
		{"Asia/Tokyo", "jp", "2052-01-01", "New Year's Day"},       // still the year before in UTC
		{"Europe/Warsaw", "pl", "2027-03-28", "pierwszy dzień Wielkiej Nocy, clocks go from 02:00 to 03:00"},
		{"Europe/Warsaw", "pl", "2027-03-30", ""},
	} {
		c := mustNew(t, business.Spec{TimeZone: test.zone, Windows: daily("00:00", "24:00"), Holidays: []string{test.place}})
		day := parse(t, c, test.date+" 00:00:00")
		got := c.Days(day, day)[0]
		if got.Note != test.note || (got.Open > 0) != (test.note == "") || c.OpenAt(day) != (test.note == "") {
			t.Errorf("%s on %s: got %+v, open at its start: %t, want note %q", test.place, test.date, got, c.OpenAt(day), test.note)
		}
	}
}
