package cli

import (
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"

	"thulium_exporter/thulium/simulator"
)

// rehearsal is a simulated Thulium whose scenes and faults people switch on and
// off, to see what alerts and dashboards make of them. It is safe for concurrent
// use.
type rehearsal struct {
	http.Handler
	sim *simulator.Simulator
	// reload receives when the configuration of the exporter has to change.
	reload chan os.Signal

	mu      sync.Mutex
	current scene
}

func newRehearsal(sim *simulator.Simulator) *rehearsal {
	mux := http.NewServeMux()
	r := &rehearsal{Handler: mux, sim: sim, reload: make(chan os.Signal, 1)}
	r.set(scene{campaigns: simulator.Demo(demoSeed)})
	mux.Handle("/", sim)
	mux.HandleFunc("PUT /fault/{name}", r.putFault)
	mux.HandleFunc("PUT /scene/{name}", r.putScene)
	mux.HandleFunc("DELETE /fault", func(http.ResponseWriter, *http.Request) { sim.SetFault(simulator.NoFault) })
	mux.HandleFunc("DELETE /scene", func(http.ResponseWriter, *http.Request) {
		r.change(scene{campaigns: simulator.Demo(demoSeed)})
	})
	return r
}

func (r *rehearsal) putFault(w http.ResponseWriter, req *http.Request) {
	fault := simulator.Fault(req.PathValue("name"))
	if !slices.Contains(simulator.Faults(), fault) {
		http.Error(w, "No such fault; the faults are "+list(simulator.Faults()), http.StatusNotFound)
		return
	}
	r.sim.SetFault(fault)
}

func (r *rehearsal) putScene(w http.ResponseWriter, req *http.Request) {
	change, ok := scenes()[req.PathValue("name")]
	if !ok {
		http.Error(w, "No such scene; the scenes are "+list(slices.Sorted(maps.Keys(scenes()))), http.StatusNotFound)
		return
	}
	r.change(change(simulator.Demo(demoSeed), r.sim.Elapsed()))
}

// change sets the scene and has the exporter reload its configuration.
func (r *rehearsal) change(s scene) {
	r.set(s)
	select {
	case r.reload <- syscall.SIGHUP:
	default: // a reload that has not begun will see this scene
	}
}

func (r *rehearsal) set(s scene) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.current = s
	r.sim.SetCampaigns(s.campaigns)
}

// scene returns the current scene.
func (r *rehearsal) scene() scene {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.current
}

// list joins names for a sentence.
func list[S ~string](names []S) string {
	var text []string
	for _, name := range names {
		text = append(text, string(name))
	}
	return strings.Join(text, ", ")
}
