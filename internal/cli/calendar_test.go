package cli_test

import (
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestCalendar needs no more than the flags of business hours.
func TestCalendar(t *testing.T) {
	always := "--business.hours=monday:sunday 00:00-24:00"
	for name, tt := range map[string]struct {
		args   []string
		status int
		want   []string
	}{
		"Christmas": {
			[]string{"--from=2026-12-23", "--to=2026-12-28"}, 0,
			[]string{"default  Europe/Warsaw\n", "2026-12-23 Wed  08:00-20:00\n", "2026-12-24 Thu  closed", "2026-12-27 Sun  closed\n", "on 2 of 6 days"},
		},
		"four weeks":     {[]string{"--from=2026-12-01"}, 0, []string{"2026-12-28 Mon"}},
		"from today on":  {nil, 0, []string{"of 28 days", "these are the default business hours; for those of an exporter, add its --config.file or --business.* flags"}},
		"other hours":    {[]string{"--from=2026-12-13", "--to=2026-12-14", "--business.hours=monday 09:00-12:00,13:00-17:00", "--business.open-date=2026-12-13 10:00-16:00"}, 0, []string{"2026-12-13 Sun  10:00-16:00", "2026-12-14 Mon  09:00-12:00 13:00-17:00"}},
		"no holidays":    {[]string{"--from=2026-12-25", "--to=2026-12-25", "--business.holidays=none"}, 0, []string{"2026-12-25 Fri  08:00-20:00"}},
		"other zone":     {[]string{"--business.time-zone=Europe/Berlin", "--business.holidays=de"}, 0, []string{"default  Europe/Berlin\n"}},
		"wrong zone":     {[]string{"--business.time-zone=Europe/Warsawa"}, 1, []string{`--business.time-zone: unknown; write a name`}},
		"wrong country":  {[]string{"--business.holidays=jp"}, 1, []string{"--business.holidays: entry 1: unknown code", "closed_dates"}},
		"wrong hours":    {[]string{"--business.hours=always"}, 1, []string{`--business.hours: cannot read "always"`}},
		"wrong own date": {[]string{"--business.open-date=2026-12-13"}, 1, []string{"--business.open-date: cannot read"}},
		"wrong date":     {[]string{"--from=24.12.2026"}, 1, []string{`--from: not a date; write it like 2026-12-31`}},
		"too early":      {[]string{"--from=2019-12-31"}, 1, []string{"--from: the year of 2019-12-31 is out of range; write one from 2020 to 2050"}},
		"too late":       {[]string{"--from=2050-12-20", "--to=2051-01-01"}, 1, []string{"--to: the year of 2051-01-01 is out of range; write one from 2020 to 2050"}},
		"until the end":  {[]string{"--from=2050-12-20"}, 0, []string{"2050-12-31 Sat  closed\n", "of 12 days"}},
		"backwards":      {[]string{"--from=2026-12-24", "--to=2026-12-23"}, 1, []string{"--to: 2026-12-23 is before --from (2026-12-24)"}},
		"Easter":         {[]string{"--from=2027-03-28", "--to=2027-03-28", always}, 0, []string{"2027-03-28 Sun  closed  pierwszy dzień Wielkiej Nocy, clocks go from 02:00 to 03:00\nOpen 0 h 00 min on 0 of 1 days"}},
		"skipped midnight": {
			[]string{"--from=2026-09-06", "--to=2026-09-06", always, "--business.time-zone=America/Santiago", "--business.holidays=none"}, 0,
			[]string{"2026-09-06 Sun  01:00-24:00  clocks go from 00:00 to 01:00\nOpen 23 h 00 min on 1 of 1 days"},
		},
		"skipped hour before midnight": {
			[]string{"--from=2026-03-28", "--to=2026-03-28", always, "--business.time-zone=America/Nuuk", "--business.holidays=none"}, 0,
			[]string{"2026-03-28 Sat  00:00-24:00  clocks go from 23:00 to 00:00\nOpen 23 h 00 min on 1 of 1 days"},
		},
		"repeated hour before midnight": {
			[]string{"--from=2026-10-24", "--to=2026-10-24", always, "--business.time-zone=Asia/Beirut", "--business.holidays=none"}, 0,
			[]string{"2026-10-24 Sat  00:00-24:00  clocks go from 00:00 to 23:00\nOpen 25 h 00 min on 1 of 1 days"},
		},
		"golden": {
			[]string{"--from=2026-12-19", "--to=2027-01-07", "--business.open-date=2026-12-20 10:00-14:00,15:00-18:30", "--business.open-date=2026-12-31 08:00-14:00", "--business.closed-date=2027-01-04"}, 0,
			[]string{"default  Europe/Warsaw\n" + read(t, "testdata/christmas.txt")},
		},
	} {
		t.Run(name, func(t *testing.T) { expect(t, tt.status, append([]string{"calendar"}, tt.args...), tt.want...) })
	}
}

// TestCalendarOfFile needs none of the files that the configuration names.
func TestCalendarOfFile(t *testing.T) {
	file := "--config.file=" + write(t, "x.yml", `
defaults: {basic_auth: {username: u, password_file: nowhere}}
systems:
  acme: {url: "https://acme.example.com"}
  globex: {url: "https://globex.example.com", business_hours: {time_zone: Europe/Berlin}}
`)
	expect(t, 0, []string{"calendar", file}, "acme  Europe/Warsaw\n", "globex  Europe/Berlin\n")
	expect(t, 0, []string{"calendar", file, "--system=globex"}, "globex  Europe/Berlin\n")
	expect(t, 1, []string{"calendar", file, "--system=initech"}, "choose one of: acme, globex")
	expect(t, 1, []string{"calendar", file, "--business.holidays=de"}, "--config.file excludes")
	if _, err := os.Stat("nowhere"); err == nil {
		t.Fatal("the file exists")
	}
}

// TestCalendarFromToday: the first date is today by default, at any time of day, in
// the time zone of the system.
func TestCalendarFromToday(t *testing.T) {
	for now, today := range map[string]string{"2026-11-26T14:03:05Z": "2026-11-26 Thu", "2026-11-26T23:30:00Z": "2026-11-27 Fri"} {
		synctest.Test(t, func(t *testing.T) {
			clock, err := time.Parse(time.RFC3339, now)
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Until(clock)) // bubbles begin in 2000
			date, _, _ := strings.Cut(today, " ")
			expect(t, 0, []string{"calendar", "--to=" + date}, "\n"+today, "of 1 days")
		})
	}
}
