package status

import (
	"html/template"
	"strings"
	"time"
)

// page is a report as the templates show it: all in words.
type page struct {
	Title    string
	Style    template.CSS
	Icon     template.URL
	Now      string
	Zone     string
	Refresh  int
	Reload   string // link to this page
	Toggle   string // link that begins or ends reloading
	Overview string // link to all systems; empty if there is just one
	Missing  string // the system that does not exist
	One      *onePage
	All      *allPage
	Links    []link
	Facts    []fact // of the exporter
	Flags    []Flag
}

// link leads to another page.
type link struct{ Address, Text, Description string }

// fact is a term and what is to be said of it.
type fact struct {
	Term, Value string
	Note, Hint  string // often empty
	Code        string // a request id; often empty
}

// page puts a report into words.
func (h *Handler) page(q query, r *report) *page {
	p := &page{
		Title: "Thulium exporter", Style: h.style, Icon: icon(r),
		Now: r.now.Format("15:04:05"), Zone: r.now.Location().String(),
		Refresh: q.refresh, Reload: q.link(), Toggle: q.with(toggleRefresh),
		Links: h.links(q, r), Facts: aboutExporter(r), Flags: r.Exporter.Flags,
	}
	if r.several || !r.found {
		p.Overview = query{refresh: q.refresh, page: 1, rows: defaultRows}.link()
	}
	switch {
	case !r.found:
		p.Missing = clip(q.system)
		p.Title = "No such system · " + p.Title
	case r.paces != nil:
		p.One = newOnePage(q, r)
		p.Title = p.One.Heading + ": " + p.One.System.Title + " · " + p.Title
	default:
		p.All = newAllPage(q, r)
		p.Title = p.All.Heading + " · " + p.Title
	}
	return p
}

// usualRefresh is how often a page reloads that shall, in seconds.
const usualRefresh = 30

func toggleRefresh(q *query) {
	if q.refresh > 0 {
		q.refresh = 0
		return
	}
	q.refresh = usualRefresh
}

// links lead to all other paths of the exporter. They are relative, so they
// work behind a proxy that serves the exporter below a path.
func (h *Handler) links(q query, r *report) []link {
	links := []link{
		{"." + h.options.TelemetryPath, "Metrics", "Of the exporter, and of its system if there is just one"},
		{"./sd", "Service discovery", "The configured systems, for Prometheus"},
	}
	if r.paces != nil {
		links = append(links, link{"./probe?target=" + r.Systems[0].Name, "Probe", "The metrics of this system alone; it may ask Thulium"})
	}
	q.page, q.json, q.refresh = 1, true, 0
	return append(links,
		link{"./-/healthy", "Healthy", "Whether the exporter runs"},
		link{"./-/ready", "Ready", "Whether a scrape gets all there is"},
		link{q.link(), "JSON", "What this page says, for programs, on one page"},
	)
}

func aboutExporter(r *report) []fact {
	e := r.Exporter
	facts := []fact{
		{Term: "Version", Value: e.Version},
		{Term: "Revision", Value: e.Revision},
		{Term: "Built", Value: e.Built},
		{Term: "Go", Value: strings.TrimPrefix(e.Go, "go")},
	}
	return append(facts, fact{Term: "Started", Value: clockIn(e.Started, r.now), Note: ago(e.Started, r.now)})
}

// clockIn says when t was, with its date.
func clockIn(t, now time.Time) string {
	return t.In(now.Location()).Format("2 Jan 2006 15:04:05")
}

// icon is the chemical symbol of thulium in the colour of the worst state.
func icon(r *report) template.URL {
	colour := "5a6b80"
	for _, s := range states() {
		if r.states[s] > 0 || len(r.Systems) == 1 && r.Systems[0].State == s {
			colour = map[state]string{failing: "c5362b", degraded: "a86400", unscraped: "a86400", waiting: colour, working: "1a7f45"}[s]
			break
		}
	}
	return template.URL("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E" + //nolint:gosec // nothing in it comes from outside
		"%3Crect width='32' height='32' rx='7' fill='%23" + colour + "'/%3E" +
		"%3Ctext x='16' y='22' font-family='sans-serif' font-size='16' font-weight='700' fill='white' text-anchor='middle'%3ETm%3C/text%3E%3C/svg%3E")
}
