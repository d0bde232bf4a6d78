package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"

	"github.com/alecthomas/kingpin/v2"
	commonconfig "github.com/prometheus/common/config"
	"github.com/prometheus/common/model"

	"thulium_exporter/internal/business"
	"thulium_exporter/internal/config"
	"thulium_exporter/thulium/simulator"
)

// demoSeed makes each demo the same.
const demoSeed = 69

// addDemo adds the same daemon against a simulated Thulium.
func addDemo(app *kingpin.Application) (*kingpin.CmdClause, command) {
	clause := app.Command("demo", "Serve metrics of a simulated Thulium; no account is needed.")
	var poll pollFlags
	poll.register(clause)
	d := &daemon{}
	d.register(clause)
	speed := clause.Flag("demo.speed", "How many seconds pass in the simulated Thulium each second.").Default("60").Float64()
	return clause, func(ctx context.Context, _, stderr io.Writer) error {
		if *speed <= 0 {
			return errors.New("--demo.speed must be positive, like 60")
		}
		return d.demo(ctx, poll, *speed, stderr)
	}
}

// demo starts a simulated Thulium on a free port of this machine and serves it.
func (d *daemon) demo(ctx context.Context, poll pollFlags, speed float64, stderr io.Writer) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("cannot start the simulated Thulium: %w", err)
	}
	password := rand.Text()
	campaigns := simulator.Demo(demoSeed)
	thulium := &http.Server{
		Handler: simulator.New(simulator.Config{
			Username: "demo", Password: password, Campaigns: campaigns, Speed: speed, Seed: demoSeed,
		}),
		ReadHeaderTimeout: readTimeout,
	}
	var served sync.WaitGroup
	defer served.Wait()
	defer thulium.Close()                             // at once: nothing of the demo is worth keeping
	served.Go(func() { _ = thulium.Serve(listener) }) // ends with Close
	d.load = func() ([]config.System, error) {
		system, err := demoDraft("http://"+listener.Addr().String(), password, poll, campaigns).Check(defaultSystem, config.Calendars{})
		return []config.System{system}, err
	}
	return d.serve(ctx, d.log.logger(stderr))
}

func demoDraft(url, password string, poll pollFlags, campaigns []simulator.Campaign) *config.Draft {
	names := map[config.ID]config.Campaign{}
	for _, c := range campaigns {
		names[config.ID(c.ID)] = config.Campaign{Name: c.Name}
	}
	return &config.Draft{
		URL: url,
		HTTP: commonconfig.HTTPClientConfig{
			BasicAuth: &commonconfig.BasicAuth{Username: "demo", Password: commonconfig.Secret(password)},
		},
		Campaigns:    names,
		Business:     alwaysOpen(), // else the demo would stand still at night
		PollInterval: model.Duration(poll.interval),
		PollMaxAge:   model.Duration(poll.maxAge),
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
