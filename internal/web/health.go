package web

import (
	"errors"
	"fmt"
	"net/http"

	"thulium_exporter/internal/fleet"
)

// healthy reports that the process serves HTTP. It does not query Thulium:
// restarting the exporter would not help.
func healthy() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, "Healthy.")
	})
}

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

// ErrReloading is the error of a reload while another one is running.
var ErrReloading = errors.New("a reload is already running")

// reloading reloads the configuration.
func reloading(reload func() error, e external) http.Handler {
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		switch err := reload(); {
		case errors.Is(err, ErrReloading): // it may be replacing the configuration right now
			http.Error(w, "A reload is already running.", http.StatusConflict)
		case err != nil:
			http.Error(w, "Reload failed; keeping the previous configuration: "+err.Error(), http.StatusInternalServerError)
		default:
			fmt.Fprintln(w, "Reloaded.")
		}
	})
	return sameSite(handler, e)
}

// sameSite rejects cross-origin requests of browsers.
func sameSite(next http.Handler, e external) http.Handler {
	protection := http.NewCrossOriginProtection()
	if e.host != "" {
		_ = protection.AddTrustedOrigin(e.scheme + "://" + e.host) // fails without an external URL, and adds nothing then
	}
	return protection.Handler(next)
}
