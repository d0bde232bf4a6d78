package main

// Names and thresholds of the alerts under test.
const (
	stalled    = "ThuliumCampaignStalled"
	allStalled = "ThuliumAllCampaignsStalled"
	vanished   = "ThuliumCampaignVanished"
	control    = "Naive"

	allStalledAfter = 1 * hour
	vanishedAfter   = 1 * hour
)

const (
	// slack is how much earlier than the threshold an alarm may come: the
	// last progress may have been less than a hundredth of a percent.
	slack = 5 * minute
	// lag is how much later than the end of a stall an alarm may come: a
	// scrape and an evaluation may lie between.
	lag = 4 * minute
	// visibleEnough is how long past the threshold, in minutes, a stall has
	// to be seen to count as missed.
	visibleEnough = 15
	// sizeLimit is the most records for which no false alarm is allowed.
	sizeLimit = 120_000
)

// score compares the alarms of one rule with the truth.
type score struct {
	name, severity string
	threshold      float64

	stalls, told    int
	wrong, repeated int     // false alarms; further alarms in a stall that was told
	outside         []alarm // begun outside business time
	inexcusable     int     // false for a campaign below the size limit that gets no records all the time
	delay           float64
	timed           int // told stalls whose beginning could be seen
	missedStalls    []stall
	wrongAlarms     []alarm
}

// judge adds what a record says to the score.
func (s *score) judge(r *record) {
	told := map[int]float64{}
	for _, a := range r.alarms {
		if a.name == s.name && a.severity == s.severity {
			s.alarm(r, a, told)
		}
	}
	for i, st := range r.stalls {
		if st.threshold == s.threshold {
			s.stall(st, told, i)
		}
	}
}

func (s *score) alarm(r *record, a alarm, told map[int]float64) {
	if !a.open {
		s.outside = append(s.outside, a)
	}
	i := r.stallAt(a, s.threshold)
	if i < 0 {
		s.wrongAlarm(r, a)
		return
	}
	if _, again := told[i]; again {
		s.repeated++
		return
	}
	told[i] = a.business - r.stalls[i].began
}

func (s *score) wrongAlarm(r *record, a alarm) {
	s.wrong++
	s.wrongAlarms = append(s.wrongAlarms, a)
	if c := r.campaigns[a.campaign]; c.largest <= sizeLimit && !c.trickle {
		s.inexcusable++
	}
}

// stallAt finds the stall that an alarm announces.
func (r *record) stallAt(a alarm, threshold float64) int {
	for i, s := range r.stalls {
		if s.campaign == a.campaign && s.threshold == threshold && s.covers(a) {
			return i
		}
	}
	return -1
}

// covers tells whether an alarm begins in a stall, past its threshold.
func (s stall) covers(a alarm) bool {
	return a.business >= s.began+s.threshold-slack && a.began <= s.ended+lag
}

func (s *score) stall(st stall, told map[int]float64, i int) {
	delay, ok := told[i]
	switch {
	case ok:
		s.told++
		s.stalls++
		if !st.unseen {
			s.timed++
			s.delay += delay
		}
	case st.visible >= visibleEnough:
		s.stalls++
		s.missedStalls = append(s.missedStalls, st)
	}
}

func (s *score) precision() float64 { return share(s.told+s.repeated, s.told+s.repeated+s.wrong) }
func (s *score) recall() float64    { return share(s.told, s.stalls) }

// meanDelay is in business hours, of the stalls that began in plain view.
func (s *score) meanDelay() float64 { return s.delay / float64(max(1, s.timed)) / hour }

func share(part, whole int) float64 {
	if whole == 0 {
		return 1
	}
	return float64(part) / float64(whole)
}

// agreement compares two servers, minute by minute and campaign by campaign.
type agreement struct{ samples, same int }

func (g *agreement) add(a, b *record) {
	for m, n := range a.listed {
		if _, both := b.listed[m]; !both {
			continue
		}
		g.samples += n
		g.same += n - differ(a.fires[m], b.fires[m])
	}
}

// differ counts the names that only one of two lists has.
func differ(a, b []string) int {
	in := map[string]int{}
	for _, x := range a {
		in[x]++
	}
	for _, x := range b {
		in[x]--
	}
	n := 0
	for _, d := range in {
		if d != 0 {
			n++
		}
	}
	return n
}

func (g agreement) share() float64 { return share(g.same, g.samples) }

// tally counts the alarms of an alert that has another truth than a stall.
type tally struct{ right, wrong, missed, outside int }

// all scores the alert for a dialler that stands still as a whole.
func (t *tally) all(r *record) {
	for _, a := range r.alarms {
		if a.name == allStalled {
			t.alarm(a, a.agreed)
		}
	}
}

// gone scores the alert for campaigns that left unfinished.
func (t *tally) gone(r *record) {
	told := map[int]bool{}
	for _, a := range r.alarms {
		if a.name != vanished {
			continue
		}
		i := r.departureAt(a)
		t.alarm(a, i >= 0)
		told[i] = true
	}
	for i, d := range r.departures {
		if d.back-d.left > vanishedAfter+slack && d.share < 99.5 && !told[i] {
			t.missed++
		}
	}
}

func (t *tally) alarm(a alarm, right bool) {
	if !a.open {
		t.outside++
	}
	if right {
		t.right++
		return
	}
	t.wrong++
}

// departureAt finds the departure that an alarm announces.
func (r *record) departureAt(a alarm) int {
	for i, d := range r.departures {
		if d.campaign == a.campaign && a.business >= d.left+vanishedAfter-slack && a.business <= d.back+lag {
			return i
		}
	}
	return -1
}
