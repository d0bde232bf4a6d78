package status

import (
	"strings"
	"testing"
	"time"

	"thulium_exporter/internal/business"
)

// bilingual returns the words of a moment in English and in Polish.
func bilingual(t *testing.T, now time.Time) (english, polish words) {
	t.Helper()
	all, err := locales()
	if err != nil {
		t.Fatal(err)
	}
	return words{all[0], now}, words{all[1], now}
}

func plain(s string) string { return strings.ReplaceAll(s, "\u00a0", " ") }

// compare compares what is said in both languages.
func compare(t *testing.T, english, polish, want string) {
	t.Helper()
	if got := plain(english + " | " + polish); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestDurations(t *testing.T) {
	en, pl := bilingual(t, time.Time{})
	for seconds, want := range map[float64]string{
		0: "< 1 min | < 1 min", 60: "1 min | 1 min", 3599: "59 min | 59 min", 7200: "2 h | 2 h",
		5400: "1 h 30 min | 1 h 30 min", 26.5 * 3600: "26 h | 26 h", 1e7: "2,777 h | 2 777 h",
	} {
		compare(t, en.Business(seconds), pl.Business(seconds), want)
	}
	for d, want := range map[time.Duration]string{
		59 * time.Second: "59 s | 59 s", 24 * time.Hour: "1 day | 1 dzień", 50 * time.Hour: "2 days | 2 dni", 120 * time.Hour: "5 days | 5 dni",
	} {
		compare(t, en.Length(d), pl.Length(d), want)
	}
}

func TestNumbers(t *testing.T) {
	en, pl := bilingual(t, time.Time{})
	for n, want := range map[float64]string{0: "0 | 0", 4.44: "4.4 | 4,4", 12345.6: "12,346 | 12 346", 1e15: "1,000,000,000,000,000 | 1 000 000 000 000 000"} {
		compare(t, en.Number(n), pl.Number(n), want)
	}
	compare(t, en.Percent(37.9), pl.Percent(37.9), "37.9% | 37,9%")
	compare(t, en.Percent(99.99), pl.Percent(8.07), "99.9% | 8%")
}

func TestMoments(t *testing.T) {
	now := time.Date(2026, 12, 10, 14, 3, 0, 0, time.UTC) // a Thursday
	en, pl := bilingual(t, now)
	for ahead, want := range map[time.Duration]string{
		time.Hour:             "15:03 | 15:03",
		18 * time.Hour:        "tomorrow 08:03 | jutro 08:03",
		-15 * time.Hour:       "yesterday 23:03 | wczoraj 23:03",
		4 * 24 * time.Hour:    "Mon 14:03 | pon. 14:03",
		-4 * 24 * time.Hour:   "6 December 14:03 | 6 grudnia 14:03",
		8 * 24 * time.Hour:    "18 December 14:03 | 18 grudnia 14:03",
		30 * 24 * time.Hour:   "9 January 2027 14:03 | 9 stycznia 2027 14:03",
		-400 * 24 * time.Hour: "5 November 2025 14:03 | 5 listopada 2025 14:03",
	} {
		compare(t, en.When(now.Add(ahead)), pl.When(now.Add(ahead)), want)
	}
	later := now.Add(11 * 24 * time.Hour)
	compare(t, en.Finish(later), pl.Finish(later), "Mon 21 December | pon. 21 grudnia")
	compare(t, en.Finish(now), pl.Finish(now), "today 14:03 | dziś 14:03")
	compare(t, en.Moment(now), pl.Moment(now), "at 14:03 | o 14:03")
	compare(t, en.Moment(now.AddDate(0, 0, -1)), pl.Moment(now.AddDate(0, 0, -1)), "yesterday at 14:03 | wczoraj o 14:03")
	compare(t, en.Ago(now), pl.Ago(now.AddDate(0, 0, -1)), "0 s ago | sprzed 1 dnia")
	compare(t, en.Ago(now.AddDate(0, 0, -2)), pl.Ago(now.Add(-30*time.Minute)), "2 days ago | sprzed 30 min")
	compare(t, en.Day(now, 0), pl.Day(now.AddDate(0, 0, -1), -1), "today | wczoraj")
	compare(t, en.Day(now, -1), pl.Day(now.AddDate(0, 0, -3), -1), "yesterday | pon.")
	end := time.Date(2026, 12, 19, 0, 0, 0, 0, time.UTC)
	compare(t, en.Deadline(end), pl.Deadline(end), "18 December | 18 grudnia")
	compare(t, en.Deadline(later), pl.Deadline(later), "21 December 14:03 | 21 grudnia 14:03")
	compare(t, en.In(now), pl.In(now), "now | teraz")
	compare(t, en.In(now.Add(1999*time.Millisecond)), pl.In(now.Add(90*time.Minute)), "in 2 s | za 1 h 30 min")
}

func TestClip(t *testing.T) {
	long := "a\u202eb" + strings.Repeat("ż", 10_000)
	if got, want := (words{}).Clip(long), "a b"+strings.Repeat("ż", maxText-4)+"…"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestHours(t *testing.T) {
	warsaw, err := time.LoadLocation("Europe/Warsaw")
	if err != nil {
		t.Fatal(err)
	}
	window := func(days string, times ...business.TimeRange) business.Spec {
		return business.Spec{Holidays: []string{"none"}, Windows: []business.Window{{Weekdays: []string{days}, Times: times}}}
	}
	always := window("monday:sunday", business.TimeRange{Start: "00:00", End: "24:00"})
	night := window("monday:sunday", business.TimeRange{Start: "00:00", End: "02:00"}, business.TimeRange{Start: "22:00", End: "24:00"})
	own := business.Spec{ClosedDates: []string{"2026-03-10"}}
	for name, tt := range map[string]struct {
		spec business.Spec
		now  string
		want string
	}{
		"open":             {business.Spec{}, "2026-03-10 14:03", "Open until 20:00 | czynne do 20:00"},
		"at opening":       {business.Spec{}, "2026-03-10 08:00", "Open until 20:00 | czynne do 20:00"},
		"at closing":       {business.Spec{}, "2026-03-10 20:00", "Closed; opens tomorrow 08:00 | nieczynne; początek: jutro 08:00"},
		"early":            {business.Spec{}, "2026-03-10 03:00", "Closed; opens 08:00 | nieczynne; początek: 08:00"},
		"weekend":          {business.Spec{}, "2026-03-13 21:00", "Closed; opens Mon 08:00 | nieczynne; początek: pon. 08:00"},
		"holiday":          {business.Spec{}, "2026-11-11 12:00", "Closed; opens tomorrow 08:00 (Narodowe Święto Niepodległości) | nieczynne; początek: jutro 08:00 (Narodowe Święto Niepodległości)"},
		"closed date":      {own, "2026-03-10 12:00", "Closed; opens tomorrow 08:00 (closed date) | nieczynne; początek: jutro 08:00 (dzień specjalny)"},
		"around the clock": {always, "2026-03-10 03:00", "Open around the clock | czynne całą dobę"},
		"over midnight":    {night, "2026-03-10 23:00", "Open; closes tomorrow 02:00 | czynne; koniec: jutro 02:00"},
		"clock change":     {always, "2026-03-29 02:30", "Open around the clock | czynne całą dobę"},
		"free Sunday":      {business.Spec{}, "2026-03-29 12:00", "Closed; opens tomorrow 08:00 | nieczynne; początek: jutro 08:00"},
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
			en, pl := bilingual(t, now)
			compare(t, en.hours(calendar), pl.hours(calendar), tt.want)
		})
	}
}
