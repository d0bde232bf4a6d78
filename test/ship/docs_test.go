package ship_test

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// block is one block of commands on the page.
type block struct {
	section string // its heading
	run     string // where it is run: machine, before or elsewhere
	text    string
}

// blocks returns the blocks of commands of docs/install.md.
func blocks(t *testing.T) []block {
	t.Helper()
	var found []block
	section := ""
	text := read(t, filepath.Join(repository, "docs/install.md"))
	for _, m := range regexp.MustCompile("(?ms)^## ([^\n]+)$|^```(\\S*) ?([^\n]*)\n(.*?)^```$").FindAllStringSubmatch(text, -1) {
		switch {
		case m[1] != "":
			section = m[1]
		case m[2] != "sh" || m[3] != "machine" && m[3] != "before" && m[3] != "elsewhere":
			t.Errorf("%s: the block %q %q does not say where the tests run it", section, m[2], m[3])
		default:
			found = append(found, block{section, m[3], m[4]})
		}
	}
	return found
}

// TestInstall copies the commands of each way from the page to a machine, and
// those of the last step after them: in the end, Prometheus has a campaign.
func TestInstall(t *testing.T) {
	t.Parallel()
	scripts := map[string]string{}
	for _, b := range blocks(t) {
		if b.run == "machine" {
			scripts[b.section] += fmt.Sprintf("echo '## %s'\n%s", b.section, b.text)
		}
	}
	for name, sections := range map[string][]string{
		"binary":         {"Binary", "Prometheus"},
		"Debian package": {"Debian package", "Prometheus", "TLS and a password for the metrics"},
		"many systems":   {"Many systems"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var script strings.Builder
			for _, section := range sections {
				if scripts[section] == "" {
					t.Fatalf("there are no commands in the section %q", section)
				}
				script.WriteString(scripts[section])
			}
			out := onMachine(t, script.String())
			if !regexp.MustCompile(`thulium_campaign_completion_percent\{.*\} => `).MatchString(out) {
				t.Errorf("no campaign in Prometheus:\n%s", out)
			}
		})
	}
}

// TestInstallTable: commands that are not run are in the table that says so.
func TestInstallTable(t *testing.T) {
	text := read(t, filepath.Join(repository, "docs/install.md"))
	_, table, _ := strings.Cut(text, "## What is tested how")
	for _, b := range blocks(t) {
		if b.run == "elsewhere" && !strings.Contains(strings.ToLower(table), "["+strings.ToLower(b.section)+"]") {
			t.Errorf("the table does not say that the commands of %q are not run", b.section)
		}
	}
	for _, link := range regexp.MustCompile(`\]\(#([^)]+)\)`).FindAllStringSubmatch(text, -1) {
		heading := "## " + strings.ReplaceAll(link[1], "-", " ")
		if !strings.Contains(strings.ToLower(text), strings.ToLower(heading)+"\n") {
			t.Errorf("the link #%s leads nowhere", link[1])
		}
	}
}
