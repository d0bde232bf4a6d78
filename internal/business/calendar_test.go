package business_test

import (
	"math/rand/v2"
	"testing"
	"time"
	_ "time/tzdata"

	"thulium_exporter/internal/business"
)

func mustNew(t testing.TB, s business.Spec) *business.Calendar {
	t.Helper()
	c, err := business.New(s)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// daily is windows on all days of the week: daily("08:00", "20:00").
func daily(clocks ...string) []business.Window {
	w := business.Window{Weekdays: []string{"monday:sunday"}}
	for i := 0; i < len(clocks); i += 2 {
		w.Times = append(w.Times, business.TimeRange{Start: clocks[i], End: clocks[i+1]})
	}
	return []business.Window{w}
}

// parse reads a time like "2026-12-24 08:00:00" as the calendar's clocks show it.
func parse(t testing.TB, c *business.Calendar, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation(time.DateTime, s, c.Location())
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestOpenAt(t *testing.T) {
	polish := mustNew(t, business.Spec{
		ClosedDates: []string{"2026-12-31"},
		OpenDates: []business.OpenDate{{
			Date:  "2026-12-13",
			Times: []business.TimeRange{{Start: "10:00", End: "14:00"}},
		}},
	})
	for at, want := range map[string]bool{
		"2026-12-23 07:59:59": false,
		"2026-12-23 08:00:00": true,
		"2026-12-23 19:59:59": true,
		"2026-12-23 20:00:00": false,
		"2026-12-19 12:00:00": false, // a Saturday
		"2026-12-24 12:00:00": false, // a holiday
		"2024-12-24 12:00:00": true,  // not yet a holiday
		"2026-12-31 12:00:00": false, // a closed date
		"2026-12-13 12:00:00": true,  // an open date, a Sunday
		"2026-12-13 15:00:00": false,
		"2028-02-29 12:00:00": true,
		"2019-12-30 12:00:00": false, // before business time
		"1970-01-01 12:00:00": false,
		"2050-12-30 12:00:00": true,
		"2051-01-02 12:00:00": false, // after it
		"2300-01-02 12:00:00": false,
	} {
		if got := polish.OpenAt(parse(t, polish, at)); got != want {
			t.Errorf("OpenAt(%s) = %t, want %t", at, got, want)
		}
	}
}

// The counter is compared with a sum over minutes that asks the clocks of the
// zone, not this package, whether the centre is open.
func TestSecondsUntilIsIntegral(t *testing.T) {
	day := func(weekday time.Weekday, _ int) bool { return weekday >= time.Monday && weekday <= time.Friday }
	between := func(from, to int) func(time.Weekday, int) bool {
		return func(_ time.Weekday, minute int) bool { return from <= minute && minute < to }
	}
	tests := map[string]struct {
		zone     string
		windows  []business.Window
		open     func(weekday time.Weekday, minute int) bool
		from, to string
	}{
		"default windows": {
			zone: "Europe/Warsaw", from: "2025-01-01", to: "2027-01-01",
			open: func(w time.Weekday, m int) bool { return day(w, m) && between(8*60, 20*60)(w, m) },
		},
		"skipped and repeated hour": {
			zone: "Europe/Warsaw", from: "2025-01-01", to: "2027-01-01",
			windows: daily("02:00", "03:00"), open: between(2*60, 3*60),
		},
		"ends in the repeated hour": {
			zone: "Europe/Warsaw", from: "2025-01-01", to: "2027-01-01",
			windows: daily("01:00", "02:30"), open: between(60, 2*60+30),
		},
		"always open, midnight skipped": {
			zone: "America/Santiago", from: "2025-01-01", to: "2027-01-01",
			windows: daily("00:00", "24:00"), open: between(0, 24*60),
		},
		"skipped midnight": {
			zone: "America/Santiago", from: "2025-01-01", to: "2027-01-01",
			windows: daily("00:00", "00:30", "23:30", "24:00"),
			open:    func(_ time.Weekday, m int) bool { return m < 30 || m >= 23*60+30 },
		},
		"repeated hour before midnight": {
			zone: "Asia/Beirut", from: "2026-01-01", to: "2027-01-01",
			windows: daily("00:00", "01:15", "23:10", "24:00"),
			open:    func(_ time.Weekday, m int) bool { return m < 75 || m >= 23*60+10 },
		},
		"half an hour of daylight saving": {
			zone: "Australia/Lord_Howe", from: "2026-01-01", to: "2027-01-01",
			windows: daily("01:45", "02:15"), open: between(105, 135),
		},
		"four clock changes a year": {
			zone: "Africa/Casablanca", from: "2026-01-01", to: "2027-01-01",
			windows: daily("02:00", "02:59"), open: between(120, 179),
		},
		"no clock changes": {
			zone: "Asia/Kathmandu", from: "2026-01-01", to: "2027-01-01",
			windows: daily("00:00", "07:01"), open: between(0, 421),
		},
		"years of the zone's rule, leap year": {
			zone: "Australia/Sydney", from: "2040-09-01", to: "2041-05-01",
			windows: daily("02:15", "10:00"), open: between(135, 600),
		},
		"until the end": {
			zone: "America/New_York", from: "2050-10-25", to: "2051-01-01",
			windows: daily("01:00", "01:30", "23:00", "24:00"),
			open:    func(_ time.Weekday, m int) bool { return 60 <= m && m < 90 || m >= 23*60 },
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := mustNew(t, business.Spec{TimeZone: test.zone, Windows: test.windows, Holidays: []string{"none"}})
			from, to := parse(t, c, test.from+" 00:00:00"), parse(t, c, test.to+" 00:00:00")
			sum := c.SecondsUntil(from)
			for at := from; at.Before(to); at = at.Add(time.Minute) {
				if at.Unix()%1200 == 0 && c.SecondsUntil(at) != sum {
					t.Fatalf("SecondsUntil(%s) = %v, want %v", at, c.SecondsUntil(at), sum)
				}
				if hour, minute, _ := at.Clock(); test.open(at.Weekday(), hour*60+minute) {
					sum += 60
				}
			}
		})
	}
}

func TestSecondsUntilIsOf2020To2050(t *testing.T) {
	c := mustNew(t, business.Spec{Windows: daily("00:00", "24:00"), Holidays: []string{"none"}})
	for at, want := range map[string]float64{
		"1970-01-01 00:00:00": 0,
		"2019-12-31 23:59:59": 0,
		"2020-01-01 00:00:00": 0,
		"2020-01-01 00:00:01": 1,
		"2021-01-01 00:00:00": 366 * 86400,
		"2050-12-31 23:59:59": (31*365+8)*86400 - 1,
		"2051-01-01 00:00:00": (31*365 + 8) * 86400,
		"2300-01-01 00:00:00": (31*365 + 8) * 86400,
	} {
		if got := c.SecondsUntil(parse(t, c, at)); got != want {
			t.Errorf("SecondsUntil(%s) = %v, want %v", at, got, want)
		}
	}
	polish := mustNew(t, business.Spec{})
	for at, want := range map[string]float64{
		"2020-01-02 00:00:00": 0, // after New Year
		"2020-01-03 08:00:30": 12*3600 + 30,
		"2020-01-07 00:00:00": 24 * 3600, // after Three Kings' Day
	} {
		if got := polish.SecondsUntil(parse(t, polish, at)); got != want {
			t.Errorf("SecondsUntil(%s) with holidays = %v, want %v", at, got, want)
		}
	}
	for at, want := range map[string]float64{
		"2020-01-02 07:59:59": 0,
		"2020-01-02 08:00:00": 0.5,
		"2020-01-02 19:59:59": 12*3600 - 0.5,
		"2020-01-02 20:00:00": 12 * 3600,
	} {
		if got := polish.SecondsUntil(parse(t, polish, at).Add(time.Second / 2)); got != want {
			t.Errorf("SecondsUntil(%s.5) = %v, want %v", at, got, want)
		}
	}
}

// awkward is calendars that have much to get wrong.
func awkward(t testing.TB) []*business.Calendar {
	t.Helper()
	return []*business.Calendar{
		mustNew(t, business.Spec{}),
		mustNew(t, business.Spec{TimeZone: "America/Santiago", Windows: daily("00:00", "00:30", "01:30", "24:00")}),
		mustNew(t, business.Spec{TimeZone: "Asia/Beirut", Windows: daily("23:15", "24:00"), Holidays: []string{"us", "gb"}}),
		mustNew(t, business.Spec{
			TimeZone:  "Europe/Dublin",
			Windows:   daily("00:30", "02:30"),
			OpenDates: []business.OpenDate{{Date: "2026-10-25", Times: []business.TimeRange{{Start: "01:00", End: "01:30"}}}},
		}),
	}
}

// checkProperties asks for what must hold of any two instants.
func checkProperties(t *testing.T, c *business.Calendar, at time.Time, later time.Duration) {
	t.Helper()
	grown := c.SecondsUntil(at.Add(later)) - c.SecondsUntil(at)
	const rounding = 1e-6 // of nanoseconds in a float64
	if grown < 0 || grown > later.Seconds()+rounding {
		t.Fatalf("%s: grew by %v s within %s after %s", c.Location(), grown, later, at)
	}
	second := at.Truncate(time.Second)
	grown = c.SecondsUntil(second.Add(time.Second)) - c.SecondsUntil(second)
	if open := c.OpenAt(second); open && grown != 1 || !open && grown != 0 {
		t.Fatalf("%s: open is %t at %s, but the counter grew by %v", c.Location(), open, second, grown)
	}
}

func TestProperties(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	begin := time.Date(2019, time.June, 1, 0, 0, 0, 0, time.UTC)
	calendars := awkward(t)
	for range 20_000 {
		at := begin.Add(time.Duration(random.Int64N(int64(31 * 365 * 24 * time.Hour))))
		later := time.Duration(random.Int64N(1 << random.IntN(55)))
		checkProperties(t, calendars[random.IntN(len(calendars))], at, later)
	}
}

func FuzzProperties(f *testing.F) {
	calendars := awkward(f)
	f.Add(uint8(0), int64(1792886400), int64(time.Hour)) // the night of 25 October 2026
	f.Add(uint8(1), int64(1757217600), int64(time.Minute))
	f.Add(uint8(2), int64(2556057600), int64(48*time.Hour)) // around 2050-12-31
	f.Fuzz(func(t *testing.T, i uint8, unix, later int64) {
		const year2300 = 10_413_792_000
		checkProperties(t, calendars[int(i)%len(calendars)], time.Unix(unix%year2300, 0), max(0, time.Duration(later)))
	})
}

func TestSecondsUntilDoesNotAllocate(t *testing.T) {
	c := mustNew(t, business.Spec{})
	at := time.Date(2026, time.November, 3, 12, 0, 0, 0, time.UTC)
	if n := testing.AllocsPerRun(100, func() { c.SecondsUntil(at); c.OpenAt(at) }); n != 0 {
		t.Errorf("%v allocations, want none: it is called on each scrape", n)
	}
}
