package status

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"thulium_exporter/internal/business"
)

func TestHours(t *testing.T) {
	warsaw, err := time.LoadLocation("Europe/Warsaw")
	if err != nil {
		t.Fatal(err)
	}
	window := func(days, start, end string) business.Spec {
		return business.Spec{Holidays: []string{"none"}, Windows: []business.Window{{
			Weekdays: []string{days}, Times: []business.TimeRange{{Start: start, End: end}},
		}}}
	}
	night := business.Spec{Holidays: []string{"none"}, Windows: []business.Window{{
		Weekdays: []string{"monday:sunday"},
		Times:    []business.TimeRange{{Start: "00:00", End: "02:00"}, {Start: "22:00", End: "24:00"}},
	}}}
	for name, tt := range map[string]struct {
		spec business.Spec
		now  string
		want string
	}{
		"open":             {business.Spec{}, "2026-03-10 14:03", "Open until 20:00"},
		"at opening":       {business.Spec{}, "2026-03-10 08:00", "Open until 20:00"},
		"at closing":       {business.Spec{}, "2026-03-10 20:00", "Closed until tomorrow 08:00"},
		"early":            {business.Spec{}, "2026-03-10 03:00", "Closed until 08:00"},
		"weekend":          {business.Spec{}, "2026-03-13 21:00", "Closed until Monday 08:00"},
		"holiday":          {business.Spec{}, "2026-11-11 12:00", "Closed until tomorrow 08:00 (Narodowe Święto Niepodległości)"},
		"around the clock": {window("monday:sunday", "00:00", "24:00"), "2026-03-10 03:00", "Open around the clock"},
		"over midnight":    {night, "2026-03-10 23:00", "Open until tomorrow 02:00"},
		"after midnight":   {night, "2026-03-11 01:00", "Open until 02:00"},
		"once a week":      {window("monday", "08:00", "20:00"), "2026-03-09 21:00", "Closed until Monday 16 March 08:00"},
		"clock change":     {window("monday:sunday", "00:00", "24:00"), "2026-03-29 02:30", "Open around the clock"},
	} {
		t.Run(name, func(t *testing.T) {
			calendar, err := business.New(tt.spec)
			if err != nil {
				t.Fatal(err)
			}
			now, err := time.ParseInLocation("2006-01-02 15:04", tt.now, warsaw)
			if err != nil {
				t.Fatal(err)
			}
			got := hours(calendar, now)
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if strings.HasPrefix(got, "Open") != calendar.OpenAt(now) {
				t.Errorf("%q, but the calendar says %v", got, calendar.OpenAt(now))
			}
		})
	}
}

func TestClosedForLong(t *testing.T) {
	spec := business.Spec{Holidays: []string{"none"}, ClosedDates: []string{}}
	for d := range 30 {
		spec.ClosedDates = append(spec.ClosedDates, time.Date(2026, 3, 1+d, 0, 0, 0, 0, time.UTC).Format(time.DateOnly))
	}
	calendar, err := business.New(spec)
	if err != nil {
		t.Fatal(err)
	}
	if got := hours(calendar, time.Date(2026, 3, 3, 12, 0, 0, 0, calendar.Location())); !strings.HasPrefix(got, "Closed for the next two weeks") {
		t.Errorf("got %q", got)
	}
}

func TestLengths(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0:                             "0 s",
		59 * time.Second:              "59 s",
		time.Minute:                   "1 min",
		time.Hour - 1:                 "59 min",
		time.Hour:                     "1 h",
		2*time.Hour + 25*time.Minute:  "2 h 25 min",
		24*time.Hour - 1:              "23 h 59 min",
		24 * time.Hour:                "1 day",
		1234*24*time.Hour + time.Hour: "1\u202f234 days",
	} {
		if got := length(d); got != want {
			t.Errorf("%s: got %q, want %q", d, got, want)
		}
	}
}

func TestMoments(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 5, 0, 0, time.UTC)
	for got, want := range map[string]string{
		ago(now.Add(time.Second), now):                 "just now", // clocks differ
		ago(now.Add(-90*time.Second), now):             "1 min ago",
		in(now.Add(-time.Second), now):                 "now",
		in(now.Add(1999*time.Millisecond), now):        "in 2 s",
		clock(now.Add(-4*time.Minute), now):            "00:01:00",
		clock(now.Add(-6*time.Minute), now):            "31 Dec 2025 23:59:00",
		minute(now.Add(-6*time.Minute), now):           "31 Dec",
		thousands(999):                                 "999",
		thousands(1234567):                             "1\u202f234\u202f567",
		percent(14.875):                                "14.88",
		clip("a\u202eb" + strings.Repeat("ż", 10_000)): "a b" + strings.Repeat("ż", maxText-4) + "…",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestLinksKeepQueries: what a link says is what is read from it.
func TestLinksKeepQueries(t *testing.T) {
	for _, q := range []query{
		{page: 1, rows: defaultRows},
		{page: 1, rows: defaultRows, desc: true},
		{system: "a b", search: "ż&=#?", show: "stalled", sort: "moved", desc: true, page: 7, rows: 1000, refresh: 30, json: true},
	} {
		link, err := url.Parse(q.link())
		if err != nil {
			t.Fatal(err)
		}
		if got := newQuery(link.Query()); got != q {
			t.Errorf("%s: got %+v, want %+v", link, got, q)
		}
	}
}
