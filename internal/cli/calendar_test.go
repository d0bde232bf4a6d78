package cli

import (
	"bytes"
	"strings"
	"testing"
	"time"

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
		"wrong country":  {[]string{"--business.holidays=xx"}, 1, []string{"--business.holidays: entry 1: unknown code"}},
		"wrong hours":    {[]string{"--business.hours=always"}, 1, []string{`--business.hours: cannot read "always"`}},
		"wrong own date": {[]string{"--business.open-date=2026-12-13"}, 1, []string{"--business.open-date: cannot read"}},
		"wrong date":     {[]string{"--from=24.12.2026"}, 1, []string{`--from: "24.12.2026" is not a date`}},
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
