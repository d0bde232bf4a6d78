package cli

import (
	"fmt"
	"net/http"
	"slices"

	"thulium_exporter/thulium/simulator"
)

// rehearsal serves the simulated Thulium, and lets people switch its faults on
// and off to see what alerts and dashboards make of them.
func rehearsal(sim *simulator.Simulator) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", sim)
	mux.HandleFunc("PUT /fault/{fault}", func(w http.ResponseWriter, r *http.Request) {
		fault := simulator.Fault(r.PathValue("fault"))
		if !slices.Contains(simulator.Faults(), fault) {
			http.Error(w, fmt.Sprintf("There is no such fault. These are: %s", simulator.Faults()), http.StatusNotFound)
			return
		}
		sim.SetFault(fault)
	})
	mux.HandleFunc("DELETE /fault", func(http.ResponseWriter, *http.Request) { sim.SetFault(simulator.NoFault) })
	return mux
}
