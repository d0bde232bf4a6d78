package status

import (
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The most rows of a table. Beyond that there is the JSON.
const (
	maxRows   = 1000
	maxUrgent = 100
)

// The fastest and the slowest reload, in seconds.
const minRefresh, maxRefresh = 5, 3600

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
	if n, err := strconv.Atoi(v.Get("refresh")); err == nil && n >= minRefresh && n <= maxRefresh {
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
	Languages []*tongue

	One     *system     // the one that the page is about; nil on the overview
	Several bool        // systems are configured
	Missing bool        // the system that is wanted is not configured
	Verdict []statement // at least one
}

// page gathers what a query wants to see, in a language.
func (h *Handler) page(q query, t *tongue) *page {
	systems := h.options.Systems()
	p := &page{
		query: q, Base: "./", Telemetry: strings.TrimPrefix(h.options.TelemetryPath, "/"),
		Languages: h.tongues, Several: len(systems) > 1,
	}
	if u := h.options.ExternalURL; u != nil {
		p.Base = u.JoinPath("/").String()
	}
	if q.System != "" {
		i := slices.IndexFunc(systems, func(s System) bool { return s.Name == q.System })
		p.Missing, systems = i < 0, systems[max(i, 0):i+1]
	}
	p.words = words{t, h.options.Now().In(zone(systems))}
	p.report = h.newReport(systems, p.words)
	if len(systems) == 1 {
		p.One = &p.Systems[0]
	}
	p.Verdict = p.verdict()
	return p
}

// zone returns the time zone of systems, or UTC if they have several.
func zone(systems []System) *time.Location {
	zone := time.UTC
	for i, s := range systems {
		switch other := s.Calendar.Location(); {
		case i == 0:
			zone = other
		case other.String() != zone.String():
			return time.UTC
		}
	}
	return zone
}

// Icon is the chemical symbol of thulium in the colour of the page.
func (p *page) Icon() template.URL {
	colour := map[string]string{"bad": "c5362b", "warn": "a86400", "good": "1a7f45", "": "5a6b80"}[p.Verdict[0].Class]
	return template.URL("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E" + //nolint:gosec // nothing in it comes from outside
		"%3Crect width='32' height='32' rx='7' fill='%23" + colour + "'/%3E" +
		"%3Ctext x='16' y='22' font-family='sans-serif' font-size='16' font-weight='700' fill='white' text-anchor='middle'%3ETm%3C/text%3E%3C/svg%3E")
}

// All are the campaigns that the page is about.
func (p *page) All() []campaign {
	if p.One == nil {
		return p.Urgent
	}
	return p.Campaigns
}

// Rows are those of them that the page lists.
func (p *page) Rows() []campaign {
	all, most := p.All(), maxRows
	if p.One == nil {
		most = maxUrgent
	}
	return all[:min(len(all), most)]
}

// SystemRows are the systems that the overview lists.
func (p *page) SystemRows() []system { return p.Systems[:min(len(p.Systems), maxRows)] }

// Deadlines reports whether some campaign has a deadline.
func (p *page) Deadlines() bool {
	return slices.ContainsFunc(p.Rows(), func(c campaign) bool { return !c.Deadline.IsZero() })
}
