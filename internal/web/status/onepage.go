package status

import (
	"strings"
	"time"
)

// onePage is one system and its campaigns in words.
type onePage struct {
	Heading string
	System  system
	Hint    string // what to do about its state
	Facts   []fact
	Total   string
	Records string
	Percent string
	Stalled string
	Named   bool // there is a column of names
	Up      bool
	Table   table
	Rows    []campaignRow
	Note    string // instead of rows
}

// campaignRow is a campaign in words.
type campaignRow struct {
	Name, ID, Pace, Class, Records, Percent, Moved string
}

func campaignColumns() []column {
	return []column{
		{Key: "name", Label: "Campaign"},
		{Key: "id", Label: "Id"},
		{Key: "state", Label: "State"},
		{Key: "records", Label: "Records", Number: true},
		{Key: "completion", Label: "Completion"},
		{Key: "moved", Label: "Last moved"},
	}
}

// newOnePage puts the one system of a report into words.
func newOnePage(q query, r *report) *onePage {
	s := r.Systems[0]
	p := &onePage{
		Heading: s.Host, System: s, Facts: aboutSystem(s, r),
		Total: thousands(float64(s.Total)), Records: thousands(s.Records), Percent: percent(s.percent()),
		Stalled: thousands(float64(s.Stalled)), Named: r.named,
		Up: s.State != failing && s.State != waiting,
	}
	if r.several {
		p.Heading = s.Name
	}
	if f := s.LastFailure; f != nil && !f.Recovered {
		p.Hint = f.Hint
	}
	columns := campaignColumns()
	if !r.named {
		columns = columns[1:]
	}
	p.Table = newTable(q, columns, paceChoices(q, r), len(r.Campaigns))
	for _, c := range r.Campaigns[p.Table.Pager.from:p.Table.Pager.to] {
		p.Rows = append(p.Rows, c.row(r.Now))
	}
	p.Note = noteOf(p)
	return p
}

// noteOf says why there are no rows.
func noteOf(p *onePage) string {
	switch {
	case !p.Up:
		return "No campaigns are shown, because there is no answer that can be trusted."
	case p.System.Total == 0:
		return "Thulium lists no active campaign at the moment."
	case len(p.Rows) == 0:
		return "No campaign matches."
	}
	return ""
}

// row puts a campaign into words.
func (c campaign) row(now time.Time) campaignRow {
	row := campaignRow{
		Name: clip(c.Name), ID: clip(c.ID), Pace: c.Pace.words(),
		Records: thousands(c.Records), Percent: percent(c.Percent), Moved: moment(c.Since, now),
	}
	if c.Pace == stalled || c.Pace == done {
		row.Class = string(c.Pace)
	}
	if !c.Seen {
		row.Moved = "not since " + clock(c.Since, now) + ", " + length(now.Sub(c.Since))
	}
	return row
}

func (p pace) words() string {
	if p == unmoved {
		return "No move yet"
	}
	return strings.ToUpper(string(p[:1])) + string(p[1:])
}

// paceChoices are the filters above the campaigns.
func paceChoices(q query, r *report) []choice {
	total := 0
	for _, n := range r.paces {
		total += n
	}
	choices := []choice{q.choice("All", "", total)}
	for _, p := range paces() {
		if r.paces[p] > 0 || q.show == string(p) {
			choices = append(choices, q.choice(p.words(), string(p), r.paces[p]))
		}
	}
	return choices
}

// choice is the filter that shows rows in one state, or all of them.
func (q query) choice(label, show string, n int) choice {
	return choice{
		Label: label, Count: thousands(float64(n)), Class: show, Current: q.show == show,
		Link: q.with(func(q *query) { q.show = show }),
	}
}

// aboutSystem says what is known of a system besides its campaigns.
func aboutSystem(s system, r *report) []fact {
	facts := []fact{
		{Term: "Last good answer", Value: "None yet"},
		{Term: "Next request", Value: "With the next scrape", Note: "Thulium is asked when Prometheus scrapes"},
		{Term: "Business hours", Value: r.hours, Note: s.Zone},
		lastError(s, r),
	}
	if !s.LastSuccess.IsZero() {
		facts[0].Value = capital(ago(s.LastSuccess, r.Now))
		facts[0].Note = clock(s.LastSuccess, r.Now) + source(s)
	}
	switch {
	case s.Polled:
		facts[1].Term, facts[1].Value = "Next poll", capital(in(s.Next, r.Now))
		facts[1].Note = clock(s.Next, r.Now) + ", every " + length(s.Interval)
	case s.Next.After(r.Now):
		facts[1].Value, facts[1].Note = "Not before "+clock(s.Next, r.Now), "Thulium asked to be left alone until then"
	}
	if s.Rejected > 0 {
		facts = append(facts, fact{
			Term: "Left out", Value: count(s.Rejected, "unusable entry", "unusable entries"),
			Note: "The first: " + s.Rejection,
		})
	}
	return append(facts, fact{Term: "Address", Value: s.URL})
}

// source says whom a good answer was for.
func source(s system) string {
	if s.Polled {
		return ", by the newest good poll"
	}
	return ", by the newest good scrape"
}

// lastError describes the newest failed request. What to do about a failure
// that lasts stands further up.
func lastError(s system, r *report) fact {
	f := s.LastFailure
	if f == nil {
		return fact{Term: "Last error", Value: "None", Note: "Since the exporter started"}
	}
	last := fact{
		Term: "Last error", Value: capital(ago(f.At, r.Now)),
		Note: clock(f.At, r.Now) + ": " + f.Message, Code: f.RequestID,
	}
	if f.Recovered {
		last.Hint = f.Hint
	}
	return last
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
