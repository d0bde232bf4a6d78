package status

import "math"

// box is one of the boxes at the top of the page. The template has the words for each
// kind: what is wrong, since when, what is left, and what to do.
type box struct {
	*page

	Class string // bad, warn, good, or empty: none of these
	Kind  string
	First bool
}

// Who returns the names of the systems that the box is about.
func (b box) Who() []string { return b.Names[condition(b.Kind)] }

// Up returns how many systems have current data.
func (p *page) Up() int { return len(p.Names[working]) + len(p.Names[degraded]) }

// judge adds the boxes of the page, the worst first. Only campaigns that progress are
// good news.
func (p *page) judge() {
	add := func(when bool, class, kind string) {
		if when {
			p.Verdict = append(p.Verdict, box{page: p, Class: class, Kind: kind, First: len(p.Verdict) == 0})
		}
	}
	if s := p.One; s != nil && !s.Current() {
		add(s.Known(), "bad", "outdated")
		add(!s.Known() && s.Condition == pending, "", "waiting")
		add(!s.Known() && s.Condition != pending, "bad", "unknown")
		return
	}
	quiet := p.Up() > 0 && !p.Silent && len(p.Stalled)+len(p.Late) == 0
	busy := p.States["active"]+p.States["tail"] > 0
	add(p.Missing, "bad", "missing")
	add(!p.Missing && len(p.Systems) == 0, "", "nothing")
	add(len(p.Names[failing]) > 0, "bad", "failing")
	add(len(p.Names[unscraped]) > 0, "bad", "unscraped")
	add(p.AllStalled, "bad", "all stalled")
	add(p.Silent && !p.AllStalled, "bad", "silent")
	add(len(p.Stalled) > 0 && !p.Silent && !p.AllStalled, "bad", "stalled")
	add(len(p.Late) > 0, "warn", "late")
	add(quiet && !busy, "", "idle")
	add(len(p.Names[pending]) > 0, "", "pending")
	add(quiet && busy, "good", "calm")
}

// Worst names the first of some campaigns, and says by how much it is late and how many
// more there are.
func (p *page) Worst(all []campaign) string {
	name := p.Clip(all[0].Called())
	if len(p.Systems) > 1 {
		name += " (" + p.Clip(all[0].System) + ")"
	}
	if all[0].Shown == "late" {
		name = p.T("%s, by %s", name, p.Length(all[0].LateBy))
	}
	return p.Others(name, len(all))
}

// Others returns a name, and how many more there are.
func (p *page) Others(name string, n int) string {
	if n > 1 {
		return p.T("%s and %d more", name, n-1)
	}
	return name
}

// LeftOf says how many records of some campaigns are not completed.
func (p *page) LeftOf(all []campaign) string {
	left, records := 0.0, 0.0
	for i := range all {
		left += all[i].Records * (1 - all[i].Percent/100)
		records += all[i].Records
	}
	return p.T("%d records of %s are left.", int(math.Round(left)), p.Number(records))
}
