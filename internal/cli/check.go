package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"golang.org/x/sync/errgroup"

	"thulium_exporter/internal/config"
	"thulium_exporter/internal/fleet"
	"thulium_exporter/internal/server"
	"thulium_exporter/thulium"
)

// checkConcurrency is how many systems are checked at the same time.
const checkConcurrency = 16

// addCheck adds a single look at the systems, for people and for scripts.
func addCheck(app *kingpin.Application) (*kingpin.CmdClause, command) {
	clause := app.Command("check", "Ask each system once, show its campaigns, and say what to do if that fails. Exit status 1 if any fails.")
	var system systemFlags
	system.register(clause)
	only := clause.Flag("system", "Check only this system of the configuration file.").PlaceHolder("NAME").String()
	output := clause.Flag("output", "text for people, json for programs.").Short('o').Default("text").Enum("text", "json")
	var calendar calendarFlags
	calendar.register(clause)
	return clause, func(ctx context.Context, stdout, _ io.Writer) error {
		systems, err := system.load()
		if err != nil {
			return err
		}
		if systems, err = choose(systems, *only); err != nil {
			return err
		}
		if calendar.wanted {
			return calendar.print(stdout, systems, time.Now())
		}
		return report(checkAll(ctx, systems), *output, stdout)
	}
}

// choose returns the system of that name, or all if the name is empty.
func choose(systems []config.System, name string) ([]config.System, error) {
	if name == "" {
		return systems, nil
	}
	i := slices.IndexFunc(systems, func(s config.System) bool { return s.Name == name })
	if i < 0 {
		return nil, fmt.Errorf("--system: no system %q is configured", name)
	}
	return systems[i : i+1], nil
}

// checked is what one look at a system found. It is also the JSON output.
type checked struct {
	System    string            `json:"system"`
	URL       string            `json:"url"`
	OK        bool              `json:"ok"`
	Result    string            `json:"result"`
	Error     string            `json:"error,omitempty"`
	Hint      string            `json:"hint,omitempty"`
	RequestID string            `json:"request_id,omitempty"`
	Rejected  int               `json:"rejected_campaigns"`
	Rejection string            `json:"first_rejection,omitempty"`
	Campaigns []checkedCampaign `json:"campaigns"`
}

type checkedCampaign struct {
	ID      string  `json:"id"`
	Name    string  `json:"name,omitempty"`
	Records float64 `json:"records"`
	Percent float64 `json:"completion_percent"`
}

// checkAll asks all systems, several at a time, and keeps their order.
func checkAll(ctx context.Context, systems []config.System) []checked {
	results := make([]checked, len(systems))
	var group errgroup.Group
	group.SetLimit(checkConcurrency)
	for i, s := range systems {
		group.Go(func() error {
			results[i] = checkOne(ctx, s)
			return nil
		})
	}
	_ = group.Wait() // no task fails: a failure is a result
	return results
}

func checkOne(ctx context.Context, s config.System) checked {
	c := checked{System: s.Name, URL: s.URL.String(), Campaigns: []checkedCampaign{}}
	client, transport, err := fleet.NewClient(s, server.UserAgent(), nil)
	if err != nil {
		c.fail(err)
		return c
	}
	defer transport.CloseIdleConnections()
	ctx, cancel := context.WithTimeout(ctx, s.Timeout)
	defer cancel()
	answer, err := client.Stats(ctx)
	if err != nil {
		c.fail(err)
		return c
	}
	c.OK, c.Result, c.Rejected = true, thulium.OK.String(), answer.Rejected
	if answer.FirstRejection != nil {
		c.Rejection = answer.FirstRejection.Error()
	}
	for _, campaign := range answer.Campaigns {
		c.Campaigns = append(c.Campaigns, checkedCampaign{
			ID: campaign.ID, Name: s.CampaignNames[campaign.ID],
			Records: campaign.Records, Percent: campaign.CompletionPercent,
		})
	}
	return c
}

// fail takes in why a system gave no answer.
func (c *checked) fail(err error) {
	c.Error = err.Error()
	var failure *thulium.Error
	if errors.As(err, &failure) {
		c.Result, c.RequestID, c.Hint = failure.Result.String(), failure.RequestID, failure.Hint()
	}
}

// report writes the results and returns an error if any system failed.
func report(results []checked, output string, stdout io.Writer) error {
	failed := 0
	for _, c := range results {
		if !c.OK {
			failed++
		}
	}
	if output == "json" {
		encoder := json.NewEncoder(stdout)
		encoder.SetIndent("", "  ")
		if err := encoder.Encode(results); err != nil {
			return err
		}
	} else if err := printResults(stdout, results); err != nil {
		return err
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d systems failed", failed, len(results))
	}
	return nil
}
