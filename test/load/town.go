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

// town is some Thuliums that have faults.
type town struct {
	houses []house
	open   atomic.Int64 // connections
}

// house is one Thulium.
type house struct {
	name   string
	polled bool
	sim    *simulator.Simulator
	server *httptest.Server
}

// guest is the name of the system that comes and goes.
const guest = "guest"

func newTown() *town {
	t := &town{}
	for i, name := range []string{"north", "east", "south", "west", guest} {
		h := house{name: name, polled: i%2 == 1, sim: simulator.New(simulator.Config{
			Username: "soak", Password: "soak", Campaigns: simulator.Many(50), RetryAfter: time.Second,
		})}
		h.server = httptest.NewUnstartedServer(h.sim)
		h.server.Config.ConnState = t.count
		h.server.Start()
		t.houses = append(t.houses, h)
	}
	return t
}

// count keeps the number of connections.
func (t *town) count(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		t.open.Add(1)
	case http.StateClosed, http.StateHijacked: // the simulator closes what it hijacks
		t.open.Add(-1)
	case http.StateActive, http.StateIdle:
	}
}

func (t *town) connections() int { return int(t.open.Load()) }

// strike gives one house another fault, or mends it.
func (t *town) strike(random *rand.Rand) {
	faults := append(simulator.Faults(), simulator.NoFault)
	t.houses[random.IntN(len(t.houses))].sim.SetFault(faults[random.IntN(len(faults))])
}

// mend ends all faults.
func (t *town) mend() {
	for _, h := range t.houses {
		h.sim.SetFault(simulator.NoFault)
	}
}

func (t *town) close() {
	for _, h := range t.houses {
		h.sim.Close()
		h.server.Close()
	}
}

// weather is a kind of configuration.
type weather int

const (
	calm      weather = iota // nobody polls in the next time
	withGuest                // all systems
	without                  // all but the guest
	slower                   // as withGuest, with another interval: the pollers are built anew
	broken                   // not a configuration
	weathers                 // how many there are
)

// write writes a configuration file.
func (t *town) write(path string, w weather) error {
	var b strings.Builder
	fmt.Fprintf(&b, "defaults: {timeout: 2s, basic_auth: {username: soak, password: soak}}\nsystems:\n")
	interval := map[weather]string{calm: "1h", withGuest: "1s", without: "1s", slower: "2s", broken: "never"}[w]
	for _, h := range t.houses {
		if h.name == guest && w == without {
			continue
		}
		fmt.Fprintf(&b, "  %s:\n    url: %s\n", h.name, h.server.URL)
		if h.polled {
			fmt.Fprintf(&b, "    poll_interval: %s\n", interval)
		}
	}
	return os.WriteFile(path, []byte(b.String()), 0o600)
}
