// Package status is the page at /: what the exporter knows, for people and, as
// JSON, for programs. It asks Thulium nothing; it shows the newest snapshots.
package status

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"time"

	"thulium_exporter/collector"
	"thulium_exporter/internal/config"
)

//go:embed page.html overview.html system.html table.html style.css
var assets embed.FS

// Systems are those that the page shows. It must be safe for concurrent use.
type Systems interface {
	// All returns the systems, sorted by name.
	All() []System
	// Get returns the system of that name, if there is one.
	Get(name string) (System, bool)
}

// System is a configured system and what is known of it.
type System struct {
	*config.System
	Source
}

// Source knows the newest snapshot of a system. It asks nothing.
type Source interface {
	Latest() *collector.Snapshot
}

// Options are what the page is made of. Only Flags may be missing.
type Options struct {
	Systems       Systems
	TelemetryPath string           // of the metrics, like /metrics
	Started       time.Time        // when the exporter was
	Flags         []Flag           // the command line, without secrets
	Now           func() time.Time // the clock
	Build         Build
}

// Build says what the exporter was built from. Nothing of it is empty.
type Build struct{ Version, Revision, Date string }

// Flag is one setting of the command line.
type Flag struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Handler serves the page. It is safe for concurrent use.
type Handler struct {
	options  Options
	template *template.Template
	style    template.CSS
	policy   string
}

var _ http.Handler = (*Handler)(nil)

// New returns the page.
func New(o Options) (*Handler, error) {
	style, err := assets.ReadFile("style.css")
	if err != nil {
		return nil, err
	}
	t, err := template.New("page.html").ParseFS(assets, "*.html")
	if err != nil {
		return nil, err
	}
	return &Handler{options: o, template: t, style: template.CSS(style), policy: policy(style)}, nil //nolint:gosec // the style is our own
}

// policy is the Content-Security-Policy: no script, nothing from elsewhere, and
// no style but the page's own.
func policy(style []byte) string {
	hash := sha256.Sum256(style)
	return fmt.Sprintf("default-src 'none'; style-src 'sha256-%s'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
		base64.StdEncoding.EncodeToString(hash[:]))
}

// ServeHTTP serves the page that the query asks for.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := newQuery(r.URL.Query())
	report, ok := h.report(q)
	status := http.StatusOK
	if !ok {
		status = http.StatusNotFound
	}
	var body bytes.Buffer
	var err error
	if q.json {
		err = writeJSON(&body, report)
	} else {
		err = h.template.Execute(&body, h.page(q, report))
	}
	if err != nil {
		http.Error(w, "The page cannot be made: "+err.Error(), http.StatusInternalServerError)
		return
	}
	h.setHeaders(w.Header(), q.json)
	w.WriteHeader(status)
	_, _ = body.WriteTo(w) // fails only if the client is gone
}

func (h *Handler) setHeaders(header http.Header, isJSON bool) {
	header.Set("Content-Type", "text/html; charset=utf-8")
	if isJSON {
		header.Set("Content-Type", "application/json")
	}
	header.Set("Content-Security-Policy", h.policy)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cache-Control", "no-store") // it is about now
}

func writeJSON(body *bytes.Buffer, r *report) error {
	encoder := json.NewEncoder(body)
	encoder.SetIndent("", "  ")
	return encoder.Encode(r)
}
