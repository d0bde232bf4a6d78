package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/go-kit/log/level"
	commonconfig "github.com/prometheus/common/config"
	"github.com/prometheus/common/model"

	"thulium_exporter/internal/business"
	"thulium_exporter/internal/config"
	"thulium_exporter/thulium/simulator"
)

// demoSeed makes each demo the same.
const demoSeed = 69

// demo is the same daemon against a simulated Thulium.
type demo struct {
	daemonFlags
	poll    pollFlags
	speed   float64
	address string
}

func addDemo(app *kingpin.Application) (*kingpin.CmdClause, command) {
	clause := app.Command("demo", "Serve metrics of a simulated Thulium; no account is needed.")
	var d demo
	d.poll.register(clause)
	d.register(clause)
	clause.Flag("demo.speed", "How many seconds pass each second, in the simulated Thulium and in business time.").
		Default("60").Float64Var(&d.speed)
	clause.Flag("demo.listen-address", "Address of the simulated Thulium.").Default("127.0.0.1:0").StringVar(&d.address)
	return clause, func(ctx context.Context, _, stderr io.Writer) error { return d.run(ctx, stderr) }
}

// run serves a simulated Thulium and its metrics until ctx is done.
func (d *demo) run(ctx context.Context, stderr io.Writer) error {
	if d.speed <= 0 {
		return errors.New("--demo.speed must be positive, like 60")
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", d.address)
	if err != nil {
		return fmt.Errorf("cannot start the simulated Thulium: %w; see --demo.listen-address", err)
	}
	url, password := "http://"+listener.Addr().String(), rand.Text()
	campaigns := simulator.Demo(demoSeed)
	sim := simulator.New(simulator.Config{
		Username: "demo", Password: password, Campaigns: campaigns, Speed: d.speed, Seed: demoSeed,
	})
	server := &http.Server{Handler: withFaults(sim), ReadHeaderTimeout: 10 * time.Second}
	var served sync.WaitGroup
	defer served.Wait()
	defer server.Close()                             // at once: nothing of the demo is worth keeping
	served.Go(func() { _ = server.Serve(listener) }) // ends with Close
	_ = level.Info(d.log.logger(stderr)).Log("msg", "Simulating Thulium", "url", url, "speed", d.speed,
		"rehearse", "curl -X PUT "+url+"/fault/server_error; curl -X DELETE "+url+"/fault")

	start := time.Now()
	clock := func(t time.Time) time.Time { return start.Add(time.Duration(float64(t.Sub(start)) * d.speed)) }
	load := func() ([]config.System, error) {
		system, err := d.draft(url, password, campaigns).Check(defaultSystem, config.Calendars{})
		return []config.System{system}, err
	}
	return d.serve(ctx, stderr, load, clock)
}

// withFaults lets people switch the faults of the simulated Thulium on and off,
// to rehearse what alerts and dashboards make of them.
func withFaults(sim *simulator.Simulator) http.Handler {
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

func (d *demo) draft(url, password string, campaigns []simulator.Campaign) *config.Draft {
	names := map[config.ID]config.Campaign{}
	for _, c := range campaigns {
		names[config.ID(c.ID)] = config.Campaign{Name: c.Name}
	}
	return &config.Draft{
		URL: url, AllowHTTP: true,
		HTTP: commonconfig.HTTPClientConfig{
			BasicAuth: &commonconfig.BasicAuth{Username: "demo", Password: commonconfig.Secret(password)},
		},
		Campaigns:    names,
		Business:     alwaysOpen(), // else the demo would stand still at night
		PollInterval: model.Duration(d.poll.interval),
		PollMaxAge:   model.Duration(d.poll.maxAge),
	}
}

func alwaysOpen() business.Spec {
	return business.Spec{
		Holidays: []string{"none"},
		Windows: []business.Window{{
			Weekdays: []string{"monday:sunday"},
			Times:    []business.TimeRange{{Start: "00:00", End: "24:00"}},
		}},
	}
}
