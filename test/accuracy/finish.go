package main

import "thulium_exporter/internal/progress"

// quarters are where a finish is read: at 25, 50 and 75 %.
const quarters = 3

// finish is what is published of a finish when a campaign gets to a quarter, and what
// becomes of it, in business minutes.
type finish struct {
	at                         int64 // 0: not there yet
	earliest, expected, latest float64
	took                       float64
}

// finishes are those of a campaign.
type finishes [quarters]finish

// late reports whether an alarm was raised for a deadline a tenth of the time after the
// finish.
func (f *finish) late() bool { return f.earliest > 1.1*f.took }

func (f *finish) inside() bool { return f.earliest <= f.took && f.took <= f.latest }

// off is how far the expected finish was off, in percent of the time that was left.
func (f *finish) off() float64 { return 100 * (f.took - f.expected) / f.took }

// note writes down what is published when a campaign gets there.
func (m *finishes) note(w *centre, c *campaign, values *progress.Campaign) {
	for i := range m {
		if f := &m[i]; f.at == 0 && c.percent() >= float64(25*(i+1)) {
			f.at = w.clock
			f.earliest, f.expected, f.latest = w.until(values.EarliestFinish), w.until(values.ExpectedFinish), w.until(values.LatestFinish)
		}
	}
}

// until is how many business minutes are left to an instant; 0 if there is none.
func (w *centre) until(unix int64) float64 {
	return max(0, w.hours.SecondsUntil(at(unix))-w.hours.SecondsUntil(at(w.now))) / 60
}

// finish compares what was published with what happened, but for records that were added
// later, which nobody could foresee.
func (w *centre) finish(c *campaign) {
	for i, f := range c.finishes {
		if f.expected > 0 && f.at > c.changed && f.at < w.clock {
			f.took = float64(w.clock - f.at)
			w.finishes[i] = append(w.finishes[i], f)
		}
		c.finishes[i] = finish{at: -1} // it has ended once
	}
}
