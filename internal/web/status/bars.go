package status

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"thulium_exporter/internal/progress"
)

// The sizes of bars, and the space between days.
const barHeight, barStep, barSpace = 22, 3, 4

// bars are a picture of what a campaign completed: paths with a bar for each half
// hour of business time, on the latest day that has any and on the one before.
type bars struct {
	Width         int
	Before, Today bar
	Gap           string // where a stalled campaign completed none
	Barely        bool   // the stall threshold is longer than the business day
}

// bar is what is drawn of a day.
type bar struct {
	Start time.Time // zero: nothing is known of the day
	Path  string
	Sum   float64 // of completed records
	Pace  float64 // records per business hour; 0 if less than an hour was watched
	hours int     // half hours
}

// newBars returns the bars of a campaign at the time of a response; nil if nothing is
// known.
func newBars(c *campaign) *bars {
	days, calendar := c.Days, c.Of.Settings(c.ID).Calendar
	if days.Today.Start == 0 {
		return nil
	}
	b := &bars{Before: newBar(days.Before, calendar), Today: newBar(days.Today, calendar)}
	start := barStep*cmp.Or(b.Before.hours, b.Today.hours) + barSpace
	b.Barely = c.Stall > float64(b.Today.hours)*30*60
	b.Width = start + barStep*b.Today.hours
	highest := max(1, slices.Max(slices.Concat([]float32{0}, days.Before.Records, days.Today.Records)))
	b.Before.Path = draw(0, days.Before.Records, highest)
	b.Today.Path = draw(start, days.Today.Records, highest)
	done := len(days.Today.Records)
	if begun := min(b.Today.hours, progress.HalfHours(calendar, b.Today.Start, c.at)); c.State == progress.Stalled && begun > done {
		b.Gap = draw(start+barStep*done, slices.Repeat([]float32{1}, begun-done), barHeight/3)
	}
	return b
}

// newBar returns a day without its path.
func newBar(d progress.Day, calendar progress.Calendar) (b bar) {
	if d.Start == 0 {
		return b
	}
	day := calendar.Day(time.Unix(d.Start, 0))
	b.Start, b.hours = day.Start, max(len(d.Records), progress.HalfHours(calendar, day.Start, day.End))
	for _, records := range d.Records {
		b.Sum += float64(records)
	}
	if watched := b.hours - d.Unknown; watched > 2 {
		b.Pace = b.Sum / float64(watched) * 2
	}
	return b
}

// draw returns a path with bars from x on.
func draw(x int, records []float32, highest float32) string {
	var path strings.Builder
	fmt.Fprintf(&path, "M%d %d", x, barHeight)
	for _, n := range records {
		if height := int(math.Ceil(float64(n / highest * barHeight))); height > 0 {
			fmt.Fprintf(&path, "v-%dh%dv%dh1", height, barStep-1, height)
		} else {
			fmt.Fprintf(&path, "h%d", barStep)
		}
	}
	return path.String()
}
