package cli

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"thulium_exporter/internal/business"
	"thulium_exporter/internal/config"
	"thulium_exporter/internal/files"
)

func TestBusinessHours(t *testing.T) {
	_, flags := newThulium(t)
	flags = append([]string{"calendar"}, flags...)
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
		"from today on":  {nil, 0, []string{"of 28 days"}},
		"other hours":    {[]string{"--from=2026-12-13", "--to=2026-12-14", "--business.hours=monday 09:00-12:00,13:00-17:00", "--business.open-date=2026-12-13 10:00-16:00"}, 0, []string{"2026-12-13 Sun  10:00-16:00", "2026-12-14 Mon  09:00-12:00 13:00-17:00"}},
		"no holidays":    {[]string{"--from=2026-12-25", "--to=2026-12-25", "--business.holidays=none"}, 0, []string{"2026-12-25 Fri  08:00-20:00"}},
		"closed date":    {[]string{"--from=2026-12-31", "--to=2026-12-31", "--business.closed-date=2026-12-31"}, 0, []string{"2026-12-31 Thu  closed"}},
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
	} {
		t.Run(name, func(t *testing.T) {
			status, stdout, stderr := program(t, append(flags[:len(flags):len(flags)], tt.args...)...)
			if status != tt.status {
				t.Errorf("got %d, want %d", status, tt.status)
			}
			for _, want := range tt.want {
				if !strings.Contains(stdout+stderr, want) {
					t.Errorf("no %q in\n%s%s", want, stdout, stderr)
				}
			}
		})
	}
}

// TestCalendarUntilToday: the first date is today by default, at any time of day,
// in the time zone of the system.
func TestCalendarUntilToday(t *testing.T) {
	_, flags := newThulium(t)
	system := systemFlags{files: files.NewReader(), url: strings.TrimPrefix(flags[0], "--thulium.url="), username: "u", passwordFile: write(t, "password", password)}
	systems, err := system.load()
	if err != nil {
		t.Fatal(err)
	}
	for now, today := range map[string]string{"2026-11-26T14:03:05Z": "2026-11-26 Thu", "2026-11-26T23:30:00Z": "2026-11-27 Fri"} {
		clock, err := time.Parse(time.RFC3339, now)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		date, _, _ := strings.Cut(today, " ")
		if err := (&dateFlags{to: date}).print(&out, systems, clock); err != nil || !strings.Contains(out.String(), today) || !strings.Contains(out.String(), "of 1 day") {
			t.Errorf("%s: %v in %s", now, err, &out)
		}
	}
}

func TestPrintDays(t *testing.T) {
	always := []business.Window{{
		Weekdays: []string{"monday:sunday"}, Times: []business.TimeRange{{Start: "00:00", End: "24:00"}},
	}}
	changes := func(zone string) business.Spec {
		return business.Spec{TimeZone: zone, Windows: always, Holidays: []string{"none"}}
	}
	for name, tt := range map[string]struct {
		spec     business.Spec
		from, to string
		want     string
	}{
		"christmas.txt": {
			spec: business.Spec{OpenDates: []business.OpenDate{
				{Date: "2026-12-20", Times: []business.TimeRange{{Start: "10:00", End: "14:00"}, {Start: "15:00", End: "18:30"}}},
				{Date: "2026-12-31", Times: []business.TimeRange{{Start: "08:00", End: "14:00"}}},
			}, ClosedDates: []string{"2027-01-04"}},
			from: "2026-12-19", to: "2027-01-07",
		},
		"clock_changes.txt": {spec: changes("Europe/Warsaw"), from: "2026-03-28", to: "2026-03-30"},
		"Easter": {
			spec: business.Spec{Windows: always}, from: "2027-03-28", to: "2027-03-28",
			want: "2027-03-28 Sun  closed  pierwszy dzień Wielkiej Nocy, clocks go from 02:00 to 03:00\nOpen 0 h 00 min on 0 of 1 days, time zone Europe/Warsaw.\n",
		},
		"skipped midnight": {
			spec: changes("America/Santiago"), from: "2026-09-06", to: "2026-09-06",
			want: "2026-09-06 Sun  01:00-24:00  clocks go from 00:00 to 01:00\nOpen 23 h 00 min on 1 of 1 days, time zone America/Santiago.\n",
		},
		"skipped hour before midnight": {
			spec: changes("America/Nuuk"), from: "2026-03-28", to: "2026-03-28",
			want: "2026-03-28 Sat  00:00-24:00  clocks go from 23:00 to 00:00\nOpen 23 h 00 min on 1 of 1 days, time zone America/Nuuk.\n",
		},
		"repeated hour before midnight": {
			spec: changes("Asia/Beirut"), from: "2026-10-24", to: "2026-10-24",
			want: "2026-10-24 Sat  00:00-24:00  clocks go from 00:00 to 23:00\nOpen 25 h 00 min on 1 of 1 days, time zone Asia/Beirut.\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			calendar, err := business.New(tt.spec)
			if err != nil {
				t.Fatal(err)
			}
			if tt.want == "" {
				file, err := os.ReadFile("testdata/" + name)
				if err != nil {
					t.Fatal(err)
				}
				tt.want = string(file)
			}
			var got bytes.Buffer
			dates := dateFlags{from: tt.from, to: tt.to}
			if err := dates.print(&got, []config.System{{Name: "acme", Calendar: calendar}}, time.Now()); err != nil {
				t.Fatal(err)
			}
			if want := "acme  " + calendar.Location().String() + "\n" + tt.want; got.String() != want {
				t.Errorf("got\n%s, want\n%s", &got, want)
			}
		})
	}
}
