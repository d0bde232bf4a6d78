package status

import (
	"fmt"
	"time"
	"unicode/utf8"

	"golang.org/x/text/number"

	"thulium_exporter/internal/config"
	"thulium_exporter/thulium"
)

// maxText is the maximum length of a name, in runes.
const maxText = 80

// words formats values in the language of a page, at its time and in its time zone.
type words struct {
	*locale
	Now time.Time
}

// Clip returns a text from outside as printable and short.
func (words) Clip(s string) string {
	s = thulium.Clean(s)
	if utf8.RuneCountInString(s) <= maxText {
		return s
	}
	return string([]rune(s)[:maxText-1]) + "…"
}

// Number returns a number, with one decimal if it is small.
func (w words) Number(n float64) string {
	digits := 0
	if n < 10 {
		digits = 1
	}
	return w.printer.Sprint(number.Decimal(n, number.MaxFractionDigits(digits)))
}

// Percent returns a percentage with two decimals, like Thulium's.
func (w words) Percent(p float64) string {
	return w.printer.Sprint(number.Percent(p/100, number.Scale(2)))
}

// Business returns a business time in minutes and hours, never in days. The units are
// the same in all languages.
func (w words) Business(seconds float64) string {
	minutes := int(seconds / 60)
	switch {
	case minutes < 1:
		return "<\u00a01\u00a0min"
	case minutes < 60:
		return w.Number(float64(minutes)) + "\u00a0min"
	case minutes%60 == 0 || minutes >= 24*60:
		return w.Number(float64(minutes/60)) + "\u00a0h"
	}
	return fmt.Sprintf("%d\u00a0h\u00a0%d\u00a0min", minutes/60, minutes%60)
}

// Length returns a duration.
func (w words) Length(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d\u00a0s", d/time.Second)
	case d < 24*time.Hour:
		return w.Business(d.Seconds())
	}
	return w.T("%d days", int(d/(24*time.Hour)))
}

// Ago returns how long ago t was.
func (w words) Ago(t time.Time) string {
	if d := w.Now.Sub(t); d >= time.Second {
		return w.T("%s ago", w.Length(d))
	}
	return w.T("just now")
}

// In returns how long it is to t.
func (w words) In(t time.Time) string {
	if d := t.Sub(w.Now); d >= time.Second {
		return w.T("in %s", w.Length(d.Round(time.Second)))
	}
	return w.T("now")
}

// When returns the day, unless it is today, and the time of t.
func (w words) When(t time.Time) string {
	t = t.In(w.Now.Location())
	clock := t.Format("15:04")
	switch days := daysBetween(w.Now, t); {
	case days == 0:
		return clock
	case days == 1:
		return w.T("tomorrow %s", clock)
	case days == -1:
		return w.T("yesterday %s", clock)
	case days > 1 && days < 7:
		return w.T(t.Weekday().String()) + " " + clock
	}
	return w.date(t) + " " + clock
}

// Day returns When without the time where t is more than a week ahead: an estimate
// is not as exact as that.
func (w words) Day(t time.Time) string {
	t = t.In(w.Now.Location())
	if daysBetween(w.Now, t) < 7 {
		return w.When(t)
	}
	return w.T(t.Weekday().String()) + " " + w.date(t)
}

// Deadline returns When, and only the date of a deadline at its end.
func (w words) Deadline(t time.Time) string {
	if t = t.In(w.Now.Location()); t.Hour() == 0 && t.Minute() == 0 {
		return w.date(t.AddDate(0, 0, -1))
	}
	return w.When(t)
}

// date returns the date of t, with the year unless it is this year.
func (w words) date(t time.Time) string {
	date := t.Format("2") + "\u00a0" + w.T(t.Month().String())
	if t.Year() != w.Now.Year() {
		date += t.Format("\u00a02006")
	}
	return date
}

// daysBetween returns how many midnights lie between two times of one zone.
func daysBetween(from, to time.Time) int { return days(to) - days(from) }

// days numbers the dates.
func days(t time.Time) int {
	y, m, d := t.Date()
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60))
}

// hours describes whether it is within business hours, and until when. Those that
// last for more than a week without a break never end.
func (w words) hours(c config.Calendar) string {
	next, ok := c.Next(w.Now)
	switch {
	case !ok:
		return w.T("Closed") + w.reason(c)
	case next.From.After(w.Now):
		return w.T("Closed; opens %s", w.When(next.From)) + w.reason(c)
	case next.To.Sub(w.Now) > 7*24*time.Hour:
		return w.T("Open around the clock")
	case daysBetween(w.Now, next.To) == 0:
		return w.T("Open until %s", w.When(next.To))
	}
	return w.T("Open; closes %s", w.When(next.To))
}

// reason returns why there are no business hours today, if they are missing.
func (w words) reason(c config.Calendar) string {
	today := c.Day(w.Now)
	if today.Note == "" || len(today.Open) > 0 {
		return ""
	}
	return " (" + w.T(today.Note) + ")"
}
