package status

import "time"

// allPage is the overview of many systems in words.
type allPage struct {
	Heading string
	Summary string
	Tiles   []tile
	Table   table
	Rows    []systemRow
	Note    string // instead of rows
}

// systemRow is a system in words.
type systemRow struct {
	Name, Link, Host, State, Class, Campaigns, Stalled, Records, Percent, Answered, Hours string

	Alarm bool // some campaign is stalled
}

func systemColumns() []column {
	return []column{
		{Key: "name", Label: "System"},
		{Key: "state", Label: "State"},
		{Key: "campaigns", Label: "Campaigns"},
		{Key: "stalled", Label: "Stalled"},
		{Key: "records", Label: "Records"},
		{Key: "completion", Label: "Completion"},
		{Key: "answered", Label: "Last good answer"},
	}
}

// newAllPage puts the systems of a report into words.
func newAllPage(q query, r *report) *allPage {
	total := 0
	for _, n := range r.states {
		total += n
	}
	p := &allPage{Heading: count(total, "system", "systems"), Tiles: tiles(r.total)}
	p.Summary = thousands(float64(r.states[working])) + " of them " + areOrIs(r.states[working]) + " working."
	p.Table = newTable(q, "Name or state", systemColumns(), stateChoices(q, r, total), len(r.Systems))
	for _, s := range r.Systems[p.Table.Pager.from:p.Table.Pager.to] {
		p.Rows = append(p.Rows, s.row(q, r.now))
	}
	switch {
	case total == 0:
		p.Note = "No system is configured."
	case len(p.Rows) == 0:
		p.Note = "No system matches."
	}
	return p
}

func areOrIs(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

func stateChoices(q query, r *report, total int) []choice {
	choices := []choice{q.choice("All", "", total)}
	for _, s := range states() {
		if r.states[s] > 0 || q.show == string(s) {
			choices = append(choices, q.choice(s.words(), string(s), r.states[s]))
		}
	}
	return choices
}

func (s state) words() string {
	return map[state]string{
		failing: "Failing", degraded: "Degraded", unscraped: "Not scraped", waiting: "Waiting", working: "Working",
	}[s]
}

// row puts a system into words.
func (s system) row(q query, now time.Time) systemRow {
	row := systemRow{
		Name: s.Name, Host: s.Host, State: s.Title, Class: string(s.State),
		Link:      query{system: s.Name, page: 1, rows: defaultRows, refresh: q.refresh}.link(),
		Campaigns: thousands(float64(s.Total)), Stalled: thousands(float64(s.Stalled)),
		Records: thousands(s.Records), Percent: percent(s.percent()),
		Answered: "none yet", Hours: "closed",
	}
	if !s.served() {
		row.Campaigns, row.Stalled, row.Records, row.Percent = "", "", "", ""
	}
	if !s.LastSuccess.IsZero() {
		row.Answered = ago(s.LastSuccess, now)
	}
	row.Alarm = s.Stalled > 0
	if s.Open {
		row.Hours = "open"
	}
	return row
}
