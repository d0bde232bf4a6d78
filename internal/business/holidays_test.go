package business_test

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rickar/cal/v2"

	"thulium_exporter/internal/business"
)

// codes returns all that there are.
func codes() []string {
	return strings.Fields("cz de es fr gb it lt nl pl ro ru sk ua us" +
		" de-bb de-be de-bw de-by de-hb de-he de-hh de-mv de-ni de-nw de-rp de-sh de-sl de-sn de-st de-th")
}

// notes returns the notes of all days that have one, from one year to another.
func notes(t testing.TB, c *business.Calendar, from, to int) map[string]string {
	t.Helper()
	notes := make(map[string]string)
	for d := c.Day(time.Date(from, time.January, 1, 12, 0, 0, 0, c.Location())); d.Start.Year() <= to; d = c.Day(d.End) {
		if d.Note != "" {
			notes[d.Start.Format(time.DateOnly)] = d.Note
		}
		if (d.Note == "") != (len(d.Open) > 0) {
			t.Errorf("%s: note %q, open %v", d.Start, d.Note, d.Open)
		}
	}
	return notes
}

// always is a calendar that is closed on holidays only.
func always(t testing.TB, holidays ...string) *business.Calendar {
	t.Helper()
	return mustNew(t, business.Spec{Windows: daily("00:00", "24:00"), Holidays: holidays})
}

// Article 1 of the Polish act of 18 January 1951 on non-working days (ustawa o
// dniach wolnych od pracy; consolidated: Dz.U. 2025 item 296). The amendment of
// 6 December 2024 added 24 December from 2025 on. The dates of Easter are those
// of the Gregorian computus; Pentecost is 49 and Corpus Christi 60 days later.
func TestPolishHolidays(t *testing.T) {
	fixed := []string{"01-01", "01-06", "05-01", "05-03", "08-15", "11-01", "11-11", "12-25", "12-26"}
	c := always(t, "pl")
	for year, movable := range map[string][]string{ // Easter Sunday and Monday, Pentecost, Corpus Christi
		"2024": {"03-31", "04-01", "05-19", "05-30"},
		"2025": {"04-20", "04-21", "06-08", "06-19", "12-24"},
		"2026": {"04-05", "04-06", "05-24", "06-04", "12-24"},
		"2027": {"03-28", "03-29", "05-16", "05-27", "12-24"},
		"2028": {"04-16", "04-17", "06-04", "06-15", "12-24"},
		"2029": {"04-01", "04-02", "05-20", "05-31", "12-24"},
		"2030": {"04-21", "04-22", "06-09", "06-20", "12-24"},
	} {
		begin, err := time.Parse("2006", year)
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		for _, day := range append(movable, fixed...) {
			want = append(want, year+"-"+day)
		}
		got := slices.Sorted(maps.Keys(notes(t, c, begin.Year(), begin.Year())))
		if slices.Sort(want); !slices.Equal(got, want) {
			t.Errorf("closed on %v, want %v", got, want)
		}
	}
}

func TestHolidays(t *testing.T) {
	for _, test := range []struct{ code, date, note string }{
		{"pl", "2027-03-28", "pierwszy dzień Wielkiej Nocy"},
		{"pl", "2027-03-30", ""},
		{"PL", "2020-01-01", "Nowy Rok"},
		{"pl", "2050-12-26", "drugi dzień Bożego Narodzenia"},
		{"gb", "2027-12-25", "Christmas Day"},  // a Saturday
		{"gb", "2027-12-27", "Christmas Day"},  // given instead
		{"gb", "2027-12-28", "Boxing Day"},     // instead of Sunday, 26 December
		{"us", "2027-12-31", "New Year's Day"}, // instead of Saturday, 1 January 2028
		{"us", "2028-12-31", ""},
		{"ua", "2020-03-09", "Міжнародний жіночий день"}, // instead of a Sunday
		{"de", "2027-05-27", ""},                         // Corpus Christi
		{"de-by", "2027-05-27", "Fronleichnam"},
		{"ua", "2026-08-24", "День Незалежності"},
	} {
		c := always(t, test.code)
		day := c.Day(parse(t, c, test.date+" 12:00:00"))
		if day.Note != test.note || (len(day.Open) == 0) != (test.note != "") {
			t.Errorf("%s: got %+v, want note %q", test.code, day, test.note)
		}
	}
	several := notes(t, always(t, "cz", "pl"), 2026, 2026)
	for day, note := range map[string]string{
		"2026-11-11": "Narodowe Święto Niepodległości",
		"2026-11-17": "Den boje za svobodu a demokracii",
		"2026-05-01": "Svátek práce", // the first wins
	} {
		if several[day] != note {
			t.Errorf("%s: got %q, want %q", day, several[day], note)
		}
	}
}

// The library thinks in midnights of the machine's zone. In these zones some
// do not exist.
func TestHolidaysDoNotDependOnTheMachine(t *testing.T) {
	local := time.Local
	t.Cleanup(func() { time.Local, cal.DefaultLoc = local, local })
	all := func(machine string) map[string]string {
		zone, err := time.LoadLocation(machine)
		if err != nil {
			t.Fatal(err)
		}
		time.Local, cal.DefaultLoc = zone, zone
		return notes(t, always(t, codes()...), business.FirstYear, 2030)
	}
	want := all("UTC")
	for _, machine := range []string{"America/Santiago", "America/Havana", "Asia/Beirut", "Africa/Cairo", "Pacific/Apia"} {
		if !maps.Equal(all(machine), want) {
			t.Errorf("the holidays differ on a machine in %s", machine)
		}
	}
}

// The race detector would see a holiday of the library that is written to when it
// is computed, as the Japanese ones are.
func TestNewIsSafeForConcurrentUse(t *testing.T) {
	var group sync.WaitGroup
	for range 2 {
		group.Go(func() { always(t, codes()...) })
	}
	group.Wait()
}
