package status

import (
	"strings"
	"time"
)

// onePage is one system and its campaigns in words.
type onePage struct {
	Heading string
	Host    string // where the heading does not say it
	System  system
	Hint    string // what to do about its state
	Facts   []fact
	Tiles   []tile
	LeftOut string // what could not be used; often empty
	Named   bool   // there is a column of names
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
		{Key: "records", Label: "Records"},
		{Key: "completion", Label: "Completion"},
		{Key: "moved", Label: "Last moved"},
	}
}

// newOnePage puts the one system of a report into words.
func newOnePage(q query, r *report) *onePage {
	s := r.Systems[0]
	p := &onePage{
		Heading: s.Host, System: s, Facts: aboutSystem(&s, r), Tiles: tiles(r.total), LeftOut: leftOut(&s), Named: r.named,
	}
	if r.several {
		p.Heading, p.Host = s.Name, s.Host
	}
	if s.failed() {
		p.Hint = s.LastFailure.Hint
	}
	columns := campaignColumns()
	if !r.named {
		columns = columns[1:]
	}
	p.Table = newTable(q, "Name or id", columns, paceChoices(q, r), len(r.Campaigns))
	for _, c := range r.Campaigns[p.Table.Pager.from:p.Table.Pager.to] {
		p.Rows = append(p.Rows, c.row(r.now))
	}
	p.Note = noteOf(p)
	return p
}

// noteOf says why there are no rows.
func noteOf(p *onePage) string {
	switch {
	case p.System.State == waiting:
		return "No campaigns are known yet."
	case !p.System.served():
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
		Records: thousands(c.Records), Percent: percent(c.Percent), Moved: c.moved(now),
	}
	if c.Pace == stalled || c.Pace == done {
		row.Class = string(c.Pace)
	}
	return row
}

// moved says when the campaign last moved. If that was before the exporter
// first saw it, all that is known is how long ago it was at least.
func (c campaign) moved(now time.Time) string {
	switch {
	case c.Seen:
		return ago(c.Since, now) + " (" + minute(c.Since, now) + ")"
	case now.Sub(c.Since) < time.Second:
		return "not seen yet"
	}
	return "over " + ago(c.Since, now) + " (" + minute(c.Since, now) + ")"
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
		Label: label, Count: thousands(float64(n)), Current: q.show == show,
		Link: q.with(func(q *query) { q.show = show }),
	}
}

// aboutSystem says what is known of a system besides its campaigns.
func aboutSystem(s *system, r *report) []fact {
	return []fact{
		lastAnswer(s, r),
		nextRequest(s, r),
		{Term: "Business hours", Value: r.Hours, Note: s.Zone},
		lastError(s, r),
	}
}

func lastAnswer(s *system, r *report) fact {
	f := fact{Term: "Last good answer", Value: "None yet"}
	if s.LastSuccess.IsZero() {
		return f
	}
	f.Value, f.Note = capital(ago(s.LastSuccess, r.now)), clock(s.LastSuccess, r.now)
	if !s.Polled {
		f.Note += ", from the newest good scrape"
	}
	return f
}

func nextRequest(s *system, r *report) fact {
	switch {
	case s.Polled && s.failed():
		return fact{
			Term: "Next poll", Value: capital(in(s.Next, r.now)),
			Note: clock(s.Next, r.now) + "; when all is well, every " + length(s.Interval),
		}
	case s.Polled:
		return fact{
			Term: "Next poll", Value: capital(in(s.Next, r.now)),
			Note: clock(s.Next, r.now) + ", every " + length(s.Interval),
		}
	case s.Next.After(r.now):
		return fact{
			Term: "Next request", Value: "Not before " + clock(s.Next, r.now),
			Note: "Thulium asked to be left alone until then",
		}
	}
	return fact{Term: "Next request", Value: "With the next scrape", Note: "Thulium is asked when Prometheus scrapes"}
}

// lastError describes the newest failed request. What is wrong now, and what to
// do about it, stands further up.
func lastError(s *system, r *report) fact {
	f := s.LastFailure
	if f == nil {
		return fact{Term: "Last error", Value: "None", Note: "Since the exporter started"}
	}
	last := fact{Term: "Last error", Value: capital(ago(f.At, r.now)), Note: clock(f.At, r.now), Code: f.RequestID}
	if s.State != failing {
		last.Note += ": " + f.Message
	}
	if f.Recovered {
		last.Hint = f.Hint
	}
	return last
}

// leftOut says what of the answer could not be used, if anything.
func leftOut(s *system) string {
	if s.Rejected == 0 {
		return ""
	}
	return "Left out: " + count(s.Rejected, "unusable entry", "unusable entries") + ". The first: " + s.Rejection + "."
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
