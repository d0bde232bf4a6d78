package status

import (
	"cmp"
	"slices"
	"strings"

	"thulium_exporter/internal/progress"
)

// maxNamed is the maximum number of campaigns or systems that a sentence names.
const maxNamed = 3

// statement is one of the sentences at the top of the page.
type statement struct {
	Class string // bad, warn, good, or empty: none of these
	Text  string
}

// verdict returns the statements of the page, the worst first.
func (p *page) verdict() []statement {
	s := p.One
	switch {
	case p.Missing:
		return []statement{{"bad", p.T("No system “%s” is configured", p.Clip(p.System))}}
	case s == nil:
		return p.overview()
	case !s.Known() && s.Condition == pending:
		return []statement{{"", s.Title}, {"", s.Details}}
	case !s.Known():
		return []statement{{"bad", s.Title}, {"", p.T("No campaigns are known.")}}
	}
	more := []statement{{"", strings.TrimSpace(s.Title + ". " + s.Details)}}
	switch key := s.missing(); {
	case key != "":
		return slices.Concat([]statement{{"bad", p.T(key, p.When(s.AsOf))}}, more, p.campaigns(true))
	case s.Condition == degraded:
		return append(p.campaigns(false), more...)
	}
	return p.campaigns(false)
}

// missing returns the key of the statement that current data is missing; empty if
// none is.
func (s *systemReport) missing() string {
	if f := s.LastFailure; s.Condition == failing && f != nil && (f.Result == "timeout" || f.Result == "connection") {
		return "Thulium has not responded since %s; campaigns as of then"
	}
	return map[condition]string{
		failing:   "No data from Thulium since %s; campaigns as of then",
		unscraped: "No scrape since %s; campaigns as of then",
		pending:   "No response yet; campaigns as of %s",
	}[s.Condition]
}

// campaigns returns statements about stalled and late campaigns. With then set, they
// are in the past tense, since the data is old.
func (p *page) campaigns(then bool) []statement {
	stalled := slices.DeleteFunc(slices.Clone(p.Urgent), func(c campaign) bool { return c.State != progress.Stalled })
	late := slices.DeleteFunc(slices.Clone(p.Urgent), func(c campaign) bool { return !c.Late })
	first := p.stalled(stalled, then)
	if len(late) == 0 {
		return []statement{first}
	}
	second := statement{"warn", p.T("%d campaigns will miss their deadline: %s", len(late), p.list(late, p.called))}
	if first.Class == "good" {
		first, second = second, first
	}
	return []statement{first, second}
}

func (p *page) stalled(all []campaign, then bool) statement {
	none := statement{"good", p.T("No campaign is stalled.")}
	one, many := "1 campaign is stalled: %s, for %s of business time", "%d campaigns are stalled: %s"
	if then {
		none = statement{"", p.T("No campaign was stalled then.")}
		one, many = "1 campaign was stalled then: %s, for %s of business time", "%d campaigns were stalled then: %s"
	}
	switch {
	case len(all) == 0 && p.One != nil && p.One.Total == 0:
		return statement{none.Class, p.T("No campaign is active.")}
	case len(all) == 0 && p.One == nil && !p.allCurrent():
		return statement{none.Class, p.T("In the other systems no campaign is stalled.")}
	case len(all) == 0:
		return none
	case len(all) == 1:
		return statement{"warn", p.T(one, p.called(&all[0]), p.Business(all[0].idle))}
	}
	return statement{"warn", p.T(many, len(all), p.list(all, p.idle))}
}

// called returns the name of a campaign in a sentence.
func (p *page) called(c *campaign) string {
	if len(p.Systems) == 1 {
		return p.Clip(c.Called())
	}
	return p.Clip(c.Called()) + " (" + p.Clip(c.System) + ")"
}

// idle returns the name of a stalled campaign in a sentence.
func (p *page) idle(c *campaign) string { return p.T("%s, for %s", p.called(c), p.Business(c.idle)) }

// list names the first of some campaigns.
func (p *page) list(all []campaign, name func(*campaign) string) string {
	var names []string
	for i := range all[:min(len(all), maxNamed)] {
		names = append(names, name(&all[i]))
	}
	return p.join(names, len(all))
}

// join writes the first of n names.
func (p *page) join(names []string, n int) string {
	if names = names[:min(n, maxNamed):min(n, maxNamed)]; n > maxNamed {
		names = append(names, p.T("and %d more", n-maxNamed))
	}
	return strings.Join(names, "; ")
}

// allCurrent reports whether the data of all systems is current.
func (p *page) allCurrent() bool {
	return !slices.ContainsFunc(p.Systems, func(s systemReport) bool { return s.Condition != working && s.Condition != degraded })
}

// overview returns the statements about all systems, the worst first. A good one
// comes after those about systems without data, and only if others have data.
func (p *page) overview() []statement {
	if len(p.Systems) == 0 {
		return []statement{{"", p.T("No system is configured.")}}
	}
	names := map[condition][]string{}
	for i := range p.Systems {
		s := &p.Systems[i]
		names[s.Condition] = append(names[s.Condition], p.Clip(s.Name))
	}
	var v []statement
	add := func(class, key string, c condition) {
		if all := names[c]; len(all) > 0 {
			v = append(v, statement{class, p.T(key, len(all), p.join(all, len(all)))})
		}
	}
	add("bad", "No data from %d systems: %s", failing)
	add("bad", "%d systems are not scraped: %s", unscraped)
	v = append(v, p.campaigns(false)...)
	add("", "%d systems wait for the first response: %s", pending)
	current := len(names[working]) + len(names[degraded])
	if current == 0 {
		return slices.DeleteFunc(v, func(s statement) bool { return s.Class == "good" })
	}
	rank := func(s statement) int { return slices.Index([]string{"bad", "warn", "", "good"}, s.Class) }
	slices.SortStableFunc(v, func(a, b statement) int { return cmp.Compare(rank(a), rank(b)) })
	return append(v, statement{"", p.T("%d systems are up", current)})
}
