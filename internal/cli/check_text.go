package cli

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/prometheus/common/model"

	"thulium_exporter/internal/progress"
	"thulium_exporter/thulium"
)

// barWidth is the width of a progress bar, in characters.
const barWidth = 20

// writeText shows results to people. Where many systems were checked, it ends with
// those that failed.
func writeText(w io.Writer, results []checked) error {
	var out bytes.Buffer
	ok, campaigns, records, done := 0, 0, 0.0, 0.0
	for i, c := range results {
		if i > 0 {
			fmt.Fprintln(&out)
		}
		printSystem(&out, c)
		if c.OK {
			ok++
		}
		campaigns += len(c.Campaigns)
		for _, campaign := range c.Campaigns {
			records += campaign.Records
			done += campaign.Records * campaign.Percent / 100
		}
	}
	if ok > 0 {
		fmt.Fprintf(&out, "\n%s\n", summary(ok, campaigns, records, done))
	}
	if len(results) > 1 {
		printFailed(&out, failed(results))
	}
	_, err := w.Write(out.Bytes())
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
	printSettings(out, c.config)
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
		fmt.Fprintf(table, "  %s\t%11s\t%7.2f%%\t%s\t%s%s\n",
			thulium.Clean(c.ID), thousands(c.Records), c.Percent, bar(c.Percent), nameOf(c), note(c))
	}
	_ = table.Flush() // a buffer takes everything
}

// note flags a campaign that somebody should look at.
func note(c checkedCampaign) string {
	switch {
	case c.State == progress.Empty.String():
		return "  EMPTY"
	case c.State == progress.Stalled.String() && c.Idle != nil:
		idle := time.Duration(*c.Idle) * time.Second
		return fmt.Sprintf("  STALLED: no progress for %s of business time", model.Duration(idle.Truncate(time.Minute)))
	}
	return ""
}

// printFailed lists the systems that failed, which may be far apart above.
func printFailed(out *bytes.Buffer, results []checked) {
	for _, c := range results {
		fmt.Fprintf(out, "FAILED  %s: %s\n", c.System, cmp.Or(c.Result, c.Error))
	}
}

// nameOf is what people call a campaign.
func nameOf(c checkedCampaign) string {
	if c.Name == "" {
		return "-"
	}
	return thulium.Clean(c.Name)
}

// summary is the sentence at the end.
func summary(systems, campaigns int, records, done float64) string {
	s := fmt.Sprintf("%s in %s, with %s records", count(campaigns, "active campaign", "active campaigns"),
		count(systems, "system", "systems"), thousands(records))
	if records > 0 {
		s += fmt.Sprintf(", %.2f%% of them done", done/records*100)
	}
	return s + "."
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
func thousands(n float64) string {
	digits := fmt.Sprintf("%.0f", n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
