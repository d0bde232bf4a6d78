package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"thulium_exporter/internal/fleet"
)

// targetGroup is one element of Prometheus' HTTP service discovery.
type targetGroup struct {
	Targets []string          `json:"targets"`
	Labels  map[string]string `json:"labels"`
}

// discovery lists the configured systems for Prometheus' HTTP service
// discovery. Each target is this exporter, as clients reach it, with the labels
// that make Prometheus probe one system: no relabelling is needed.
func discovery(systems *fleet.Fleet, e external) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		at := e.of(r)
		groups := []targetGroup{} // not null: Prometheus expects a list
		for _, system := range systems.All() {
			groups = append(groups, targetGroup{
				Targets: []string{at.host},
				Labels: map[string]string{
					"__scheme__":       at.scheme,
					"__metrics_path__": at.prefix + "/probe",
					"__param_target":   system.Name,
					"system":           system.Name,
				},
			})
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(groups) // fails only if the client is gone
	})
}

// external is where clients reach the exporter.
type external struct {
	scheme, host string
	prefix       string // of all paths, without a slash at the end
}

// newExternal returns the external address of a URL; nil: that of each request.
func newExternal(u *url.URL) external {
	if u == nil {
		return external{}
	}
	return external{u.Scheme, u.Host, strings.TrimRight(u.Path, "/")}
}

// of returns where the client of a request reaches the exporter.
func (e external) of(r *http.Request) external {
	switch {
	case e.host != "":
		return e
	case r.TLS != nil:
		return external{scheme: "https", host: r.Host}
	}
	return external{scheme: "http", host: r.Host}
}

// handler also serves all paths below the prefix, since not every proxy strips it.
// The prefix itself redirects to the page, whose links are relative.
func (e external) handler(next http.Handler) http.Handler {
	if e.prefix == "" {
		return next
	}
	below := http.StripPrefix(e.prefix, next)
	page := http.RedirectHandler(e.scheme+"://"+e.host+e.prefix+"/", http.StatusFound)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch rest, ok := strings.CutPrefix(r.URL.Path, e.prefix); {
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
func (e external) sameSite(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	if e.host != "" {
		_ = protection.AddTrustedOrigin(e.scheme + "://" + e.host) // fails without an external URL, and adds nothing then
	}
	return protection.Handler(next)
}
