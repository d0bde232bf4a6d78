// Package web serves HTTP. When a request to Thulium fails, a scrape still
// succeeds, with thulium_up 0.
package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/go-kit/log"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"thulium_exporter/collector"
	"thulium_exporter/internal/fleet"
	"thulium_exporter/internal/web/exposition"
	"thulium_exporter/internal/web/status"
)

// Options are the settings of the handler. The telemetry path is valid by CheckPath.
type Options struct {
	status.Options

	MaxRequests            int  // in parallel, health checks not counted; 0: no limit but that of connections
	DisableExporterMetrics bool // none of promhttp_*
}

// New returns the handler of the exporter. The registry has the metrics of the
// exporter itself; the error of reload is sent to the client. The handler is safe
// for concurrent use.
func New(systems *fleet.Fleet, registry *prometheus.Registry, reload func() error, logger log.Logger, o Options) (http.Handler, error) {
	page, err := status.New(systems.All, time.Now, o.Options)
	if err != nil {
		return nil, err
	}
	s := &scraper{
		systems: systems, registry: registry, metrics: collector.NewMetrics(), writer: exposition.NewWriter(),
		filtered: newSlots(maxFiltered), logger: logger,
	}
	telemetry := http.Handler(http.HandlerFunc(s.telemetry))
	if !o.DisableExporterMetrics {
		telemetry = promhttp.InstrumentMetricHandler(registry, telemetry)
	}
	requests, pages := newSlots(o.MaxRequests), newSlots(maxPages)
	mux := http.NewServeMux()
	mux.Handle("GET "+o.TelemetryPath, requests.refuse(telemetry))
	mux.Handle("GET /probe", requests.refuse(http.HandlerFunc(s.probe)))
	mux.Handle("GET /sd", requests.refuse(pages.wait(discovery(systems, o.ExternalURL))))
	mux.Handle("GET /{$}", requests.refuse(pages.wait(page)))
	mux.HandleFunc("GET /-/healthy", healthy)
	mux.HandleFunc("GET /healthz", healthy)
	mux.Handle("GET /-/ready", ready(systems))
	mux.Handle("GET /readyz", ready(systems))
	mux.Handle("POST /-/reload", sameSite(o.ExternalURL, reloading(reload)))
	return guarded(prefixed(o.ExternalURL, mux)), nil
}

// CheckPath returns an error if the metrics cannot be served under a path.
func CheckPath(p string) error {
	used := []string{"/", "/probe", "/sd", "/healthz", "/readyz"}
	switch {
	case !strings.HasPrefix(p, "/") || path.Clean(p) != p || strings.ContainsAny(p, "{} ?#%"):
		return fmt.Errorf("%q is not a plain path like /metrics", p)
	case slices.Contains(used, p) || strings.HasPrefix(p, "/-/"):
		return fmt.Errorf("%q is used for something else; choose another path like /metrics", p)
	}
	return nil
}

// healthy reports that the process serves HTTP. It does not query Thulium:
// restarting the exporter would not help.
func healthy(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "Healthy.") }

// ready reports whether every poller has finished its first poll.
func ready(systems *fleet.Fleet) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if !systems.Ready() {
			http.Error(w, "Not ready: the first poll has not finished.", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "Ready.")
	})
}

// targetGroup is one element of Prometheus' HTTP service discovery.
type targetGroup struct {
	Targets []string          `json:"targets"`
	Labels  map[string]string `json:"labels"`
}

// discovery lists the configured systems for Prometheus' HTTP service
// discovery. Each target is this exporter, as clients reach it, with the labels
// that make Prometheus probe one system: no relabelling is needed.
func discovery(systems *fleet.Fleet, external *url.URL) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		at := reached(external, r)
		groups := []targetGroup{} // not null: Prometheus expects a list
		for _, system := range systems.All() {
			groups = append(groups, targetGroup{
				Targets: []string{at.Host},
				Labels: map[string]string{
					"__scheme__":       at.Scheme,
					"__metrics_path__": strings.TrimRight(at.Path, "/") + "/probe",
					"__param_target":   system.Name,
					"system":           system.Name,
				},
			})
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(groups) // fails only if the client is gone
	})
}

// ErrReloading is the error of a reload while another one is running.
var ErrReloading = errors.New("a reload is already running")

// reloading reloads the configuration.
func reloading(reload func() error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		switch err := reload(); {
		case errors.Is(err, ErrReloading): // it may be replacing the configuration right now
			http.Error(w, "A reload is already running.", http.StatusConflict)
		case err != nil:
			http.Error(w, "Reload failed; keeping the previous configuration: "+err.Error(), http.StatusInternalServerError)
		default:
			fmt.Fprintln(w, "Reloaded.")
		}
	})
}

// reached returns the URL at which the client of a request reaches the exporter: the
// external one, if it is known.
func reached(external *url.URL, r *http.Request) *url.URL {
	switch {
	case external != nil:
		return external
	case r.TLS != nil:
		return &url.URL{Scheme: "https", Host: r.Host}
	}
	return &url.URL{Scheme: "http", Host: r.Host}
}

// prefixed also serves all paths below that of the external URL, since not every proxy
// strips it. That path itself redirects to the page, whose links are relative.
func prefixed(external *url.URL, next http.Handler) http.Handler {
	if external == nil {
		return next
	}
	prefix := strings.TrimRight(external.Path, "/")
	below := http.StripPrefix(prefix, next)
	page := http.RedirectHandler(external.Scheme+"://"+external.Host+prefix+"/", http.StatusFound)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch rest, ok := strings.CutPrefix(r.URL.Path, prefix); {
		case ok && rest == "":
			page.ServeHTTP(w, r)
		case ok && rest[0] == '/':
			below.ServeHTTP(w, r)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// sameSite rejects cross-origin requests of browsers.
func sameSite(external *url.URL, next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	if external != nil {
		_ = protection.AddTrustedOrigin(external.Scheme + "://" + external.Host) // it has both
	}
	return protection.Handler(next)
}

// Those of connections are in internal/server.
const (
	// maxPages limits the pages that are rendered or written at a time: one of
	// 10,000 campaigns takes megabytes until its client has read it.
	maxPages = 2
	// maxFiltered is the same for scrapes of certain metrics (name[]). All others
	// share cached responses and never wait.
	maxFiltered = 2
)

// guarded lets no browser guess what a response is, and rejects requests with a body,
// since no path needs one, without waiting for the body.
func guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		if r.ContentLength == 0 {
			next.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Connection", "close")
		_ = http.NewResponseController(w).SetReadDeadline(time.Now()) // else the server reads some of it
		http.Error(w, "Requests must not have a body.", http.StatusRequestEntityTooLarge)
	})
}

// slots limit concurrency; nil is no limit. A slot is held until the response has
// been written, all but what the kernel buffers.
type slots chan struct{}

func newSlots(n int) slots {
	if n <= 0 {
		return nil
	}
	return make(slots, n)
}

// refuse responds with status 503 when no slot is free.
func (s slots) refuse(next http.Handler) http.Handler {
	if s == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case s <- struct{}{}:
			defer s.release()
			next.ServeHTTP(w, r)
		default:
			http.Error(w, "Too many requests at a time; see --web.max-requests.", http.StatusServiceUnavailable)
		}
	})
}

// wait makes requests wait for a slot.
func (s slots) wait(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.hold(r.Context(), func() { next.ServeHTTP(w, r) }) // else the client is gone
	})
}

// hold calls f while holding a slot, and reports whether one was free before ctx
// was done.
func (s slots) hold(ctx context.Context, f func()) bool {
	select {
	case s <- struct{}{}: // even if ctx is done
	default:
		select {
		case s <- struct{}{}:
		case <-ctx.Done():
			return false
		}
	}
	defer s.release()
	f()
	return true
}

func (s slots) release() { <-s }
