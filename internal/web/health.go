package web

import (
	"fmt"
	"net/http"

	"thulium_exporter/internal/fleet"
)

// healthy reports that the process serves HTTP. It never requests anything from
// Thulium: restarting the exporter would not repair Thulium.
func healthy() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, "Healthy.")
	})
}

// ready reports whether a scrape gets everything there is: every poller has
// polled.
func ready(systems *fleet.Fleet) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if !systems.Ready() {
			http.Error(w, "Not ready: the first poll has not finished.", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "Ready.")
	})
}

// reload reloads the configuration.
func reload(load func() error, e external) http.Handler {
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if err := load(); err != nil {
			http.Error(w, "Reload failed; keeping the previous configuration: "+err.Error(), http.StatusInternalServerError)
			return
		}
		fmt.Fprintln(w, "Reloaded.")
	})
	return sameSite(handler, e)
}

// sameSite refuses what a browser sends on behalf of another site.
func sameSite(next http.Handler, e external) http.Handler {
	protection := http.NewCrossOriginProtection()
	if e.host != "" {
		_ = protection.AddTrustedOrigin(e.scheme + "://" + e.host) // a URL without an origin trusts nobody
	}
	return protection.Handler(next)
}
