package web

import (
	"fmt"
	"net/http"

	"thulium_exporter/internal/fleet"
)

// healthy says that the process serves HTTP. It never asks Thulium: restarting
// the exporter would not mend Thulium.
func healthy() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, "Healthy.")
	})
}

// ready says whether a scrape gets all there is: the configuration is good and
// every poller has polled.
func ready(systems *fleet.Fleet) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if !systems.Ready() {
			http.Error(w, "Not ready: the first poll is not over yet.", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "Ready.")
	})
}

// reload reads the configuration anew.
func reload(load func() error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if err := load(); err != nil {
			http.Error(w, "The old configuration goes on, since the new one is wrong: "+err.Error(), http.StatusInternalServerError)
			return
		}
		fmt.Fprintln(w, "Reloaded.")
	})
}
