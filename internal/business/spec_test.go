package business_test

import (
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
		zone    = `time_zone "%" is not known: write a name of the IANA time zone database like Europe/Warsaw`
		noClock = `windows[0]: "%" is not a time of day: write hours and minutes like '08:00', at most '24:00'`
		empty   = `windows[0]: % is empty or passes midnight: end it later, at most at 24:00, and give the next day a window of its own`
		noDay   = `windows[0]: "%" is not a weekday: write 'monday' to 'sunday', or a range like 'monday:friday'`
	)
	with := func(message, what string) string { return strings.Replace(message, "%", what, 1) }
	for want, s := range map[string]business.Spec{
		with(zone, "Europe/Warszawa"): {TimeZone: "Europe/Warszawa"},
		with(zone, "Local"):           {TimeZone: "Local"},

		`windows is empty: list at least one window, or leave the key out for Monday to Friday 08:00-20:00`:   {Windows: []business.Window{}},
		`windows[0]: there are no weekdays: write for example weekdays: ['monday:friday']`:                    windows(business.Window{Times: times("08:00", "20:00")}),
		`windows[1]: there are no times: write for example times: [{start_time: '08:00', end_time: '20:00'}]`: windows(window("monday", "08:00", "20:00"), window("friday")),
		`windows: on Monday 08:00-12:00 and 11:00-20:00 overlap: make one window of them`:                     windows(window("monday", "11:00", "20:00"), window("monday:friday", "08:00", "12:00")),
		`windows: on Sunday 08:00-20:00 and 08:00-20:00 overlap: make one window of them`:                     {Windows: []business.Window{{Weekdays: []string{"sunday", "sunday"}, Times: times("08:00", "20:00")}}},
		with(noDay, "mon"):         windows(window("mon", "08:00", "20:00")),
		with(noDay, "monday:"):     windows(window("monday:", "08:00", "20:00")),
		with(noDay, "monday-fri"):  windows(window("monday-fri", "08:00", "20:00")),
		with(noClock, "8"):         windows(window("monday", "8", "20:00")),
		with(noClock, ""):          windows(window("monday", "08:00", "")),
		with(noClock, "24:01"):     windows(window("monday", "08:00", "24:01")),
		with(empty, "20:00-08:00"): windows(window("monday", "20:00", "08:00")),
		with(empty, "08:00-08:00"): windows(window("monday", "08:00", "08:00")),
		with(empty, "08:00-00:00"): windows(window("monday", "08:00", "00:00")),
		with(empty, "24:00-24:00"): windows(window("monday", "24:00", "24:00")),

		`holidays is empty: write 'none', or leave the key out for pl`: {Holidays: []string{}},
		`holidays: "uk" is not known: write 'none' alone, or one of ar at au be bg br ca ch cy cz de dk ee es fi fr gb gr hr hu ie is it jp ke lt lu lv mt mw mx nc nl no nz pl pt ro rs ru se si sk th ua us za`:   {Holidays: []string{"uk"}},
		`holidays: "AU-XX" is not known: write 'none' alone, or one of au au-act au-nsw au-nt au-qld au-sa au-tas au-vic au-wa`:                                                                                     {Holidays: []string{"AU-XX"}},
		`holidays: "pl-mz" is not known: write 'none' alone, or one of pl`:                                                                                                                                          {Holidays: []string{"pl-mz"}},
		`holidays: "none" is not known: write 'none' alone, or one of ar at au be bg br ca ch cy cz de dk ee es fi fr gb gr hr hu ie is it jp ke lt lu lv mt mw mx nc nl no nz pl pt ro rs ru se si sk th ua us za`: {Holidays: []string{"pl", "none"}},

		`closed_dates: "31.12.2026" is not a date: write it like 2026-12-31`:                                              {ClosedDates: []string{"31.12.2026"}},
		`closed_dates: "2026-02-29" is not a date: write it like 2026-12-31`:                                              {ClosedDates: []string{"2026-02-29"}},
		`closed_dates: the year of 0206-12-31 is out of range: write one from 2020 to 2050`:                               {ClosedDates: []string{"0206-12-31"}},
		`open_dates: the year of 2062-12-13 is out of range: write one from 2020 to 2050`:                                 {OpenDates: []business.OpenDate{open("2062-12-13", "08:00", "20:00")}},
		`open_dates: 2026-12-13: there are no times: write for example times: [{start_time: '08:00', end_time: '20:00'}]`: {OpenDates: []business.OpenDate{open("2026-12-13")}},
		`open_dates: 2026-12-13: 08:00-12:00 and 11:59-13:00 overlap: make one window of them`:                            {OpenDates: []business.OpenDate{open("2026-12-13", "08:00", "12:00", "11:59", "13:00")}},
		`open_dates: 2026-12-13 is listed twice: put all its times into one entry`:                                        {OpenDates: []business.OpenDate{open("2026-12-13", "08:00", "12:00"), open("2026-12-13", "13:00", "14:00")}},
		`open_dates: 2026-12-24 is in closed_dates too: remove one of them`:                                               {ClosedDates: []string{"2026-12-24"}, OpenDates: []business.OpenDate{open("2026-12-24", "08:00", "12:00")}},
	} {
		c, err := business.New(s)
		if err == nil || err.Error() != want || c != nil {
			t.Errorf("New(%+v)\n got: %v\nwant: %s", s, err, want)
		}
	}
}
