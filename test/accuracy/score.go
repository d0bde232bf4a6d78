package main

import "slices"

// long is from how many minutes on a stall has to be told.
const long = 135

// told counts stalls, and how many of them were told.
type told struct{ stalls, told int }

func (t *told) add(so bool) {
	t.stalls++
	t.told += count(so)
}

func (t told) share() float64 { return share(t.told, t.stalls) }

// score is that of one watcher over all years.
type score struct {
	hours             float64 // watched
	alarms, wrong     [speeds]int
	because           [reasons]int // false alarms
	outside, overstay int
	repeats           int
	named             told // right alarms whose cause was named right
	delays            []int64
	told              [speeds]told
	there             told // stalls whose agents are not elsewhere
	own               told // by an alarm of the campaign, not of the system
	by                [reasons]told
}

func (s *score) add(o *observer) {
	s.hours += float64(o.watched) / 60
	s.overstay += o.overstay
	for _, a := range o.alarms {
		s.alarms[a.speed]++
		s.outside += count(a.outside)
		s.repeats += count(a.repeat)
		if a.right() {
			s.delays = append(s.delays, a.delay)
			s.named.add(a.named)
			continue
		}
		s.wrong[a.speed]++
		s.because[a.quiet]++
	}
}

// stall adds one, unless an earlier alarm of the campaign was still firing: nobody tells
// it again.
func (s *score) stall(stall *spell, who int) {
	own := stall.told[who]
	so := own || who != neither && stall.system
	if stall.length() < long || !stall.watched || stall.firing[who] && !own {
		return
	}
	s.told[stall.speed].add(so)
	s.by[stall.why].add(so)
	s.own.add(own)
	if 2*stall.elsewhere < stall.length() {
		s.there.add(so)
	}
}

func (s *score) all() (t told) {
	for _, of := range s.told {
		t.stalls += of.stalls
		t.told += of.told
	}
	return t
}

func (s *score) right() int { return sum(s.alarms[:]) - sum(s.wrong[:]) }

// precision is the share of the right alarms; but leaves out the false ones for a reason.
func (s *score) precision(but ...reason) float64 {
	all := sum(s.alarms[:])
	for _, why := range but {
		all -= s.because[why]
	}
	return share(s.right(), all)
}

// rate is how often something happens in 1,000 campaign hours.
func (s *score) rate(n int) float64 { return 1000 * float64(n) / max(1, s.hours) }

// delay is the 95th percentile, in business hours.
func (s *score) delay() float64 { return quantile(s.delays, 0.95) / 60 }

// result is what came of all years.
type result struct {
	seeds, days int
	scores      [watchers]score
	finishes    [quarters][]finish
	system      system
	outages     told
	requests    int     // in centres of twenty campaigns
	minutes     int     // business minutes of those
	told        []int64 // business minutes after which outages were
}

func (r *result) add(y *year) {
	r.seeds++
	if len(y.teams) > 10 {
		r.requests += y.floor.requests
		r.minutes += int(y.clock)
	}
	for i := range r.finishes {
		r.finishes[i] = append(r.finishes[i], y.finishes[i]...)
	}
	for who, o := range y.observers {
		r.scores[who].add(o)
		for _, s := range y.spells {
			r.scores[who].stall(s, who)
		}
	}
	r.system.outage += y.system.outage
	r.system.everybody += y.system.everybody
	r.system.wrong += y.system.wrong
	for _, h := range y.halts {
		r.outages.add(h.told > 0)
		if h.told > 0 {
			r.told = append(r.told, h.told-h.from)
		}
	}
}

func count(so bool) int {
	if so {
		return 1
	}
	return 0
}

func sum(values []int) (n int) {
	for _, value := range values {
		n += value
	}
	return n
}

// share is a part in percent; all if there is nothing.
func share(part, whole int) float64 {
	if whole == 0 {
		return 100
	}
	return 100 * float64(part) / float64(whole)
}

func quantile[T int64 | float64](values []T, q float64) float64 {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	return float64(values[int(q*float64(len(values)-1))])
}
