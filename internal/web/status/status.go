// Package status is the page at /: what the exporter knows, for people and, as
// JSON, for programs. It never queries Thulium; it shows the latest snapshots.
package status

import (
	"bytes"
	"embed"
	"encoding/json"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"golang.org/x/text/language"

	"thulium_exporter/collector"
	"thulium_exporter/internal/config"
)

//go:embed page.html style.css language
var assets embed.FS

// System is a configured system and what is known of it.
type System struct {
	*config.System
	Snapshot *collector.Snapshot // the latest
}

// Options are the settings of the exporter that the page shows or needs.
type Options struct {
	TelemetryPath string          // of the metrics, like /metrics
	ExternalURL   *url.URL        // of the exporter; nil: links are relative
	Started       time.Time       // when the exporter was
	Flags         []Flag          // the command line, without secrets
	Demo          float64         // how many times as fast a demo's business time runs; 0: it is none
	Build         collector.Build // of the exporter
}

// Flag is one setting of the command line.
type Flag struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Handler serves the page. It is safe for concurrent use.
type Handler struct {
	systems  func() []System
	now      func() time.Time
	options  Options
	template *template.Template
	locales  []*locale
	matcher  language.Matcher
}

// New returns the page. systems returns the systems and their latest snapshots,
// without any request; it is safe for concurrent use, and so is the clock now.
func New(systems func() []System, now func() time.Time, o Options) (*Handler, error) {
	t, err := template.ParseFS(assets, "page.html")
	if err != nil {
		return nil, err
	}
	all, err := locales()
	if err != nil {
		return nil, err
	}
	matcher := language.NewMatcher([]language.Tag{all[0].Tag, all[1].Tag})
	return &Handler{systems: systems, now: now, options: o, template: t, locales: all, matcher: matcher}, nil
}

// ServeHTTP serves the page that the query wants.
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
