package cli

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/alecthomas/kingpin/v2"
	"github.com/go-kit/log"
	"github.com/prometheus/common/model"
	"golang.org/x/sync/errgroup"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"thulium_exporter/collector"
	"thulium_exporter/internal/business"
	"thulium_exporter/internal/config"
	"thulium_exporter/internal/fleet"
	"thulium_exporter/internal/progress"
	"thulium_exporter/thulium"
)

const (
	// checkConcurrency is how many systems are checked at the same time.
	checkConcurrency = 16
	// barWidth is the width of a progress bar, in characters.
	barWidth = 20
)

// addCheck adds a single look at the systems, for people and for scripts.
func addCheck(app *kingpin.Application) (*kingpin.CmdClause, command) {
	clause := app.Command("check", "Query each system once, show its campaigns, and say what to do about failures. Exit status 1 if any system fails.")
	var system systemFlags
	system.register(clause)
	only := registerChoice(clause)
	diagnose := clause.Flag("diagnose", "Request what the agents of this campaign do, too. Documented by the vendor, not yet tried on a live system.").
		PlaceHolder("ID").String()
	output := clause.Flag("output", "Output format: text for people, json for programs.").
		Short('o').Default("text").Enum("text", "json")
	return clause, oneShot(func(ctx context.Context, env *environment) error {
		systems, _, err := system.load(ctx, env.files)
		if err == nil {
			systems, err = choose(systems, *only)
		}
		if err != nil {
			return err
		}
		if *diagnose != "" && len(systems) > 1 {
			return errors.New("--diagnose: choose the system of the campaign with --system")
		}
		results := checkAll(ctx, env, systems, *diagnose)
		write := writeText
		if *output == "json" {
			write = writeJSON
		}
		if err := write(env.stdout, results); err != nil {
			return err
		}
		if n := len(failed(results)); n > 0 {
			return fmt.Errorf("%d of %s failed", n, count(len(results), "system", "systems"))
		}
		return nil
	})
}

// checked is the result of one query. It is also the JSON output.
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
	// Inactive are the IDs that are configured and that the response lacks.
	Inactive []string       `json:"inactive_campaigns,omitempty"`
	Cause    progress.Cause `json:"idle_cause,omitempty"` // of the campaign of --diagnose, like the next
	Look     *progress.Look `json:"agents,omitempty"`

	config *config.System
}

type checkedCampaign struct {
	ID      string  `json:"id"`
	Name    string  `json:"name,omitempty"`
	Records float64 `json:"records"`
	Percent float64 `json:"completion_percent"`
	State   string  `json:"state"`
}

// checkAll checks the systems, several at a time, and keeps their order.
func checkAll(ctx context.Context, env *environment, systems []config.System, diagnose string) []checked {
	results := make([]checked, len(systems))
	var group errgroup.Group
	group.SetLimit(checkConcurrency)
	for i := range systems {
		group.Go(func() error {
			results[i] = checkOne(ctx, env, &systems[i], diagnose)
			return nil
		})
	}
	_ = group.Wait() // no task fails: a failure is a result
	return results
}

// checkOne queries a system, and looks at one of its campaigns unless diagnose is empty.
func checkOne(ctx context.Context, env *environment, s *config.System, diagnose string) checked {
	c := checked{System: s.Name, URL: s.URL.String(), Campaigns: []checkedCampaign{}, config: s}
	err := c.query(ctx, env, diagnose)
	c.OK = err == nil
	if err != nil {
		c.Error = err.Error()
	}
	if failure, ok := errors.AsType[*thulium.Error](err); ok {
		c.Result, c.RequestID, c.Hint = failure.Result.String(), failure.RequestID, failure.Hint()
	}
	return c
}

func (c *checked) query(ctx context.Context, env *environment, diagnose string) error {
	record := collector.NewRecord(progress.New(c.config.Settings), log.NewNopLogger())
	client, httpClient, err := fleet.NewClient(*c.config, env.build.UserAgent(), env.files, record.Observe)
	if err != nil {
		return err
	}
	defer httpClient.CloseIdleConnections()
	snapshot := collector.NewOnScrape(client, c.config.Timeout, record).Snapshot(ctx)
	if !snapshot.Up() {
		return snapshot.Err
	}
	c.succeed(snapshot)
	if diagnose == "" {
		return nil
	}
	look, err := collector.LookOnce(ctx, client, diagnose, c.config.Timeout)
	if err == nil {
		c.Cause, c.Look = look.Cause(), &look
	}
	return err
}

func (c *checked) succeed(s *collector.Snapshot) {
	c.Result, c.Rejected = thulium.OK.String(), s.Stats.Rejected
	if s.Stats.FirstRejection != nil {
		c.Rejection = s.Stats.FirstRejection.Error()
	}
	active := map[string]bool{}
	for campaign := range s.Progress.Campaigns() {
		active[campaign.ID] = true
		c.Campaigns = append(c.Campaigns, checkedCampaign{
			ID: campaign.ID, Name: c.config.CampaignName(campaign.ID),
			Records: campaign.Records, Percent: campaign.CompletionPercent, State: campaign.State.String(),
		})
	}
	for _, configured := range c.config.Effective()[1:] {
		if !active[configured.ID] {
			c.Inactive = append(c.Inactive, configured.ID)
		}
	}
}

// failed returns the results of systems that failed.
func failed(results []checked) []checked {
	return slices.DeleteFunc(slices.Clone(results), func(c checked) bool { return c.OK })
}

func writeJSON(w io.Writer, results []checked) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(results)
}

// writeText shows results to people. Where many systems were checked, it ends with
// those that failed, which may be far apart above.
func writeText(w io.Writer, results []checked) error {
	var out bytes.Buffer
	campaigns, records, done := 0, 0.0, 0.0
	for i, c := range results {
		if i > 0 {
			fmt.Fprintln(&out)
		}
		printSystem(&out, c)
		campaigns += len(c.Campaigns)
		for _, campaign := range c.Campaigns {
			records += campaign.Records
			done += campaign.Records * campaign.Percent / 100
		}
	}
	bad := failed(results)
	if ok := len(results) - len(bad); ok > 0 {
		fmt.Fprintf(&out, "\n%s in %s, with %s records", count(campaigns, "active campaign", "active campaigns"),
			count(ok, "system", "systems"), thousands(records))
		if records > 0 {
			fmt.Fprintf(&out, ", %.2f%% of them done", done/records*100)
		}
		fmt.Fprintln(&out, ".")
	}
	if len(results) > 1 {
		for _, c := range bad {
			fmt.Fprintf(&out, "FAILED  %s: %s\n", c.System, cmp.Or(c.Result, c.Error))
		}
	}
	_, err := out.WriteTo(w)
	return err
}

func printSystem(out *bytes.Buffer, c checked) {
	fmt.Fprintf(out, "%s  %s\n", c.System, c.URL)
	if !c.OK {
		fmt.Fprintf(out, "  FAILED  %s\n", c.Error)
		if c.Hint != "" {
			fmt.Fprintf(out, "  %s\n", c.Hint)
		}
		return
	}
	printCampaigns(out, c.Campaigns)
	printSettings(out, c.config, c.Inactive)
	if c.Look != nil {
		fmt.Fprintf(out, "  look: %d agents assigned, %d logged in, %d logged out, %d paused, %d on a call, %d unknown; the cause if it is idle: %s\n",
			c.Look.Assigned, c.Look.LoggedIn, c.Look.LoggedOut, c.Look.Paused, c.Look.OnCall, c.Look.Unknown, c.Cause)
	}
	if c.Rejected > 0 {
		fmt.Fprintf(out, "  %s skipped; the first: %s\n", count(c.Rejected, "invalid entry", "invalid entries"), c.Rejection)
	}
}

func printCampaigns(out *bytes.Buffer, campaigns []checkedCampaign) {
	if len(campaigns) == 0 {
		fmt.Fprintln(out, "  no active campaigns")
		return
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "  ID\t%11s\t%8s\t\tNAME\n", "RECORDS", "DONE")
	for _, c := range campaigns {
		note := ""
		if c.State == progress.Empty.String() {
			note = "  EMPTY"
		}
		fmt.Fprintf(table, "  %s\t%11s\t%7.2f%%\t%s\t%s%s\n",
			thulium.Clean(c.ID), thousands(c.Records), c.Percent, bar(c.Percent), cmp.Or(thulium.Clean(c.Name), "-"), note)
	}
	_ = table.Flush() // a buffer takes everything
}

// printSettings shows what applies to the campaigns of a system: to all, and to
// those that the configuration names, of which some are inactive.
func printSettings(w io.Writer, s *config.System, inactive []string) {
	fmt.Fprintf(w, "  business hours: %s\n", hours(&s.Business))
	all := s.Effective()
	for i, c := range all {
		who := "all campaigns"
		if i > 0 {
			who = strings.TrimSpace(thulium.Clean(c.ID) + " " + thulium.Clean(c.Name))
		} else if len(all) > 1 {
			who = "other campaigns"
		}
		if slices.Contains(inactive, c.ID) {
			who += " (not active now)"
		}
		fmt.Fprintf(w, "  %s: %s\n", who, describe(c))
	}
}

// describe says what applies to a campaign.
func describe(c *config.CampaignSettings) string {
	d := "no stall alert"
	if c.StallAlert {
		d = fmt.Sprintf("stalled after %s of business time, until %g%%", model.Duration(c.StalledAfter), c.StalledUntil)
	}
	if !c.Deadline.IsZero() {
		d += ", deadline " + c.Deadline.Format("2006-01-02 15:04 MST")
	}
	if c.Pool != "" {
		d += ", pool " + c.Pool
	}
	if c.Order != 0 {
		d += fmt.Sprintf(", order %d", c.Order)
	}
	if c.Business != nil {
		d += "; business hours: " + hours(c.Business)
	}
	return d
}

// hours describes business hours in one line.
func hours(s *business.Spec) string {
	var parts []string
	for _, w := range s.Windows {
		parts = append(parts, strings.Join(w.Weekdays, ",")+" "+ranges(w.Times))
	}
	parts = append(parts, s.TimeZone, "holidays "+strings.Join(s.Holidays, ","))
	if len(s.ClosedDates) > 0 {
		parts = append(parts, "closed "+strings.Join(s.ClosedDates, ","))
	}
	for _, d := range s.OpenDates {
		parts = append(parts, "open "+d.Date+" "+ranges(d.Times))
	}
	return strings.Join(parts, "; ")
}

func ranges(times []business.TimeRange) string {
	var parts []string
	for _, t := range times {
		parts = append(parts, t.Start+"-"+t.End)
	}
	return strings.Join(parts, ",")
}

// bar draws a percentage with eighths of a character.
func bar(percent float64) string {
	eighths := int(percent / 100 * barWidth * 8)
	filled := strings.Repeat("█", eighths/8)
	if rest := eighths % 8; rest > 0 {
		filled += string([]rune("▏▎▍▌▋▊▉")[rest-1])
	}
	return filled + strings.Repeat("░", barWidth-len([]rune(filled)))
}

// count returns a number with the noun that fits it: "1 system", "2 systems".
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// thousands returns a whole number with commas between groups of three digits.
func thousands(n float64) string { return message.NewPrinter(language.English).Sprintf("%.0f", n) }
