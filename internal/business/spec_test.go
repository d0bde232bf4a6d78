package business_test

import (
	"reflect"
	"strings"
	"testing"

	"thulium_exporter/internal/business"
)

func TestNewRefuses(t *testing.T) {
	times := func(clocks ...string) []business.TimeRange { return daily(clocks...)[0].Times }
	window := func(weekday string, clocks ...string) business.Window {
		return business.Window{Weekdays: []string{weekday}, Times: times(clocks...)}
	}
	windows := func(w ...business.Window) business.Spec { return business.Spec{Windows: w} }
	open := func(date string, clocks ...string) business.OpenDate {
		return business.OpenDate{Date: date, Times: times(clocks...)}
	}
	const (
		zone    = `time_zone: unknown; write a name from the IANA time zone database, like Europe/Warsaw`
		noClock = `windows: entry 1: not a time of day; write hours and minutes like '08:00', at most '24:00'`
		empty   = `windows: entry 1: % is empty or passes midnight; end it later, at most at 24:00, and give the next day a window of its own`
		noCode  = `holidays: entry %: unknown code; write 'none' alone, or some of cz de de-bb de-be de-bw de-by de-hb de-he de-hh de-mv de-ni de-nw de-rp de-sh de-sl de-sn de-st de-th es fr gb it lt nl pl ro ru sk ua us; holidays of other places belong in closed_dates`
		noDay   = `windows: entry 1: not a weekday; write 'monday' to 'sunday', or a range like 'monday:friday'`
	)
	with := func(message, what string) string { return strings.Replace(message, "%", what, 1) }
	for _, tt := range []struct {
		want string
		spec business.Spec
	}{
		{with(zone, "Europe/Warszawa"), business.Spec{TimeZone: "Europe/Warszawa"}},
		{with(zone, "Local"), business.Spec{TimeZone: "Local"}},

		{`windows: empty; list at least one window, or remove the key for Monday to Friday 08:00-20:00`, business.Spec{Windows: []business.Window{}}},
		{`windows: entry 1: no weekdays; write for example weekdays: ['monday:friday']`, windows(business.Window{Times: times("08:00", "20:00")})},
		{`windows: entry 2: no times; write for example times: [{start_time: '08:00', end_time: '20:00'}]`, windows(window("monday", "08:00", "20:00"), window("friday"))},
		{`windows: on Monday 08:00-12:00 and 11:00-20:00 overlap; make one window of them`, windows(window("monday", "11:00", "20:00"), window("monday:friday", "08:00", "12:00"))},
		{`windows: on Sunday 08:00-20:00 and 08:00-20:00 overlap; make one window of them`, business.Spec{Windows: []business.Window{{Weekdays: []string{"sunday", "sunday"}, Times: times("08:00", "20:00")}}}},
		{with(noDay, "mon"), windows(window("mon", "08:00", "20:00"))},
		{with(noDay, "monday:"), windows(window("monday:", "08:00", "20:00"))},
		{with(noDay, "monday-fri"), windows(window("monday-fri", "08:00", "20:00"))},
		{with(noClock, "8"), windows(window("monday", "8", "20:00"))},
		{with(noClock, ""), windows(window("monday", "08:00", ""))},
		{with(noClock, "24:01"), windows(window("monday", "08:00", "24:01"))},
		{with(empty, "20:00-08:00"), windows(window("monday", "20:00", "08:00"))},
		{with(empty, "08:00-08:00"), windows(window("monday", "08:00", "08:00"))},
		{with(empty, "08:00-00:00"), windows(window("monday", "08:00", "00:00"))},
		{with(empty, "24:00-24:00"), windows(window("monday", "24:00", "24:00"))},

		{`holidays: empty; write 'none', or remove the key for pl`, business.Spec{Holidays: []string{}}},
		{with(noCode, "1"), business.Spec{Holidays: []string{"uk"}}},
		{with(noCode, "1"), business.Spec{Holidays: []string{"de-xx", "pl"}}},
		{with(noCode, "2"), business.Spec{Holidays: []string{"pl", "none"}}},

		{`closed_dates: entry 1: not a date; write it like 2026-12-31`, business.Spec{ClosedDates: []string{"31.12.2026"}}},
		{`closed_dates: entry 1: not a date; write it like 2026-12-31`, business.Spec{ClosedDates: []string{"2026-02-29"}}},
		{`closed_dates: entry 1: the year of 0206-12-31 is out of range; write one from 2020 to 2050`, business.Spec{ClosedDates: []string{"0206-12-31"}}},
		{`open_dates: entry 1: the year of 2062-12-13 is out of range; write one from 2020 to 2050`, business.Spec{OpenDates: []business.OpenDate{open("2062-12-13", "08:00", "20:00")}}},
		{`open_dates: entry 1: 2026-12-13: no times; write for example times: [{start_time: '08:00', end_time: '20:00'}]`, business.Spec{OpenDates: []business.OpenDate{open("2026-12-13")}}},
		{`open_dates: entry 1: 2026-12-13: 08:00-12:00 and 11:59-13:00 overlap; make one window of them`, business.Spec{OpenDates: []business.OpenDate{open("2026-12-13", "08:00", "12:00", "11:59", "13:00")}}},
		{`open_dates: entry 2: 2026-12-13 is listed twice; put all its times into one entry`, business.Spec{OpenDates: []business.OpenDate{open("2026-12-13", "08:00", "12:00"), open("2026-12-13", "13:00", "14:00")}}},
		{`open_dates: entry 1: 2026-12-24 is in closed_dates too; remove one of them`, business.Spec{ClosedDates: []string{"2026-12-24"}, OpenDates: []business.OpenDate{open("2026-12-24", "08:00", "12:00")}}},
	} {
		c, err := business.New(tt.spec)
		if err == nil || err.Error() != tt.want || c != nil {
			t.Errorf("New(%+v)\n got: %v\nwant: %s", tt.spec, err, tt.want)
		}
	}
}

func TestWeekdays(t *testing.T) {
	for weekdays, want := range map[string]string{
		"monday:friday":    "MoTuWeThFr",
		"friday:monday":    "MoFrSaSu",
		"tuesday:thursday": "TuWeTh",
		"wednesday":        "We",
		"saturday":         "Sa",
		"SUNDAY":           "Su",
		"sunday:sunday":    "Su",
	} {
		c := mustNew(t, business.Spec{
			Windows: []business.Window{{Weekdays: []string{weekdays}, Times: daily("08:00", "20:00")[0].Times}}, Holidays: []string{"none"},
		})
		var open string
		for monday, i := parse(t, c, "2026-03-09 12:00:00"), 0; i < 7; i++ {
			if day := monday.AddDate(0, 0, i); c.OpenAt(day) {
				open += day.Format("Mon")[:2]
			}
		}
		if open != want {
			t.Errorf("%s: open on %s, want %s", weekdays, open, want)
		}
	}
}

func TestOver(t *testing.T) {
	base := business.Spec{
		TimeZone: "Europe/Warsaw", Windows: daily("08:00", "20:00"), Holidays: []string{"pl"},
		ClosedDates: []string{"2026-12-31"}, OpenDates: []business.OpenDate{{Date: "2026-12-13"}},
	}
	other := business.Spec{
		TimeZone: "Europe/Berlin", Windows: daily("09:00", "17:00"), Holidays: []string{"de"},
		ClosedDates: []string{}, OpenDates: []business.OpenDate{},
	}
	if got := (business.Spec{}).Over(base); !reflect.DeepEqual(got, base) {
		t.Errorf("nothing over base: %+v", got)
	}
	if got := other.Over(base); !reflect.DeepEqual(got, other) {
		t.Errorf("all over base: %+v", got)
	}
}
