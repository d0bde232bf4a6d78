package status

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"math"
	"strings"
	text "text/template"
	"time"
	"unicode/utf8"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/number"

	"thulium_exporter/internal/config"
	"thulium_exporter/thulium"
)

// locale is a language of the page. It is safe for concurrent use.
type locale struct {
	catalogue

	Tag     language.Tag
	Name    string       // in the language itself
	Style   template.CSS // with the labels that narrow screens need
	policy  string       // Content-Security-Policy
	printer *message.Printer
}

// catalogue is a file of the texts of a language, by key. A key without a text is the
// text itself.
type catalogue struct {
	Texts map[string]string
	// Forms are the plural forms for 1, in Polish for 2, and for 5. The first
	// argument is the number.
	Forms map[string][]string
}

// locales returns the languages of the page. The first is that of programs, and of
// browsers that prefer none of them.
func locales() ([]*locale, error) {
	all := []*locale{{Tag: language.English, Name: "English"}, {Tag: language.Polish, Name: "Polski"}}
	var err error
	for _, l := range all {
		l.printer = message.NewPrinter(l.Tag)
		file, missing := assets.ReadFile("language/" + l.Tag.String() + ".json")
		err = errors.Join(err, missing, json.Unmarshal(file, &l.catalogue), l.setStyle())
	}
	return all, err
}

// T returns a text in this language, with verbs as of package fmt.
func (l *locale) T(key string, args ...any) string {
	text := cmp.Or(l.Texts[key], key)
	if forms := l.Forms[key]; forms != nil {
		switch plural.Cardinal.MatchPlural(l.Tag, args[0].(int), 0, 0, 0, 0) {
		case plural.One:
			text = forms[0]
		case plural.Few:
			text = forms[1]
		default:
			text = forms[len(forms)-1]
		}
	}
	return l.printer.Sprintf(text, args...)
}

// setStyle sets the style sheet, and the policy that allows no other style, no
// script, and nothing from elsewhere.
func (l *locale) setStyle() error {
	var b bytes.Buffer
	err := text.Must(text.ParseFS(assets, "style.css")).Execute(&b, l)
	hash := sha256.Sum256(b.Bytes())
	l.Style = template.CSS(b.String()) //nolint:gosec // the style is our own
	l.policy = "default-src 'none'; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; style-src 'sha256-" +
		base64.StdEncoding.EncodeToString(hash[:]) + "'"
	return err
}

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

// Percent returns a percentage with at most one decimal, which is never rounded up:
// 100 % is all.
func (w words) Percent(p float64) string {
	return w.printer.Sprint(number.Percent(math.Floor(p*10+1e-6)/1000, number.MaxFractionDigits(1)))
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

// Length returns a duration, in days if it is long.
func (w words) Length(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d\u00a0s", d/time.Second)
	case d < 24*time.Hour:
		return w.Business(d.Seconds())
	}
	return w.T("%d days", int(math.Round(d.Hours()/24)))
}

// Ago returns how long ago t was.
func (w words) Ago(t time.Time) string {
	d := max(0, w.Now.Sub(t))
	if days := int(d.Hours() / 24); days > 0 {
		return w.T("%d days ago", days)
	}
	return w.T("%s ago", w.Length(d))
}

func (w words) In(t time.Time) string {
	if d := t.Sub(w.Now); d >= time.Second {
		return w.T("in %s", w.Length(d.Round(time.Second)))
	}
	return w.T("now")
}

// When returns the day, unless it is today, and the time of t.
func (w words) When(t time.Time) string { return w.moment(t, "", " ") }

// Moment returns the same for the middle of a sentence.
func (w words) Moment(t time.Time) string { return w.moment(t, "", w.T(" at ")) }

// moment returns the day of t, as given if that is today, and the time.
func (w words) moment(t time.Time, day, at string) string {
	t = t.In(w.Now.Location())
	ahead := days(t) - days(w.Now)
	near, ok := map[int]string{-1: w.T("yesterday"), 0: day, 1: w.T("tomorrow")}[ahead]
	switch {
	case ok:
		day = near
	case ahead > 0 && ahead < 7:
		day = w.T(t.Format("Mon"))
	default:
		day = w.date(t)
	}
	return strings.TrimLeft(day+at+t.Format("15:04"), " ")
}

// Finish returns an estimate: without the time where it is more than a week ahead,
// since it is not as exact as that.
func (w words) Finish(t time.Time) string {
	if t = t.In(w.Now.Location()); days(t)-days(w.Now) < 7 {
		return w.moment(t, w.T("today"), "\u00a0")
	}
	return w.Date(t)
}

// Day names the day of t, or one of the days of business time next to now: today with
// 0, yesterday with -1. In a demo both are so short that they may have one date.
func (w words) Day(t time.Time, ahead int) string {
	if days(t)-days(w.Now) >= ahead {
		return w.T([]string{"yesterday", "today"}[ahead+1])
	}
	return w.T(t.Format("Mon"))
}

func (w words) Date(t time.Time) string { return w.T(t.Format("Mon")) + "\u00a0" + w.date(t) }

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

// days numbers the dates: it returns how many midnights have passed in the zone of t.
func days(t time.Time) int {
	_, offset := t.Zone()
	return (int(t.Unix()) + offset) / (24 * 60 * 60)
}

// hours describes whether it is within business hours, and until when; if there are
// none today, also why. Those that last for more than a week without a break never end.
func (w words) hours(c config.Calendar) string {
	why, today := "", c.Day(w.Now)
	if today.Note != "" && len(today.Open) == 0 {
		why = " (" + w.T(today.Note) + ")"
	}
	next, ok := c.Next(w.Now)
	switch {
	case !ok:
		return w.T("Closed") + why
	case next.From.After(w.Now):
		return w.T("Closed; opens %s", w.When(next.From)) + why
	case next.To.Sub(w.Now) > 7*24*time.Hour:
		return w.T("Open around the clock")
	case days(next.To) == days(w.Now):
		return w.T("Open until %s", w.When(next.To))
	}
	return w.T("Open; closes %s", w.When(next.To))
}
