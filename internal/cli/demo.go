package cli

import (
	"context"
	"crypto/rand"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/go-kit/log"
	"github.com/go-kit/log/level"

	"thulium_exporter/internal/config"
	"thulium_exporter/internal/server"
	"thulium_exporter/thulium/simulator"
)

// demoSeed makes each demo the same.
const demoSeed = 69

// Bounds of the speed, within which the deadlines of a demo can be written.
const (
	minSpeed = 0.1
	maxSpeed = 100_000.0
)

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
	// Scrapes may be a minute apart, which is an hour here: too rare for a pace.
	clause.GetFlag("poll.interval").Default("1s").PlaceHolder("1s").
		Help("Query the simulated Thulium in the background at this interval, and serve the latest response. 0s: query on each scrape.")
	d.register(clause)
	clause.Flag("demo.speed", "Simulated seconds (of Thulium and of business time) per second.").
		Default("60").Float64Var(&d.speed)
	clause.Flag("demo.listen-address", "Address of the simulated Thulium.").Default("127.0.0.1:0").StringVar(&d.address)
	return clause, func(ctx context.Context, env *environment) error { return d.run(ctx, env, d.simulate) }
}

// simulate serves a simulated Thulium and its metrics until ctx is done.
func (d *demo) simulate(ctx context.Context, logger log.Logger, o server.Options) error {
	if !(d.speed >= minSpeed && d.speed <= maxSpeed) {
		return fmt.Errorf("--demo.speed must be from %g to %g, like 60", minSpeed, maxSpeed)
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", d.address)
	if err != nil {
		return fmt.Errorf("cannot start the simulated Thulium: %w; see --demo.listen-address", err)
	}
	url, password := "http://"+listener.Addr().String(), rand.Text()
	start := time.Now()
	stage := newRehearsal(simulator.New(simulator.Config{Username: "demo", Password: password, Speed: d.speed, Seed: demoSeed}))
	thulium := &http.Server{Handler: stage, ReadHeaderTimeout: 10 * time.Second}
	var served sync.WaitGroup
	defer served.Wait()
	defer thulium.Close()                             // at once: nothing of the demo is worth keeping
	served.Go(func() { _ = thulium.Serve(listener) }) // ends with Close
	_ = level.Info(logger).Log("msg", "Simulating Thulium", "url", url, "speed", d.speed,
		"rehearse", "curl -X PUT "+url+"/scene/stall; curl -X DELETE "+url+"/scene",
		"scenes", strings.Join(slices.Sorted(maps.Keys(scenes())), ","))

	configured := &demoConfig{url: url, password: password, poll: d.poll, start: start, speed: d.speed}
	o.Demo = d.speed
	o.Load = func() ([]config.System, error) { return configured.systems(stage.scene()) }
	return server.Run(ctx, stage.reload, o)
}
