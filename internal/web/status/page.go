package status

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The most rows of a table. Beyond that there is the JSON.
const maxRows, maxUrgent = 1000, 100

// query is what a visitor wants to see.
type query struct {
	System  string // its name; empty for the overview, or the only one
	Lang    string // empty: what the browser prefers
	Refresh int    // seconds between reloads; 0: none
	json    bool
}

// newQuery reads a query. What makes no sense has its default.
func newQuery(v url.Values) query {
	q := query{System: v.Get("system"), Lang: v.Get("lang"), json: v.Get("format") == "json"}
	if n, err := strconv.Atoi(v.Get("refresh")); err == nil && n >= 5 && n <= 3600 {
		q.Refresh = n
	}
	return q
}

// page is a report and what its template needs to put it into words.
type page struct {
	*report
	words
	query
	Base      string // where the page is, for links
	Telemetry string // the path of the metrics, below Base
	Languages []*locale

	One     *system     // the one that the page is about; nil on the overview
	Several bool        // systems are configured
	Missing bool        // the system that is wanted is not configured
	Verdict []statement // at least one

	All, Rows  []campaign // all that the page is about, and those that it lists
	SystemRows []system   // those that the overview lists
	Deadlines  bool       // some campaign has one
}

// page gathers what a query wants to see, in a language.
func (h *Handler) page(q query, l *locale) *page {
	systems := h.systems()
	p := &page{
		query: q, Base: "./", Telemetry: strings.TrimPrefix(h.options.TelemetryPath, "/"),
		Languages: h.locales, Several: len(systems) > 1,
	}
	if u := h.options.ExternalURL; u != nil {
		p.Base = u.JoinPath("/").String()
	}
	if q.System != "" {
		i := slices.IndexFunc(systems, func(s System) bool { return s.Name == q.System })
		p.Missing, systems = i < 0, systems[max(i, 0):i+1]
	}
	p.words = words{l, h.now().In(zone(systems))}
	p.report = h.newReport(systems, p.words)
	most := maxUrgent
	if p.All = p.Urgent; len(systems) == 1 {
		p.One, p.All, most = &p.Systems[0], p.Campaigns, maxRows
	}
	p.Verdict = p.verdict()
	p.Rows = p.All[:min(len(p.All), most)]
	p.SystemRows = p.Systems[:min(len(p.Systems), maxRows)]
	p.Deadlines = slices.ContainsFunc(p.Rows, func(c campaign) bool { return !c.Deadline.IsZero() })
	return p
}

// zone returns the time zone of systems, or UTC if they have several.
func zone(systems []System) *time.Location {
	other := func(s System) bool { return s.Calendar.Location().String() != systems[0].Calendar.Location().String() }
	if len(systems) == 0 || slices.ContainsFunc(systems, other) {
		return time.UTC
	}
	return systems[0].Calendar.Location()
}
