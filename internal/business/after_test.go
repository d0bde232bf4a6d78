package business_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"thulium_exporter/internal/business"
)

func TestAfter(t *testing.T) {
	c := mustNew(t, business.Spec{ClosedDates: []string{"2026-12-31"}})
	for _, test := range []struct {
		from    string
		seconds float64
		want    string
	}{
		{"2026-12-23 12:00:00", 0, "2026-12-23 12:00:00"},
		{"2026-12-24 12:00:00", 0, "2026-12-24 12:00:00"},
		{"2026-12-24 12:00:00", -1, "2026-12-24 12:00:00"},
		{"2026-12-23 12:00:00", 3600, "2026-12-23 13:00:00"},
		{"2026-12-23 12:00:00", 0.5, "2026-12-23 12:00:01"},
		{"2026-12-23 12:00:00", 8 * 3600, "2026-12-23 20:00:00"},
		{"2026-12-23 12:00:00", 8*3600 + 1, "2026-12-28 08:00:01"}, // three holidays, a Sunday
		{"2026-12-24 12:00:00", 1, "2026-12-28 08:00:01"},
		{"2026-03-27 19:00:00", 2 * 3600, "2026-03-30 09:00:00"}, // the clocks go forward
		{"2026-10-23 19:00:00", 2 * 3600, "2026-10-26 09:00:00"}, // and back
		{"2019-01-01 00:00:00", 3600, "2020-01-02 09:00:00"},     // business time begins with 2020
		{"2050-12-30 12:00:00", 8 * 3600, "2050-12-30 20:00:00"}, // the last hours
	} {
		got, ok := c.After(parse(t, c, test.from), test.seconds)
		if want := parse(t, c, test.want); !ok || !got.Equal(want) {
			t.Errorf("%v s after %s: %s, %t, want %s", test.seconds, test.from, got.In(c.Location()), ok, want)
		}
	}
}

func TestAfterGivesUp(t *testing.T) {
	const fiveYears = 5 * 366 * 24 * 3600
	always := mustNew(t, business.Spec{Windows: daily("00:00", "24:00"), Holidays: []string{"none"}})
	for _, test := range []struct {
		from    string
		seconds float64
		ok      bool
	}{
		{"2026-01-01 12:00:00", fiveYears, true},
		{"2026-01-01 12:00:00", fiveYears + 1, false},
		{"2026-01-01 12:00:00", 1e300, false},
		{"2026-01-01 12:00:00", math.Inf(1), false},
		{"2026-01-01 12:00:00", math.NaN(), false},
		{"2050-12-31 23:59:59", 1, true},
		{"2050-12-31 23:59:59", 2, false},
		{"1970-01-01 00:00:00", 1, false},
	} {
		if at, ok := always.After(parse(t, always, test.from), test.seconds); ok != test.ok {
			t.Errorf("%v s after %s: %s, %t", test.seconds, test.from, at, ok)
		}
	}
	never := mustNew(t, business.Spec{
		TimeZone: "Etc/UTC", Windows: []business.Window{{Weekdays: []string{"friday"}, Times: daily("00:00", "00:01")[0].Times}},
		Holidays: []string{"none"}, ClosedDates: fridays(),
	})
	at := parse(t, never, "2026-01-01 12:00:00")
	_, ok := never.After(at, 1)
	if _, opens := never.Next(at); ok || opens || never.OpenAt(at) || never.SecondsUntil(at) != 0 {
		t.Errorf("a calendar that is never open opens")
	}
}

func fridays() (dates []string) {
	for day := time.Date(2020, time.January, 3, 0, 0, 0, 0, time.UTC); day.Year() <= business.LastYear; day = day.AddDate(0, 0, 7) {
		dates = append(dates, day.Format(time.DateOnly))
	}
	return dates
}

// After is the inverse of SecondsUntil: at the instant, as much time has
// passed, and a second earlier it had not.
func TestAfterIsTheInverse(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for name, c := range map[string]*business.Calendar{
		"usual":         mustNew(t, business.Spec{}),
		"at night":      mustNew(t, business.Spec{Windows: daily("00:00", "00:30", "01:30", "02:45", "23:30", "24:00")}),
		"Lord Howe":     mustNew(t, business.Spec{TimeZone: "Australia/Lord_Howe", Windows: daily("01:45", "02:15", "09:00", "10:00")}),
		"Santiago":      mustNew(t, business.Spec{TimeZone: "America/Santiago", Windows: daily("00:00", "24:00")}),
		"Casablanca":    mustNew(t, business.Spec{TimeZone: "Africa/Casablanca", Windows: daily("02:00", "02:59")}),
		"on open dates": mustNew(t, business.Spec{OpenDates: []business.OpenDate{{Date: "2026-10-25", Times: []business.TimeRange{{Start: "00:00", End: "24:00"}}}}}),
	} {
		t.Run(name, func(t *testing.T) {
			for range 5000 {
				from := time.Unix(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Unix()+r.Int64N(366*86400), 0)
				seconds := float64(1 + r.IntN(1<<r.IntN(22)))
				at, ok := c.After(from, seconds)
				if !ok {
					t.Fatalf("%v s after %s: never", seconds, from)
				}
				reached := c.SecondsUntil(at) - c.SecondsUntil(from)
				early := c.SecondsUntil(at.Add(-time.Second)) - c.SecondsUntil(from)
				if reached < seconds-1e-5 || early > seconds {
					t.Fatalf("%v s after %s: %s, when %v s have passed, and %v a second earlier", seconds, from, at, reached, early)
				}
			}
		})
	}
}
