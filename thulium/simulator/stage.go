package simulator

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Scene is what a Stage simulates, and how an exporter is configured for it.
type Scene struct {
	Campaigns []Campaign
	Closed    bool // the exporter's business hours are wrong: closed while agents work
}

// script is a scene that people can begin: what it does, and what makes it from
// the campaigns of the demo and their time.
type script struct {
	does string
	play func(demo []Campaign, elapsed time.Duration) Scene
}

// scenes returns the scenes by name.
func scenes() map[string]script {
	return map[string]script{
		"stall":       {"Call-backs from the website makes no progress from now on.", stallOne("web", "FREE")},
		"no_agents":   {"The agents of Call-backs from the website log out.", stallOne("web", "OFF")},
		"paused":      {"The agents of Call-backs from the website pause.", stallOne("web", "PAUSED")},
		"elsewhere":   {"The agents of Call-backs from the website work in Consent renewal.", stallOne("sales", "FREE")},
		"all_stalled": {"No campaign makes progress from now on.", stallAll},
		"not_started": {"The new campaign Loyalty cards does not start.", add(Campaign{
			ID: "00010", Name: "Loyalty cards", Records: 400,
		})},
		"late": {"The new campaign Contract extensions is too slow for its deadline.", add(Campaign{
			ID: "00020", Name: "Contract extensions", Records: 5_000, PerHour: 40, Deadline: 4 * time.Hour,
		})},
		"closed": {"Business hours are over, and agents keep working.", func(demo []Campaign, _ time.Duration) Scene {
			return Scene{Campaigns: demo, Closed: true}
		}},
	}
}

// stallOne stalls the one campaign that is never finished. Its agents are those of a
// team, and have a status while they have nothing else to do.
func stallOne(team, status string) func([]Campaign, time.Duration) Scene {
	return func(demo []Campaign, elapsed time.Duration) Scene {
		const callBacks = 2
		demo[callBacks], _ = demo[callBacks].Frozen(elapsed)
		demo[callBacks].Team, demo[callBacks].Idle = team, status
		return Scene{Campaigns: demo}
	}
}

func stallAll(demo []Campaign, elapsed time.Duration) Scene {
	var stalled []Campaign
	for _, c := range demo {
		if frozen, ok := c.Frozen(elapsed); ok {
			stalled = append(stalled, frozen)
		}
	}
	return Scene{Campaigns: stalled}
}

// add makes a scene of the demo and one more campaign, which starts with it.
func add(c Campaign) func([]Campaign, time.Duration) Scene {
	return func(demo []Campaign, elapsed time.Duration) Scene {
		c.Starts = elapsed
		return Scene{Campaigns: append(demo, c)}
	}
}

// Stage is a simulated Thulium whose scenes and faults people begin and end with
// PUT and DELETE, to see what alerts and dashboards make of them. It is safe for
// concurrent use.
type Stage struct {
	http.Handler
	sim     *Simulator
	seed    uint64
	changed func()

	mu      sync.Mutex
	current Scene
}

// NewStage returns the stage of Demo(seed) on a simulator. It calls changed after
// each change of the scene.
func NewStage(sim *Simulator, seed uint64, changed func()) *Stage {
	mux := http.NewServeMux()
	s := &Stage{Handler: mux, sim: sim, seed: seed, changed: changed}
	s.set(Scene{Campaigns: Demo(seed)})
	mux.Handle("/", sim)
	mux.HandleFunc("PUT /fault/{name}", s.putFault)
	mux.HandleFunc("PUT /scene/{name}", s.putScene)
	mux.HandleFunc("DELETE /fault", func(w http.ResponseWriter, _ *http.Request) {
		sim.SetFault(NoFault)
		fmt.Fprintln(w, "Thulium responds as usual again.")
	})
	mux.HandleFunc("DELETE /scene", func(w http.ResponseWriter, _ *http.Request) {
		s.set(Scene{Campaigns: Demo(seed)})
		changed()
		fmt.Fprintln(w, "The scene is over.")
	})
	return s
}

func (s *Stage) putFault(w http.ResponseWriter, r *http.Request) {
	fault := Fault(r.PathValue("name"))
	if !slices.Contains(Faults(), fault) {
		http.Error(w, fmt.Sprintf("No such fault; the faults are %s", Faults()), http.StatusNotFound)
		return
	}
	s.sim.SetFault(fault)
	fmt.Fprintf(w, "Thulium responds with the fault %s from now on. DELETE /fault ends that.\n", fault) //nolint:gosec // one of Faults
}

func (s *Stage) putScene(w http.ResponseWriter, r *http.Request) {
	script, ok := scenes()[r.PathValue("name")]
	if !ok {
		http.Error(w, "No such scene; the scenes are "+strings.Join(s.Scenes(), ", "), http.StatusNotFound)
		return
	}
	s.set(script.play(Demo(s.seed), s.sim.Elapsed()))
	s.changed()
	fmt.Fprintf(w, "%s DELETE /scene ends that.\n", script.does)
}

// Scenes returns the names of the scenes, sorted.
func (s *Stage) Scenes() []string { return slices.Sorted(maps.Keys(scenes())) }

// Scene returns the current scene.
func (s *Stage) Scene() Scene {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current
}

func (s *Stage) set(scene Scene) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.current = scene
	s.sim.SetCampaigns(scene.Campaigns)
}
