package cli

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/go-kit/log"
	"github.com/go-kit/log/level"
	commonconfig "github.com/prometheus/common/config"

	"thulium_exporter/internal/business"
	"thulium_exporter/internal/config"
	"thulium_exporter/internal/server"
	"thulium_exporter/thulium/simulator"
)

const (
	// demoSeed makes each demo the same.
	demoSeed = 69
	// demoWaves is how many campaigns that follow each other are configured: enough
	// for a month of simulated time.
	demoWaves = 100
	// demoUser is the API user of the simulated Thulium.
	demoUser = "demo"

	// Bounds of the speed, within which the deadlines of a demo can be written.
	minSpeed = 0.1
	maxSpeed = 100_000.0
)

// demo is the same daemon against a simulated Thulium.
type demo struct {
	daemonFlags
	draft   config.Draft // the simulated Thulium, but for what depends on the scene
	speed   float64
	address string
	start   time.Time // business time runs speed times as fast from then on
}

func addDemo(app *kingpin.Application) (*kingpin.CmdClause, command) {
	clause := app.Command("demo", "Serve metrics of a simulated Thulium; no account is needed.")
	var d demo
	registerPoll(clause, &d.draft)
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
func (d *demo) simulate(ctx context.Context, _ *environment) error {
	if !(d.speed >= minSpeed && d.speed <= maxSpeed) {
		return fmt.Errorf("--demo.speed must be from %g to %g, like 60", minSpeed, maxSpeed)
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", d.address)
	if err != nil {
		return fmt.Errorf("cannot start the simulated Thulium: %w; see --demo.listen-address", err)
	}
	password := rand.Text()
	d.begin("http://"+listener.Addr().String(), password)
	scenes := make(chan os.Signal, 1) // each reloads the configuration
	stage := simulator.NewStage(simulator.New(simulator.Config{
		Username: demoUser, Password: password, Speed: d.speed, Seed: demoSeed,
	}), demoSeed, func() {
		select {
		case scenes <- syscall.SIGHUP:
		default: // a reload that has not begun will see this scene
		}
	})
	thulium := &http.Server{Handler: stage, ReadHeaderTimeout: 10 * time.Second}
	var served sync.WaitGroup
	defer served.Wait()
	defer thulium.Close()                             // at once: nothing of the demo is worth keeping
	served.Go(func() { _ = thulium.Serve(listener) }) // ends with Close
	d.log(level.Info(d.options.Logger), password, stage.Scenes())
	d.options.Demo = d.speed
	d.options.Load = func(context.Context) ([]config.System, config.Digest, error) {
		system, err := d.system(stage.Scene())
		return []config.System{system}, config.Digest{}, err
	}
	return server.Run(ctx, scenes, d.options)
}

// begin describes the simulated Thulium as a user would, and starts its time.
func (d *demo) begin(url, password string) {
	d.start = time.Now()
	d.draft.URL, d.draft.AllowHTTP, d.draft.Diagnose = url, true, true
	d.draft.HTTP.BasicAuth = &commonconfig.BasicAuth{Username: demoUser, Password: commonconfig.Secret(password)}
}

// log logs commands to paste.
func (d *demo) log(logger log.Logger, password string, scenes []string) {
	program, _ := os.Executable()
	url := d.draft.URL
	_ = logger.Log("msg", "Simulating Thulium", "url", url, "speed", d.speed)
	_ = logger.Log("msg", "To check it", "run", fmt.Sprintf("%s=%s %s check --thulium.url=%s --thulium.username=%s",
		passwordVariable, password, cmp.Or(program, name), url, demoUser))
	_ = logger.Log("msg", "To begin a scene", "run", "curl -X PUT "+url+"/scene/stall", "scenes", strings.Join(scenes, ", "))
	_ = logger.Log("msg", "To end it", "run", "curl -X DELETE "+url+"/scene")
}

// system returns the simulated Thulium of a scene.
func (d *demo) system(s simulator.Scene) (config.System, error) {
	hours, calendar, err := d.business(s.Closed)
	if err != nil {
		return config.System{}, err
	}
	draft := d.draft
	draft.Business = hours
	draft.Campaigns = d.campaigns(append(simulator.Demo(demoSeed), s.Campaigns...), calendar.Location())
	calendars := config.Calendars{}
	calendars.Set(hours, calendar)
	return draft.Check(defaultSystem, calendars)
}

// business returns business hours and their calendar. They are always open, since
// otherwise nothing would happen at night; or closed for the next six days.
func (d *demo) business(closed bool) (business.Spec, config.Calendar, error) {
	hours := weekly("monday:sunday", "00:00")
	calendar, err := business.New(hours)
	if err != nil {
		return hours, nil, err
	}
	if !closed {
		return hours, &fastCalendar{calendar, d.start, d.speed}, nil
	}
	yesterday := time.Now().In(calendar.Location()).AddDate(0, 0, -1).Weekday()
	hours = weekly(strings.ToLower(yesterday.String()), "23:59")
	calendar, err = business.New(hours)
	return hours, calendar, err
}

// weekly returns business hours from a time of day to midnight.
func weekly(days, from string) business.Spec {
	return business.Spec{
		Holidays: []string{"none"},
		Windows:  []business.Window{{Weekdays: []string{days}, Times: []business.TimeRange{{Start: from, End: "24:00"}}}},
	}
}

// campaigns configures the campaigns and those that follow them under other IDs.
// Of campaigns with the same ID the first counts.
func (d *demo) campaigns(simulated []simulator.Campaign, zone *time.Location) map[config.ID]config.Campaign {
	configured := map[config.ID]config.Campaign{}
	for _, c := range simulated {
		for generation := range demoWaves {
			wave := c.Wave(generation)
			id := config.ID(wave.ID)
			if _, ok := configured[id]; !ok {
				configured[id] = config.Campaign{Name: wave.Name, Deadline: d.deadline(wave, zone)}
			}
		}
	}
	return configured
}

// deadline returns that of a campaign, at the end of its minute.
func (d *demo) deadline(c simulator.Campaign, zone *time.Location) string {
	if c.Deadline == 0 {
		return ""
	}
	at := d.start.Add(time.Duration(float64(c.Starts+c.Deadline) / d.speed))
	return at.Add(time.Minute).In(zone).Format("2006-01-02 15:04")
}

// fastCalendar is a calendar that is always open and whose time runs speed times
// as fast from an instant on.
type fastCalendar struct {
	*business.Calendar
	from  time.Time
	speed float64
}

// SecondsUntil implements progress.Calendar.
func (c *fastCalendar) SecondsUntil(t time.Time) float64 {
	seconds := c.Calendar.SecondsUntil(t)
	if ahead := t.Sub(c.from); ahead > 0 {
		seconds += ahead.Seconds() * (c.speed - 1)
	}
	return seconds
}

// After implements progress.Calendar. Demos ask for nothing before their start.
func (c *fastCalendar) After(t time.Time, seconds float64) (_ time.Time, ok bool) {
	return c.Calendar.After(t, seconds/c.speed)
}

// Day implements progress.Calendar: a day has eight fast hours, so that there soon is
// one before.
func (c *fastCalendar) Day(t time.Time) business.Day {
	length := max(time.Second, time.Duration(float64(8*time.Hour)/c.speed).Truncate(time.Second))
	first := c.from.Truncate(time.Second)
	start := first.Add(t.Sub(first).Truncate(length))
	if start.After(t) {
		start = start.Add(-length)
	}
	hours := business.Interval{From: start, To: start.Add(length)}
	return business.Day{Start: hours.From, End: hours.To, Open: []business.Interval{hours}}
}
