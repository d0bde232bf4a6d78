package business_test

import (
	"strings"
	"testing"
	"time"

	"thulium_exporter/internal/business"
)

// show writes intervals as the calendar's clocks show them.
func show(intervals ...business.Interval) string {
	var text []string
	for _, i := range intervals {
		text = append(text, i.From.Format(time.DateTime+" MST")+" to "+i.To.Format(time.DateTime+" MST"))
	}
	return strings.Join(text, ", ")
}

func TestDay(t *testing.T) {
	for name, tt := range map[string]struct {
		zone, at   string
		windows    []business.Window
		start, end string
		open       string
	}{
		"usual": {
			"Europe/Warsaw", "2026-03-10 14:00:00", daily("08:00", "12:00", "13:00", "20:00"),
			"2026-03-10 00:00", "2026-03-11 00:00",
			"2026-03-10 08:00:00 CET to 2026-03-10 12:00:00 CET, 2026-03-10 13:00:00 CET to 2026-03-10 20:00:00 CET",
		},
		"windows that touch, over midnight": {
			"Europe/Warsaw", "2026-03-10 00:00:00", daily("00:00", "02:00", "22:00", "23:00", "23:00", "24:00"),
			"2026-03-10 00:00", "2026-03-11 00:00",
			"2026-03-10 00:00:00 CET to 2026-03-10 02:00:00 CET, 2026-03-10 22:00:00 CET to 2026-03-11 00:00:00 CET",
		},
		"skipped hour": {
			"Europe/Warsaw", "2026-03-29 23:59:59", daily("01:00", "02:30"),
			"2026-03-29 00:00", "2026-03-30 00:00",
			"2026-03-29 01:00:00 CET to 2026-03-29 03:00:00 CEST",
		},
		"skipped window": {
			"Europe/Warsaw", "2026-03-29 12:00:00", daily("02:00", "03:00"),
			"2026-03-29 00:00", "2026-03-30 00:00", "",
		},
		"repeated hour": {
			"Europe/Warsaw", "2026-10-25 12:00:00", daily("01:00", "02:30"),
			"2026-10-25 00:00", "2026-10-26 00:00",
			"2026-10-25 01:00:00 CEST to 2026-10-25 02:30:00 CEST, 2026-10-25 02:00:00 CET to 2026-10-25 02:30:00 CET",
		},
		"skipped midnight": {
			"America/Santiago", "2026-09-06 12:00:00", daily("00:00", "24:00"),
			"2026-09-06 01:00", "2026-09-07 00:00",
			"2026-09-06 01:00:00 -03 to 2026-09-07 00:00:00 -03",
		},
		"skipped hour before midnight": {
			"America/Nuuk", "2026-03-28 12:00:00", daily("00:00", "24:00"),
			"2026-03-28 00:00", "2026-03-29 00:00",
			"2026-03-28 00:00:00 -02 to 2026-03-29 00:00:00 -01",
		},
		"repeated hour before midnight": {
			"Asia/Beirut", "2026-10-24 12:00:00", daily("22:00", "23:30"),
			"2026-10-24 00:00", "2026-10-25 00:00",
			"2026-10-24 22:00:00 EEST to 2026-10-24 23:30:00 EEST, 2026-10-24 23:00:00 EET to 2026-10-24 23:30:00 EET",
		},
		"repeated midnight": {
			"America/Havana", "2026-11-01 12:00:00", daily("00:00", "00:30"),
			"2026-11-01 00:00", "2026-11-02 00:00",
			"2026-11-01 00:00:00 CDT to 2026-11-01 00:30:00 CDT, 2026-11-01 00:00:00 CST to 2026-11-01 00:30:00 CST",
		},
		"before business time": {"Europe/Warsaw", "2019-12-31 12:00:00", daily("00:00", "24:00"), "2019-12-31 00:00", "2020-01-01 00:00", ""},
		"after business time":  {"Europe/Warsaw", "2051-01-01 12:00:00", daily("00:00", "24:00"), "2051-01-01 00:00", "2051-01-02 00:00", ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := mustNew(t, business.Spec{TimeZone: tt.zone, Windows: tt.windows, Holidays: []string{"none"}})
			day := c.Day(parse(t, c, tt.at).UTC())
			const minute = "2006-01-02 15:04"
			if start, end := day.Start.Format(minute), day.End.Format(minute); start != tt.start || end != tt.end || day.Note != "" {
				t.Errorf("from %s to %s (%s), want %s to %s", start, end, day.Note, tt.start, tt.end)
			}
			if open := show(day.Open...); open != tt.open {
				t.Errorf("open\n%s, want\n%s", open, tt.open)
			}
			if earlier := c.Day(day.Start.Add(-time.Second)); !earlier.End.Equal(day.Start) {
				t.Errorf("the day before ends at %s, not at %s", earlier.End, day.Start)
			}
		})
	}
}

func TestDaysAddUp(t *testing.T) {
	for _, c := range awkward(t) {
		var sum time.Duration
		day := c.Day(parse(t, c, "2020-01-01 12:00:00"))
		for ; day.Start.Year() < 2027; day = c.Day(day.End) {
			for _, open := range day.Open {
				sum += open.To.Sub(open.From)
			}
		}
		if want := c.SecondsUntil(day.Start); sum.Seconds() != want {
			t.Errorf("%s: days add up to %v s, the counter says %v", c.Location(), sum.Seconds(), want)
		}
	}
}

func TestOwnDates(t *testing.T) {
	c := mustNew(t, business.Spec{
		ClosedDates: []string{"2026-12-23", "2026-12-25"},
		OpenDates: []business.OpenDate{
			{Date: "2026-12-24", Times: []business.TimeRange{{Start: "12:00", End: "14:00"}, {Start: "08:00", End: "12:00"}}},
		},
	})
	for date, want := range map[string][2]string{
		"2026-12-22": {"", "2026-12-22 08:00:00 CET to 2026-12-22 20:00:00 CET"},
		"2026-12-23": {"closed date", ""},
		"2026-12-24": {"open date", "2026-12-24 08:00:00 CET to 2026-12-24 14:00:00 CET"}, // although a holiday
		"2026-12-25": {"closed date", ""},
		"2026-12-26": {"drugi dzień Bożego Narodzenia", ""},
	} {
		day := c.Day(parse(t, c, date+" 09:00:00"))
		if day.Note != want[0] || show(day.Open...) != want[1] {
			t.Errorf("%s: got %s (%s), want %v", date, show(day.Open...), day.Note, want)
		}
	}
}

func TestNext(t *testing.T) {
	polish := mustNew(t, business.Spec{})
	always := mustNew(t, business.Spec{Windows: daily("00:00", "12:00", "12:00", "24:00"), Holidays: []string{"none"}})
	for at, want := range map[string]string{
		"2019-05-01 12:00:00": "2020-01-02 08:00:00 CET to 2020-01-02 20:00:00 CET",
		"2026-12-23 07:59:59": "2026-12-23 08:00:00 CET to 2026-12-23 20:00:00 CET",
		"2026-12-23 08:00:00": "2026-12-23 08:00:00 CET to 2026-12-23 20:00:00 CET",
		"2026-12-23 19:59:59": "2026-12-23 08:00:00 CET to 2026-12-23 20:00:00 CET",
		"2026-12-23 20:00:00": "2026-12-28 08:00:00 CET to 2026-12-28 20:00:00 CET",
	} {
		if got, ok := polish.Next(parse(t, polish, at)); !ok || show(got) != want {
			t.Errorf("%s: %s, %t, want %s", at, show(got), ok, want)
		}
	}
	if got, ok := polish.Next(parse(t, polish, "2050-12-31 20:00:00")); ok {
		t.Errorf("after the end: %s", show(got))
	}
	want := "2020-01-01 00:00:00 CET to 2051-01-01 00:00:00 CET"
	if got, ok := always.Next(parse(t, always, "2026-03-29 12:00:00")); !ok || show(got) != want {
		t.Errorf("around the clock: %s, %t", show(got), ok)
	}
}

func TestParseDate(t *testing.T) {
	for text, want := range map[string]string{
		"2020-01-01": "", "2050-12-31": "",
		"2019-12-31": "the year of 2019-12-31 is out of range; write one from 2020 to 2050",
		"2051-01-01": "the year of 2051-01-01 is out of range; write one from 2020 to 2050",
		"1.1.2026":   "not a date; write it like 2026-12-31",
	} {
		got, err := business.ParseDate(text)
		if want == "" && (err != nil || got.Format(time.DateTime) != text+" 00:00:00") || want != "" && (err == nil || err.Error() != want) {
			t.Errorf("%s: %s, %v", text, got, err)
		}
	}
}
