// Package status serves the status page: campaigns and systems for people and, as
// JSON, for programs. It never queries Thulium; it shows the latest snapshots.
package status

import (
	"bytes"
	"cmp"
	"embed"
	"encoding/json"
	"html/template"
	"maps"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"

	"thulium_exporter/collector"
	"thulium_exporter/internal/fleet"
	"thulium_exporter/internal/progress"
)

//go:embed page.html style.css language
var assets embed.FS

// The maximum number of rows of a table. Beyond that there is the JSON.
const maxRows, maxUrgent = 2000, 100

// Options are the settings of the exporter that the page shows. All but the telemetry
// path may be missing.
type Options struct {
	TelemetryPath string    // of the metrics, like /metrics
	ExternalURL   *url.URL  // of the exporter; nil: the scheme and Host of each request
	Started       time.Time // when the exporter was started
	Flags         []Flag    // of the command line, without secrets
	Demo          float64   // how many times as fast business time runs in a demo; 0: it is none
	Build         collector.Build
}

// Flag is one setting of the command line.
type Flag struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Handler serves the page. It is safe for concurrent use.
type Handler struct {
	systems  func() []*fleet.System
	now      func() time.Time
	options  Options
	template *template.Template
	locales  []*locale
	matcher  language.Matcher
}

// New returns the page about systems, as of now.
func New(systems func() []*fleet.System, now func() time.Time, o Options) (*Handler, error) {
	all, err := locales()
	return &Handler{
		systems: systems, now: now, options: o, locales: all,
		matcher:  language.NewMatcher([]language.Tag{all[0].Tag, all[1].Tag}),
		template: template.Must(template.ParseFS(assets, "page.html")),
	}, err
}

// ServeHTTP serves the page of the query.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := newQuery(r.URL.Query())
	_, language := language.MatchStrings(h.matcher, q.Lang, r.Header.Get("Accept-Language"))
	if q.json {
		language = 0 // English, for programs
	}
	p := h.page(q, h.locales[language])
	var body bytes.Buffer
	var err error
	if q.json {
		encoder := json.NewEncoder(&body)
		encoder.SetIndent("", "  ")
		err = encoder.Encode(p.report)
	} else {
		err = h.template.Execute(&body, p)
	}
	if err != nil {
		http.Error(w, "Cannot render the page: "+err.Error(), http.StatusInternalServerError)
		return
	}
	p.setHeaders(w.Header())
	if p.Missing {
		w.WriteHeader(http.StatusNotFound)
	}
	_, _ = body.WriteTo(w) // fails only if the client is gone
}

func (p *page) setHeaders(header http.Header) {
	header.Set("Content-Type", "text/html; charset=utf-8")
	if p.json {
		header.Set("Content-Type", "application/json")
	}
	if p.Refresh > 0 {
		header.Set("Refresh", strconv.Itoa(p.Refresh))
	}
	header.Set("Content-Language", p.Tag.String())
	header.Set("Vary", "Accept-Language")
	header.Set("Content-Security-Policy", p.policy)
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cache-Control", "no-store") // it is about now
}

// query selects a page.
type query struct {
	System  string // its name; empty for the overview, or the only one
	State   string // of the campaigns that are listed; empty: all of them
	Lang    string // empty: as the browser prefers
	Wall    bool   // for a screen on the wall
	Refresh int    // seconds between reloads; 0: none
	json    bool
}

// newQuery parses a query. Invalid values have their defaults.
func newQuery(v url.Values) query {
	q := query{System: v.Get("system"), Lang: v.Get("lang"), Wall: v.Get("view") == "wall", json: v.Get("format") == "json"}
	if n, err := strconv.Atoi(v.Get("refresh")); err == nil && n >= 5 && n <= 3600 {
		q.Refresh = n
	}
	if slices.Contains(order(), v.Get("state")) {
		q.State = v.Get("state")
	}
	return q
}

// page is a report and what its template needs to render it.
type page struct {
	*report
	words
	query
	Base      string // where the page is, for links
	Telemetry string // the path of the metrics, below Base
	Languages []*locale

	One     *systemReport // the one that the page is about; nil on the overview
	Several bool          // systems are configured
	Missing bool          // the system that is requested is not configured
	Verdict []box         // at least one

	All, Rows     []campaign     // all that the page is about, and those that it lists
	Counts        map[string]int // of all, by state
	Order         []string       // of states
	Stalled, Late []campaign     // of all, as far as their data is current or the page is about one system
	AllStalled    bool           // at least two are monitored, and all of these are stalled
	Silent        bool           // some system as a whole is stalled
	Progress      time.Time      // the latest one of all
	SystemRows    []systemReport // those that the overview lists
	More          int            // campaigns that it leaves out
}

// Link returns a link to this page with something else in its query: keys and values.
func (p *page) Link(changes ...string) string {
	query := url.Values{}
	view := map[bool]string{true: "wall"}[p.Wall]
	kept := []string{"system", p.System, "state", p.State, "lang", p.Lang, "view", view, "refresh", strconv.Itoa(p.Refresh)}
	for pair := range slices.Chunk(append(kept, changes...), 2) {
		query[pair[0]] = pair[1:]
	}
	maps.DeleteFunc(query, func(_ string, value []string) bool { return value[0] == "" || value[0] == "0" })
	return strings.TrimSuffix(p.Base+"?"+query.Encode(), "?")
}

// page returns the page of a query in a language.
func (h *Handler) page(q query, l *locale) *page {
	systems := h.systems()
	p := &page{
		query: q, Base: "./", Telemetry: strings.TrimPrefix(h.options.TelemetryPath, "/"),
		Languages: h.locales, Several: len(systems) > 1,
	}
	if u := h.options.ExternalURL; u != nil {
		p.Base = u.JoinPath("/").String()
	}
	if q.System != "" && len(systems) != 1 { // alerts may know an only one by another name
		i := slices.IndexFunc(systems, func(s *fleet.System) bool { return s.Name == q.System })
		p.Missing, systems = i < 0, systems[max(i, 0):i+1]
	}
	p.words = words{l, h.now().In(zone(systems))}
	p.report = h.newReport(systems, p.words)
	most := maxUrgent
	if p.All = p.Urgent; len(systems) == 1 {
		p.One, p.All, most = &p.Systems[0], p.Campaigns, maxRows
	}
	p.choose(most)
	p.judge()
	p.SystemRows = p.Systems[:min(len(p.Systems), maxRows)]
	return p
}

// choose sorts out the campaigns of the page, of which it lists at most so many.
func (p *page) choose(most int) {
	p.Counts, p.Order = map[string]int{}, order()
	for _, c := range p.All {
		p.Counts[c.Shown]++
		if c.Progress.After(p.Progress) {
			p.Progress = c.Progress
		}
		switch current := p.One != nil || !c.Old; {
		case current && c.Shown == "stalled":
			p.Stalled = append(p.Stalled, c)
		case current && c.Shown == "late":
			p.Late = append(p.Late, c)
		}
		switch {
		case p.State != "" && p.State != c.Shown:
		case len(p.Rows) == most:
			p.More++
		default:
			c.Bars = newBars(&c)
			p.Rows = append(p.Rows, c)
		}
	}
	p.Silent = len(p.Names[silent]) > 0
	p.AllStalled = p.One != nil && len(p.Stalled) > 1 && !slices.ContainsFunc(p.All, func(c campaign) bool {
		return c.Stall > 0 && c.Shown != "stalled"
	})
}

// zone returns the time zone of systems, or UTC if they have several.
func zone(systems []*fleet.System) *time.Location {
	zone := time.UTC
	for i, s := range systems {
		if i > 0 && s.Calendar.Location().String() != zone.String() {
			return time.UTC
		}
		zone = s.Calendar.Location()
	}
	return zone
}

// box is one of the boxes at the top of the page. The template has the words for each
// kind: what is wrong, since when, what is left, and what to do.
type box struct {
	*page

	Class string // bad, warn, good, or empty: none of these
	Kind  string
	First bool
	Who   []string // the systems that it is about
}

// Up returns how many systems have current data.
func (p *page) Up() int { return len(p.Names[working]) + len(p.Names[degraded]) }

// judge adds the boxes of the page, the worst first. Only campaigns that progress are
// good news.
func (p *page) judge() {
	add := func(when bool, class, kind string) {
		if when {
			p.Verdict = append(p.Verdict, box{page: p, Class: class, Kind: kind, First: len(p.Verdict) == 0, Who: p.Names[condition(kind)]})
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
	name := p.Clip(cmp.Or(all[0].Name, all[0].ID))
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

// Why says why a campaign is idle that has a cause or waits for another one.
func (p *page) Why(c campaign) string {
	mate := p.Clip(cmp.Or(c.Of.CampaignName(c.WaitsFor), c.WaitsFor))
	switch {
	case c.Cause == "":
		return p.T("waiting for %s", mate)
	case c.Cause == progress.Elsewhere && mate != "":
		return p.T("Its agents work on campaign “%s”", mate)
	case c.Cause == progress.NoAgents && c.Look.Assigned > 0:
		return p.T("%[2]d of %[1]d agents are logged in", c.Look.Assigned, c.Look.LoggedIn)
	}
	return p.T("cause " + string(c.Cause))
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
