package main

import (
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"thulium_exporter/thulium/simulator"
)

// The systems of the storm. Each has a Thulium of its own.
const (
	fetched   = "fetched"
	polled    = "polled"
	large     = "large"     // polled, with many campaigns
	temporary = "temporary" // comes and goes
)

// systems are the Thuliums of the storm.
type systems struct {
	all  []system
	open atomic.Int64 // connections
}

type system struct {
	name   string
	sim    *simulator.Simulator
	server *httptest.Server
}

func newSystems() *systems {
	s := &systems{}
	for _, name := range []string{fetched, polled, large, temporary} {
		campaigns := 50
		if name == large {
			campaigns = 5_000
		}
		sim := simulator.New(simulator.Config{
			Username: "soak", Password: "soak", Campaigns: simulator.Many(campaigns), RetryAfter: time.Second,
		})
		server := httptest.NewUnstartedServer(sim)
		server.Config.ConnState = s.count
		server.Start()
		s.all = append(s.all, system{name, sim, server})
	}
	return s
}

// count keeps the number of connections.
func (s *systems) count(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		s.open.Add(1)
	case http.StateClosed, http.StateHijacked: // the simulator closes what it hijacks
		s.open.Add(-1)
	case http.StateActive, http.StateIdle:
	}
}

func (s *systems) connections() int { return int(s.open.Load()) }

// strike gives one system another fault, or none.
func (s *systems) strike(random *rand.Rand) {
	faults := append(simulator.Faults(), simulator.NoFault)
	s.all[random.IntN(len(s.all))].sim.SetFault(faults[random.IntN(len(faults))])
}

// mend ends all faults.
func (s *systems) mend() {
	for _, one := range s.all {
		one.sim.SetFault(simulator.NoFault)
	}
}

func (s *systems) close() {
	for _, one := range s.all {
		one.sim.Close()
		one.server.Close()
	}
}

// variant is a kind of configuration.
type variant int

const (
	calm     variant = iota // nothing is polled for an hour
	complete                // all systems
	partial                 // without the temporary one
	slower                  // as complete, with another interval: all pollers are replaced
	invalid                 // not a configuration
	variants                // how many there are
)

// write writes a configuration file.
func (s *systems) write(path string, v variant) error {
	interval := map[variant]string{calm: "1h", complete: "1s", partial: "1s", slower: "2s", invalid: "never"}[v]
	var b strings.Builder
	fmt.Fprintf(&b, "defaults: {timeout: 2s, basic_auth: {username: soak, password: soak}}\nsystems:\n")
	for _, one := range s.all {
		switch {
		case one.name == temporary && v == partial:
		case one.name == fetched:
			fmt.Fprintf(&b, "  %s: {url: %q}\n", one.name, one.server.URL)
		default:
			fmt.Fprintf(&b, "  %s: {url: %q, poll_interval: %s}\n", one.name, one.server.URL, interval)
		}
	}
	return os.WriteFile(path, []byte(b.String()), 0o600)
}
