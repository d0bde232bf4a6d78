package status

import (
	"cmp"
	"slices"
	"strings"
)

// maxNamed is the maximum number of systems that a sentence names.
const maxNamed = 3

// box is one of the boxes at the top of the page. The template has the words for each
// kind: what is wrong, since when, what is left, and what to do.
type box struct {
	*page

	Class string   // bad, warn, good, or empty: none of these
	Kind  string   // of the template
	Names []string // of the systems that it is about, if it is about several
	First bool
}

// judge adds the boxes of the page, the worst first.
func (p *page) judge() {
	switch s := p.One; {
	case p.Missing:
		p.add("bad", "missing")
	case len(p.Systems) == 0:
		p.add("", "nothing")
	case s == nil || s.Current():
		p.addSystems()
	case s.Known():
		p.add("bad", "outdated")
	case s.Condition == pending:
		p.add("", "waiting")
	default:
		p.add("bad", "unknown")
	}
	rank := func(b box) int { return slices.Index([]string{"bad", "warn", "", "good"}, b.Class) }
	slices.SortStableFunc(p.Verdict, func(a, b box) int { return cmp.Compare(rank(a), rank(b)) })
	p.Verdict[0].First = true
}

func (p *page) add(class, kind string, names ...string) {
	p.Verdict = append(p.Verdict, box{page: p, Class: class, Kind: kind, Names: names})
}

// addSystems adds boxes about systems without current data, and about the campaigns
// of the others.
func (p *page) addSystems() {
	names := map[condition][]string{}
	for i := range p.Systems {
		s := &p.Systems[i]
		names[s.Condition] = append(names[s.Condition], p.Clip(s.Name))
	}
	for _, c := range []condition{failing, unscraped, pending} {
		if class := map[condition]string{failing: "bad", unscraped: "bad"}[c]; len(names[c]) > 0 {
			p.add(class, string(c), names[c]...)
		}
	}
	p.Up = len(names[working]) + len(names[degraded])
	if len(p.Stalled) > 0 {
		p.add("bad", "stalled")
	}
	if len(p.Late) > 0 {
		p.add("warn", late)
	}
	if len(p.Stalled)+len(p.Late) == 0 && p.Up > 0 {
		p.add(p.calm())
	}
}

// calm returns the class and the kind of the box that says that no campaign is stalled
// or late. Only campaigns that progress are good news.
func (p *page) calm() (class, kind string) {
	switch {
	case len(p.states) == 0:
		return "", "no campaigns"
	case len(p.states) == 1 && p.states["finished"] > 0:
		return "", "finished"
	case p.states["active"]+p.states["tail"] == 0:
		return "", "no progress"
	case p.Up < len(p.Systems):
		return "good", "others calm"
	}
	return "good", "calm"
}

// List lists the first of some names.
func (p *page) List(names []string) string {
	if n := len(names); n > maxNamed {
		return p.T("%s and %d more", strings.Join(names[:maxNamed], "; "), n-maxNamed)
	}
	return strings.Join(names, "; ")
}

// Worst names the first of some campaigns, with by how much it is late, and says how
// many more there are.
func (p *page) Worst(all []campaign) string {
	name := p.Clip(all[0].Called())
	if len(p.Systems) > 1 {
		name += " (" + p.Clip(all[0].System) + ")"
	}
	if all[0].Shown == late {
		name = p.T("%s, by %s", name, p.Length(all[0].LateBy))
	}
	if len(all) > 1 {
		name = p.T("%s and %d more", name, len(all)-1)
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
	return p.T("%d records of %s are left.", whole(left), p.Number(records))
}
